/* SPDX-License-Identifier: MIT */
/* Everything is prepared here, before there is a child; what it does then is in child.c. */
#include "qemu/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/privilege.h"
#include "qemu/child.h"
#include "qemu/environment.h"
#include "qemu/monitor.h"
#include "qemu/program.h"

enum {
	EXEC_MS = 30 * 1000, /* a program on a network file system that sleeps */
	EXIT_STATUS_SIGNAL = 128,
};

void
spawn_ignored_read(sigset_t *ret)
{
	const struct caller *caller = privilege_caller();

	(void)sigemptyset(ret);
	if (caller != NULL)
		*ret = caller->ignored;
	for (int number = 1; number < NSIG && caller == NULL; number++) {
		struct sigaction now;

		if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
			(void)sigaddset(ret, number);
	}
}

/* Ids that we have already aren't set: who isn't root couldn't. */
static void
child_identify(struct child *child, const struct identity *identity)
{
	bool root = geteuid() == 0;

	if (identity == NULL)
		return;
	child->uid = identity->uid;
	child->gid = identity->gid;
	child->groups = identity->groups;
	child->group_count = identity->count;
	child->set_uid = identity->set_user && (root || identity->uid != geteuid());
	child->set_groups = child->set_uid;
	child->set_gid = identity->set_group && (root || identity->gid != getegid());
}

/* A duplicate that the child's own numbering doesn't overwrite, or -errno. */
static int
descriptor_raise(int fd)
{
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, CHILD_FDS_MIN);

	if (raised >= 0)
		return raised;
	return errno == EINVAL ? -EMFILE : -errno; /* the limit is CHILD_FDS_MIN or less */
}

static int
descriptor_tell(int errnum, const char *what, struct error *e)
{
	error_sys(e, errnum, NULL, "start QEMU: %s", what);
	return errnum == EMFILE ? error_hint(e, "raise the limit of open files (ulimit -n)")
				: error_code(e);
}

/* fork(2) that gives a pidfd, into @cgroup_fd unless -1. -1 and errno, like it. */
static pid_t
process_clone(int cgroup_fd, int *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t pid;

	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)cgroup_fd;
	}
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0 && errno == ENOSYS && cgroup_fd < 0) /* some containers filter it */
		pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, pidfd, NULL, NULL);
	return pid;
}

/* Clone with all signals blocked, so that no handler of ours ever runs in the child. */
static pid_t
child_start(const struct child *child, int cgroup_fd, int *pidfd)
{
	sigset_t all, before;
	int errnum;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = process_clone(cgroup_fd, pidfd);
	if (pid == 0)
		child_run(child);
	errnum = errno;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return pid;
}

/* 0 when exec closed the pipe without a word; 1 with @ret; -ETIMEDOUT */
static int
failure_read(int fd, struct child_failure *ret)
{
	struct pollfd pipe_end = {.fd = fd, .events = POLLIN};
	ssize_t len;
	int r;

	do {
		r = poll(&pipe_end, 1, EXEC_MS);
	} while (r < 0 && errno == EINTR);
	if (r <= 0)
		return -ETIMEDOUT;
	do {
		len = read(fd, ret, sizeof(*ret));
	} while (len < 0 && errno == EINTR);
	return len == (ssize_t)sizeof(*ret) ? 1 : 0;
}

/* The next step for who met @failure; "" when none is known. */
static const char *
failure_hint(const struct child_failure *failure, bool other_user)
{
	if (failure->stage == CHILD_STAGE_RLIMIT && failure->errnum == EPERM)
		return "this needs CAP_SYS_RESOURCE, or a limit that is high already (ulimit -Hl)";
	if (failure->stage == CHILD_STAGE_FILTER)
		return "the kernel or a container allows no filter; `seccomp: off` does without";
	if (failure->stage != CHILD_STAGE_EXEC)
		return failure->errnum == EPERM ? "only root may run it as another user or group"
						: "";
	if (failure->errnum == EACCES && other_user)
		return "may the definition's `user` execute it?";
	if (failure->errnum == ENOENT)
		return "it is there, but the interpreter that it names isn't";
	if (failure->errnum == ENOEXEC)
		return "it is no program for this machine";
	if (failure->errnum == E2BIG)
		return "its command line and environment are too long";
	return "";
}

