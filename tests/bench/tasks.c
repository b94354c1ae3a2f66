/* SPDX-License-Identifier: MIT */
/*
 * tasks COUNT: a host with so many tasks more: processes of up to 100 threads that only wait. Says
 * "ready" when all are there; ends with its parent.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	THREADS = 100, /* of a process, the first one too */
	COUNT_MAX = 100 * 1000,
	STACK_BYTES = 16 * 1024,
};

static void *
wait_for_ever(void *nothing)
{
	for (;;)
		(void)pause();
	return nothing;
}

/* One process; it tells when all of its threads are there. */
static void
process(unsigned long threads, int ready)
{
	pthread_attr_t attr;
	pthread_t thread;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pthread_attr_init(&attr) != 0 || pthread_attr_setstacksize(&attr, STACK_BYTES) != 0)
		_exit(1);
	for (unsigned long i = 1; i < threads; i++) {
		if (pthread_create(&thread, &attr, wait_for_ever, NULL) != 0)
			_exit(1);
	}
	if (write(ready, "", 1) != 1)
		_exit(1);
	(void)close(ready);
	(void)wait_for_ever(NULL);
}

int
main(int argc, char **argv)
{
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long processes = (count + THREADS - 1) / THREADS;
	int ends[2];
	char byte;

	if (count < 1 || count > COUNT_MAX || pipe(ends) != 0)
		return 2;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned long i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			return 1;
		if (child == 0)
			process(i + 1 < processes ? THREADS : count - i * THREADS, ends[1]);
	}
	(void)close(ends[1]);
	for (unsigned long i = 0; i < processes; i++) {
		if (read(ends[0], &byte, 1) != 1)
			return 1;
	}
	(void)puts("ready");
	(void)fflush(stdout);
	(void)wait_for_ever(NULL);
}
