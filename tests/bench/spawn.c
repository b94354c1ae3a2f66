/* SPDX-License-Identifier: MIT */
/*
 * spawn COUNT COMMAND…: run each COMMAND, words with blanks between them, COUNT times in turn, and
 * print the number of the command (from 0) and the nanoseconds from its start to its end.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum {
	WORDS_MAX = 16,
};

extern char **environ;

static long long
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void
run(int nth, const char *command, const posix_spawn_file_actions_t *silent)
{
	char *words[WORDS_MAX + 1] = {NULL}, *text = strdup(command), *rest = text;
	long long start;
	pid_t pid;
	int status;

	for (size_t i = 0; i < WORDS_MAX && rest != NULL; i++)
		words[i] = strsep(&rest, " ");
	start = now_ns();
	if (posix_spawnp(&pid, words[0], silent, NULL, words, environ) != 0 ||
		waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		(void)fprintf(stderr, "spawn: %s failed\n", command);
		exit(1);
	}
	(void)printf("%d %lld\n", nth, now_ns() - start);
	free(text);
}

int
main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t silent;

	if (posix_spawn_file_actions_init(&silent) != 0 ||
		posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0) != 0)
		return 1;
	for (unsigned long i = 0; i < count; i++) {
		for (int k = 2; k < argc; k++)
			run(k - 2, argv[k], &silent);
	}
	return 0;
}