static int
failure_tell(const struct child *child, const struct child_failure *failure, struct error *e)
{
	if (failure->stage == CHILD_STAGE_EXEC)
		(void)error_sys(e, failure->errnum, child->path, "start QEMU");
	else
		(void)error_sys(e, failure->errnum, child->path, "start QEMU: %s",
			child_stage_text(failure->stage));
	return error_hint(e, "%s", failure_hint(failure, child->set_uid));
}

static int
clone_tell(int errnum, const struct spawn_request *request, const char *path, struct error *e)
{
	(void)error_sys(e, errnum, path,
		request->cgroup_fd >= 0 ? "start QEMU in its cgroup" : "start QEMU");
	if (errnum == ENOSYS)
		return error_hint(e, "clone3(2) is missing, or a container forbids it");
	if (errnum == EAGAIN)
		return error_hint(e, "a limit on processes is reached (ulimit -u, pids.max)");
	return error_code(e);
}

static void
child_end(int pidfd)
{
	siginfo_t info;

	(void)spawn_signal(pidfd, SIGKILL);
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0 && errno == EINTR)
		continue;
}

/* Let the child @pid begin, when who asked for it has seen it: 0 or -errno */
static int
child_release(
	const struct spawn_request *request, const struct child *child, pid_t pid, struct error *e)
{
	int r = request->born != NULL ? request->born(request->context, pid, e) : 0;

	if (r < 0 || write(child->hold_fd, "", 1) == 1)
		return r;
	return error_sys(e, errno, child->path, "start QEMU: let it begin");
}

/* Start it, and learn whether it became the program. */
static int
child_launch(const struct spawn_request *request, const struct child *child, int report_fd,
	struct spawned *ret, struct error *e)
{
	struct child_failure failure;
	auto_fd int written_by_child = child->report_fd;
	auto_fd int pidfd = -1;
	pid_t pid;
	int r;

	pid = child_start(child, request->cgroup_fd, &pidfd);
	if (pid < 0)
		return clone_tell(errno, request, child->path, e);
	(void)close(fd_release(&written_by_child));
	r = child_release(request, child, pid, e);
	if (r < 0) {
		child_end(pidfd);
		return r;
	}
	r = failure_read(report_fd, &failure);
	if (r != 0) {
		child_end(pidfd);
		return r < 0 ? error_sys(e, -r, child->path, "start QEMU")
			     : failure_tell(child, &failure, e);
	}
	ret->pid = pid;
	ret->pidfd = fd_release(&pidfd);
	return 0;
}

/* A pipe with both ends at numbers that the child can take its own from. */
static int
pipe_open(int *ret_read, int *ret_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	*ret_read = ends[0];
	*ret_write = descriptor_raise(ends[1]);
	(void)close(ends[1]);
	return *ret_write < 0 ? *ret_write : 0;
}

/* What makes @qmp_fd QEMU's monitor, at numbers as pipe_open()'s; both -1 without one. */
static int
monitor_raise(int qmp_fd, int *ret_qmp, int *ret_config, struct error *e)
{
	static const char doing[] = "hand its monitor over";
	auto_fd int config = -1, qmp = -1;

	*ret_qmp = *ret_config = -1;
	if (qmp_fd < 0)
		return 0;
	config = monitor_config_open(e);
	if (config < 0)
		return config;
	qmp = descriptor_raise(qmp_fd);
	if (qmp < 0)
		return descriptor_tell(-qmp, doing, e);
	*ret_config = descriptor_raise(config);
	if (*ret_config < 0)
		return descriptor_tell(-*ret_config, doing, e);
	*ret_qmp = fd_release(&qmp);
	return 0;
}

