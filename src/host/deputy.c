/* SPDX-License-Identifier: MIT */
/* A process that does something as an ordinary user for us. */
#include "host/deputy.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "host/account.h"

enum {
	ANSWER_MS = 30 * 1000,
	ANSWER_FD = STDERR_FILENO + 1, /* the child's only one that isn't /dev/null */
};

/* What the child sends back: less than PIPE_BUF, so that it is there as a whole or not at all. */
struct answer {
	int result;
	struct error error;
};

/* From root to the user for good; the kernel then keeps his debuggers off what we had in memory. */
static int
become(const struct account *who, struct error *e)
{
	char directory[64];

	(void)snprintf(directory, sizeof(directory), "/run/user/%u", (unsigned)who->uid);
	if (initgroups(who->name, who->gid) == 0 && setresgid(who->gid, who->gid, who->gid) == 0 &&
		setresuid(who->uid, who->uid, who->uid) == 0 && chdir("/") == 0 &&
		clearenv() == 0 && setenv("XDG_RUNTIME_DIR", directory, 1) == 0)
		return 0;
	return error_sys(e, errno, NULL, "become user %s", who->name);
}

/* Not even a terminal of ours is left to it. */
static bool
descriptors_drop(int answer_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int answer = fcntl(answer_fd, F_DUPFD_CLOEXEC, ANSWER_FD + 1);

	return null >= 0 && answer >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	       dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	       dup2(answer, ANSWER_FD) >= 0 && close_range(ANSWER_FD + 1, ~0U, 0) == 0;
}

static _Noreturn void
child_run(const struct account *who, int answer_fd, int (*work)(const void *data, struct error *e),
	const void *data)
{
	struct answer answer;
	struct error e = {0};

	memset(&answer, 0, sizeof(answer)); /* padding too: no byte of ours goes over */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!descriptors_drop(answer_fd))
		_exit(EXIT_FAILURE);
	answer.result = become(who, &e);
	if (answer.result == 0)
		answer.result = work(data, &e);
	if (answer.result < 0)
		answer.error = e;
	_exit(write(ANSWER_FD, &answer, sizeof(answer)) == sizeof(answer) ? 0 : EXIT_FAILURE);
}

/* The answer, with nothing in it that could lead its reader out of a text. */
static int
answer_read(int fd, const char *name, struct error *e)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	struct answer answer;
	int r;

	do
		r = poll(&poll_fd, 1, ANSWER_MS);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return error_sys(e, ETIMEDOUT, NULL, "do something as user %s", name);
	if (read(fd, &answer, sizeof(answer)) != sizeof(answer))
		return error_sys(e, EIO, NULL, "do something as user %s", name);
	if (answer.result >= 0)
		return 0;
	*e = answer.error;
	if (e->kind > ERROR_DENIED)
		e->kind = ERROR_HOST;
	e->what[sizeof(e->what) - 1] = '\0';
	e->where[sizeof(e->where) - 1] = '\0';
	e->why[sizeof(e->why) - 1] = '\0';
	e->hint[sizeof(e->hint) - 1] = '\0';
	return answer.result;
}

int
deputy_run(uid_t uid, int (*work)(const void *data, struct error *e), const void *data,
	struct error *e)
{
	auto_fd int ours = -1, theirs = -1;
	struct account who = {0};
	int ends[2], r;
	pid_t pid;

	r = account_find(uid, &who, e);
	if (r < 0)
		return r;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_sys(e, errno, NULL, "make a pipe");
	ours = ends[0];
	theirs = ends[1];
	pid = fork();
	if (pid < 0)
		return error_sys(e, errno, NULL, "start a process");
	if (pid == 0)
		child_run(&who, theirs, work, data);
	(void)close(fd_release(&theirs));
	r = answer_read(ours, who.name, e);
	(void)kill(pid, SIGKILL); /* it has answered, or hangs */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
	}
	return r;
}
