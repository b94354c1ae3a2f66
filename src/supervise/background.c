/* SPDX-License-Identifier: MIT */
/* Going to the background as QEMU's -daemonize would: when the guest runs, and not before. */
#include "supervise/background.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "qemu/spawn.h"
#include "supervise/signals.h"

static int
null_over(int first, int last, struct error *e)
{
	auto_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = first; null >= 0 && fd <= last; fd++) {
		if (dup2(null, fd) < 0)
			return error_sys(e, errno, "/dev/null", "let go of the terminal");
	}
	return null < 0 ? error_sys(e, errno, "/dev/null", "let go of the terminal") : 0;
}

/* The child has left the terminal: only we get its Ctrl-C. */
static void
signal_forward(int signal_fd, pid_t child)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		(void)kill(child, (int)info.ssi_signo);
}

/* Until the child tells that it is ready (1), or has ended (0). */
static bool
ready_await(int ready_fd, int signal_fd, pid_t child)
{
	struct pollfd fds[] = {
		{.fd = ready_fd, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
	char byte;

	for (;;) {
		if (poll(fds, COUNT(fds), -1) < 0)
			continue;
		if (fds[0].revents != 0)
			return read(ready_fd, &byte, sizeof(byte)) == 1;
		if (fds[1].revents != 0)
			signal_forward(signal_fd, child);
	}
}

/* The parent: 1 with the status to end with. */
static int
child_await(struct background *b, int ready_fd, int signal_fd, pid_t child, struct error *e)
{
	int status;

	if (ready_await(ready_fd, signal_fd, child))
		return 1;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return error_sys(e, errno, NULL, "wait for the background process");
	}
	b->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 1;
}

int
background_begin(struct background *b, struct error *e)
{
	auto_fd int ready = -1, tell = -1, signals = -1;
	sigset_t ignored, before;
	int ends[2];
	pid_t child;
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_sys(e, errno, NULL, "go to the background");
	ready = ends[0];
	tell = ends[1];
	spawn_ignored_read(&ignored);
	signals = signals_open(&ignored, &before, e);
	if (signals < 0)
		return signals;
	child = fork();
	if (child < 0)
		return error_sys(e, errno, NULL, "go to the background");
	if (child > 0) {
		(void)close(fd_release(&tell));
		r = child_await(b, ready, signals, child, e);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		return r;
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)setsid();
	b->ready_fd = fd_release(&tell);
	return null_over(STDIN_FILENO, STDOUT_FILENO, e);
}

int
background_detach(struct background *b, struct error *e)
{
	int fd = b->ready_fd;
	int r;

	if (fd < 0)
		return 0;
	b->ready_fd = -1;
	r = null_over(STDERR_FILENO, STDERR_FILENO, e);
	if (r == 0 && write(fd, "", 1) != 1)
		r = error_sys(e, errno, NULL, "tell that the guest runs");
	(void)close(fd);
	return r;
}