static int
child_connect(const struct spawn_request *request, struct child *child, struct spawned *ret,
	struct error *e)
{
	auto_fd int report_read = -1, report_write = -1;
	auto_fd int stderr_read = -1, stderr_write = -1;
	auto_fd int go = -1, hold = -1;
	auto_fd int qmp = -1, config = -1;
	int r = monitor_raise(request->qmp_fd, &qmp, &config, e);

	if (r < 0)
		return r;
	r = pipe_open(&report_read, &report_write);
	if (r == 0)
		r = pipe_open(&go, &hold);
	if (r == 0)
		r = pipe_open(&stderr_read, &stderr_write);
	if (r == 0 && fcntl(stderr_read, F_SETFL, O_NONBLOCK) < 0)
		r = -errno;
	if (r < 0)
		return descriptor_tell(-r, "make a pipe", e);
	child->qmp_fd = qmp;
	child->config_fd = config;
	child->stderr_fd = stderr_write;
	child->go_fd = go;
	child->hold_fd = hold;
	child->report_fd = fd_release(&report_write);
	r = child_launch(request, child, report_read, ret, e);
	if (r == 0)
		ret->stderr_fd = fd_release(&stderr_read);
	return r;
}

int
spawn(const struct spawn_request *request, struct spawned *ret, struct error *e)
{
	const struct environment_request wanted = {
		.inherited = environ,
		.clear = request->clear_env,
		.identity = request->identity,
		.entries = request->env,
		.entry_count = request->env_count,
	};
	struct child child = {
		.argv = request->argv,
		.own_group = request->own_group,
		.reset_affinity = request->reset_affinity,
		.memory_nodes = request->memory_nodes,
		.caller = request->caller,
		.rlimit_memlock = request->rlimit_memlock,
		.no_new_privs = request->no_new_privs,
		.filter = request->filter,
		.ignored = request->ignored,
	};
	struct spawned made = {.pidfd = -1, .stderr_fd = -1};
	auto_free char *path = NULL;
	char **environment;
	int r;

	r = program_find(request->argv[0], &path, e);
	if (r < 0)
		return r;
	r = environment_make(&wanted, &environment, e);
	if (r < 0)
		return r;
	child.path = path;
	child.environment = environment;
	child_identify(&child, request->identity);
	r = child_connect(request, &child, &made, e);
	environment_free(environment);
	if (r == 0)
		*ret = made;
	return r;
}

void
spawned_close(struct spawned *spawned)
{
	fd_cleanup(&spawned->pidfd);
	fd_cleanup(&spawned->stderr_fd);
	*spawned = (struct spawned){.pidfd = -1, .stderr_fd = -1};
}

int
spawn_signal(int pidfd, int number)
{
	return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) < 0 ? -errno : 0;
}

int
spawn_reap(int pidfd, struct spawn_end *ret, struct error *e)
{
	siginfo_t info = {0};
	int r;

	do {
		r = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return error_sys(e, errno, NULL, "learn how QEMU ended");
	if (info.si_pid == 0)
		return 0;
	*ret = (struct spawn_end){
		.killed = info.si_code != CLD_EXITED,
		.core = info.si_code == CLD_DUMPED,
		.number = info.si_status,
	};
	return 1;
}

char *
spawn_end_text(const struct spawn_end *end, char *text, size_t size)
{
	if (!end->killed)
		(void)snprintf(text, size, "exited with status %d", end->number);
	else
		(void)snprintf(text, size, "was killed by signal %d (%s%s)", end->number,
			strsignal(end->number), end->core ? ", core dumped" : "");
	return text;
}

int
spawn_end_status(const struct spawn_end *end)
{
	return end->killed ? EXIT_STATUS_SIGNAL + end->number : end->number;
}
