/* SPDX-License-Identifier: MIT */
/* Only async-signal-safe calls. Ids by raw system calls: glibc's functions signal all threads. */
#include "qemu/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/privilege.h"
#include "qemu/monitor.h"

enum {
	REPORT_FD = MONITOR_CONFIG_FD + 1,
	EXIT_NOT_EXECUTED = 126,
};

/* The kernel cuts the mask down to what the cgroup has. */
static int
affinity_reset(void)
{
	struct cpus all;

	for (unsigned i = 0; i < CPUS_WORDS; i++)
		all.word[i] = UINT64_MAX;
	return (int)syscall(SYS_sched_setaffinity, 0, sizeof(all), &all);
}

/* For all memory that the program allocates itself; kept over exec, inherited by its threads. */
static int
memory_bind(const struct cpus *nodes)
{
	return (int)syscall(SYS_set_mempolicy, MPOL_BIND, nodes->word, (unsigned long)CPUS_MAX);
}

/* Before the ids are changed: without no_new_privs it takes CAP_SYS_ADMIN. */
static int
calls_confine(const struct child *child)
{
	if (child->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return child->filter != NULL ? filter_install(child->filter) : 0;
}

static int
memlock_raise(void)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

/* Default, except for those that are ignored; then nothing blocked. */
static void
signals_reset(const sigset_t *ignored)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL}, ignore = {.sa_handler = SIG_IGN};
	sigset_t none;

	/* The C library's own can't be set. */
	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number,
			ignored != NULL && sigismember(ignored, number) == 1 ? &ignore : &normal,
			NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0, or -1 and errno: @fd as @number, or nothing there. */
static int
descriptor_place(int fd, int number)
{
	if (fd >= 0)
		return dup2(fd, number) < 0 ? -1 : 0;
	return close(number) < 0 && errno != EBADF ? -1 : 0;
}

/* The sources are all numbered CHILD_FDS_MIN or more, so that none is overwritten. */
static int
descriptors_place(const struct child *child)
{
	if (descriptor_place(child->stderr_fd, STDERR_FILENO) < 0 ||
		descriptor_place(child->qmp_fd, MONITOR_SOCKET_FD) < 0 ||
		descriptor_place(child->config_fd, MONITOR_CONFIG_FD) < 0)
		return -1;
	if (dup3(child->report_fd, REPORT_FD, O_CLOEXEC) < 0)
		return -1;
	return (int)syscall(SYS_close_range, REPORT_FD + 1, UINT_MAX, 0);
}

static _Noreturn void
child_fail(int report_fd, enum child_stage stage)
{
	struct child_failure failure = {.stage = stage, .errnum = errno};

	if (write(report_fd, &failure, sizeof(failure)) < 0)
		_exit(EXIT_NOT_EXECUTED + 1);
	_exit(EXIT_NOT_EXECUTED);
}

/* Who started us writes down who we are first: after his death nobody would know us. */
static void
go_await(const struct child *child)
{
	ssize_t len;
	char byte;

	(void)close(child->hold_fd);
	do {
		len = read(child->go_fd, &byte, sizeof(byte));
	} while (len < 0 && errno == EINTR);
	if (len != 1)
		_exit(EXIT_NOT_EXECUTED);
}

static void
identity_take(const struct child *child)
{
	if (child->set_groups && syscall(SYS_setgroups, child->group_count, child->groups) < 0)
		child_fail(child->report_fd, CHILD_STAGE_GROUPS);
	if (child->set_gid && syscall(SYS_setresgid, child->gid, child->gid, child->gid) < 0)
		child_fail(child->report_fd, CHILD_STAGE_GROUP);
	if (child->set_uid && syscall(SYS_setresuid, child->uid, child->uid, child->uid) < 0)
		child_fail(child->report_fd, CHILD_STAGE_USER);
}

void
child_run(const struct child *child)
{
	go_await(child);
	if (child->own_group && setpgid(0, 0) < 0)
		child_fail(child->report_fd, CHILD_STAGE_PROCESS_GROUP);
	if (child->reset_affinity && affinity_reset() < 0)
		child_fail(child->report_fd, CHILD_STAGE_AFFINITY);
	if (child->memory_nodes != NULL && memory_bind(child->memory_nodes) < 0)
		child_fail(child->report_fd, CHILD_STAGE_MEMORY);
	if (child->rlimit_memlock && memlock_raise() < 0)
		child_fail(child->report_fd, CHILD_STAGE_RLIMIT);
	if (calls_confine(child) < 0)
		child_fail(child->report_fd, CHILD_STAGE_FILTER);
	identity_take(child);
	if (descriptors_place(child) < 0)
		child_fail(child->report_fd, CHILD_STAGE_DESCRIPTORS);
	if (child->caller != NULL && privilege_give_back(child->caller, child->rlimit_memlock) < 0)
		child_fail(REPORT_FD, CHILD_STAGE_LIMITS);
	signals_reset(child->ignored);
	(void)execve(child->path, child->argv, child->environment);
	child_fail(REPORT_FD, CHILD_STAGE_EXEC);
}

const char *
child_stage_text(enum child_stage stage)
{
	switch (stage) {
	case CHILD_STAGE_PROCESS_GROUP:
		return "give it a process group";
	case CHILD_STAGE_AFFINITY:
		return "reset its CPU affinity";
	case CHILD_STAGE_MEMORY:
		return "bind its memory to NUMA nodes";
	case CHILD_STAGE_RLIMIT:
		return "let it lock memory without limit";
	case CHILD_STAGE_FILTER:
		return "refuse it system calls";
	case CHILD_STAGE_GROUPS:
		return "set its supplementary groups";
	case CHILD_STAGE_GROUP:
		return "set its group";
	case CHILD_STAGE_USER:
		return "set its user";
	case CHILD_STAGE_DESCRIPTORS:
		return "close its descriptors";
	case CHILD_STAGE_LIMITS:
		return "give it the caller's limits";
	case CHILD_STAGE_EXEC:
		return "execute it";
	}
	return "start it";
}
