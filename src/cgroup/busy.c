/* SPDX-License-Identifier: MIT */
/* A process for each CPU that does nothing else. */
#include "cgroup/busy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

enum {
	MASK_BYTES = CPUS_MAX / 8,
	TELL_FD = 0,       /* the only one that the child has */
	PATIENCE_MS = 500, /* until all run: a CPU may have others to run before */
	LIFE_S = 5,        /* of a child that nobody ends */
	NS_PER_S = 1000 * 1000 * 1000,
};

static int64_t
clock_ns(clockid_t id, int (*get)(clockid_t, struct timespec *))
{
	struct timespec at = {0};

	(void)get(id, &at);
	return at.tv_sec * (int64_t)NS_PER_S + at.tv_nsec;
}

/* The clock that only ticks move on tells how far apart these are. */
static int64_t
tick_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC_COARSE, clock_getres);
}

static void
spin_until(int64_t end_ns)
{
	while (clock_ns(CLOCK_MONOTONIC, clock_gettime) < end_ns)
		continue;
}

/* What a child is to do. */
struct work {
	int group_fd; /* -1: it stays in ours */
	bool moves;   /* it isn't born there */
	int tell_fd;
	pid_t parent;
};

static bool
group_join(int group_fd)
{
	auto_fd int fd = openat(group_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, "0", 1) == 1;
}

static _Noreturn void
child_run(const struct work *work, unsigned os_cpu)
{
	struct cpus one = {0};
	int64_t now;

	cpus_add(&one, os_cpu);
	(void)prctl(PR_SET_NAME, "qpin-busy");
	if ((work->moves && !group_join(work->group_fd)) ||
		dup2(work->tell_fd, TELL_FD) != TELL_FD ||
		syscall(SYS_close_range, TELL_FD + 1, UINT_MAX, 0) < 0 ||
		prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != work->parent ||
		sched_setaffinity(0, MASK_BYTES, (const cpu_set_t *)(const void *)one.word) < 0)
		_exit(EXIT_FAILURE);
	now = clock_ns(CLOCK_MONOTONIC, clock_gettime);
	spin_until(now + 2 * tick_ns());
	if (write(TELL_FD, "", 1) != 1)
		_exit(EXIT_FAILURE);
	spin_until(now + LIFE_S * (int64_t)NS_PER_S);
	_exit(EXIT_SUCCESS);
}

/* A filter can't look into clone3's arguments: one that allowed it would allow any clone. */
static pid_t
child_clone(const struct work *work, int *ret_pidfd)
{
	struct clone_args args = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)ret_pidfd};

	if (work->moves)
		return (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, ret_pidfd, NULL, NULL);
	if (work->group_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)work->group_fd;
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* Its pidfd; -1 */
static int
child_start(const struct work *work, unsigned os_cpu)
{
	int pidfd = -1;
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all); /* no handler of ours runs in the child */
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = child_clone(work, &pidfd);
	if (pid == 0)
		child_run(work, os_cpu);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid > 0 ? pidfd : -1;
}

/* How many of @count tell, until all have, none is left that could, or it takes too long. */
static size_t
told_await(int fd, size_t count)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char bytes[64];
	size_t told = 0;

	while (told < count && poll(&ready, 1, PATIENCE_MS) > 0) {
		ssize_t got = read(fd, bytes, sizeof(bytes));

		if (got <= 0)
			break;
		told += (size_t)got;
	}
	return told;
}

size_t
busy_begin(int group_fd, bool confined, const struct cpus *cpus, struct busy *ret)
{
	struct work work = {
		.group_fd = group_fd, .moves = confined && group_fd >= 0, .parent = getpid()};
	auto_fd int told = -1, tell = -1;
	int ends[2];

	*ret = (struct busy){.pidfds = calloc(cpus_count(cpus) + 1, sizeof(*ret->pidfds))};
	if (ret->pidfds == NULL || pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	told = ends[0];
	tell = work.tell_fd = ends[1];
	cpus_each (os_cpu, cpus) {
		int pidfd = child_start(&work, (unsigned)os_cpu);

		if (pidfd < 0)
			break;
		ret->pidfds[ret->count++] = pidfd;
	}
	(void)close(fd_release(&tell));
	return told_await(told, ret->count);
}

void
busy_end(struct busy *busy)
{
	siginfo_t info;

	for (size_t i = 0; i < busy->count; i++)
		(void)syscall(SYS_pidfd_send_signal, busy->pidfds[i], SIGKILL, NULL, 0);
	for (size_t i = 0; i < busy->count; i++) {
		while (waitid(P_PIDFD, (id_t)busy->pidfds[i], &info, WEXITED | __WALL) < 0 &&
			errno == EINTR)
			continue;
		(void)close(busy->pidfds[i]);
	}
	free(busy->pidfds);
	*busy = (struct busy){0};
}
