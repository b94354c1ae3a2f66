/* SPDX-License-Identifier: MIT */
/*
 * load PROCESSES: a busy host. Each process works and sleeps for a random while of up to 4 ms, so
 * that the kernel has to find it a CPU again some hundred times a second; every 16th time or so it
 * makes a child that does nothing, and writes to a file in memory. Ends with its parent.
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	PROCESSES_MAX = 1000,
	MOST_NS = 4 * 1000 * 1000,
	RARELY = 16,
	PAGE_BYTES = 4096,
};

static uint32_t state;

/* Marsaglia's xorshift: the same load each time */
static uint32_t
chance(uint32_t most)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % most;
}

static int64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void
work(int fd)
{
	static const char page[PAGE_BYTES];
	const struct timespec rest = {.tv_nsec = chance(MOST_NS)};
	int64_t end = now_ns() + chance(MOST_NS);

	while (now_ns() < end)
		continue;
	if (chance(RARELY) == 0 && pwrite(fd, page, sizeof(page), 0) < 0)
		_exit(1);
	if (chance(RARELY) == 0) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		(void)waitpid(child, NULL, 0);
	}
	(void)nanosleep(&rest, NULL);
}

int
main(int argc, char **argv)
{
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	int fd = memfd_create("load", MFD_CLOEXEC);

	if (count < 1 || count > PROCESSES_MAX || fd < 0)
		return 2;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (state = 1; state < count; state++) {
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			break;
		}
	}
	for (;;)
		work(fd);
}
