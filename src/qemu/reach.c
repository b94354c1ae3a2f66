/* SPDX-License-Identifier: MIT */
/* Reaching the QMP of a QEMU that somebody else started. */
#include "qemu/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "qemu/cmdline.h"

static const char doing[] = "talk QMP";

static int
busy(const char *path, struct error *e)
{
	(void)error_sys(e, EBUSY, path, "%s", doing);
	(void)error_why(e, "QEMU doesn't answer there: a monitor has one client at a time");
	return error_hint(e, "end what else is connected, or give QEMU a second -qmp");
}

/* Open the file itself, and connect to what was opened: a path of any length, looked up once. */
static int
path_connect(int dirfd, const char *path, struct error *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_fd int file = openat(dirfd, path, O_PATH | O_CLOEXEC);
	auto_fd int fd = -1;
	struct stat st;

	if (file < 0 || fstat(file, &st) < 0)
		return error_sys(e, errno, path, "%s", doing);
	if (!S_ISSOCK(st.st_mode))
		return error_sys(e, ENOTSOCK, path, "%s", doing);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_sys(e, errno, path, "%s", doing);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", file);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return errno == EAGAIN ? busy(path, e) : error_sys(e, errno, path, "%s", doing);
	return fd_release(&fd);
}

/* Who listens there. */
static int
peer_check(int fd, const char *path, pid_t pid, pid_t *ret, struct error *e)
{
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return error_sys(e, errno, path, "%s", doing);
	*ret = peer.pid;
	if (peer.pid > 0 && (pid == 0 || peer.pid == pid))
		return 0;
	(void)error_sys(e, EPERM, path, "%s", doing);
	e->kind = ERROR_USAGE;
	if (peer.pid <= 0)
		return error_why(e, "the process that listens there can't be seen from here");
	return error_why(e, "process %d listens there, and not %d", (int)peer.pid, (int)pid);
}

/* Speak with who is behind @fd, which is taken. */
static int
greet_take(int fd, const char *path, int timeout_ms, struct qmp *ret, struct error *e)
{
	static const char *const asked[] = {QMP_BEGIN, NULL};
	int r = qmp_open_take(fd, -1, asked, timeout_ms, ret, e);

	if (r == -ETIMEDOUT)
		return busy(path, e);
	if (r < 0)
		(void)snprintf(e->where, sizeof(e->where), "%s", path);
	return r;
}

int
reach_given(const char *path, pid_t pid, int timeout_ms, struct qmp *ret, pid_t *ret_pid,
	struct error *e)
{
	static const struct qmp closed = QMP_CLOSED;
	auto_fd int fd = path_connect(AT_FDCWD, path, e);
	pid_t peer = 0;
	int r;

	*ret = closed;
	if (fd < 0)
		return fd;
	r = peer_check(fd, path, pid, &peer, e);
	if (r < 0)
		return r;
	if (ret_pid != NULL)
		*ret_pid = peer;
	return greet_take(fd_release(&fd), path, timeout_ms, ret, e);
}

/* Whether a path of its is one of ours. */
static int
root_check(const struct root *proc, pid_t pid, struct error *e)
{
	char name[32];
	struct stat its, ours;

	(void)snprintf(name, sizeof(name), "%d/root", (int)pid);
	if (fstatat(proc->fd, name, &its, 0) < 0 || stat("/", &ours) < 0)
		return error_sys(e, errno, NULL, "look at QEMU's root directory");
	if (its.st_dev == ours.st_dev && its.st_ino == ours.st_ino)
		return 0;
	(void)error_sys(e, EXDEV, NULL, "%s", doing);
	return error_why(e, "QEMU has another root directory");
}

static int
monitors_read(const struct root *proc, pid_t pid, struct monitors *ret, struct error *e)
{
	auto_cmdline struct cmdline line = {0};
	int r = cmdline_read(proc, pid, &line, e);

	if (r < 0)
		return r;
	r = cmdline_monitors(&line, ret);
	if (r < 0)
		return error_sys(e, -r, NULL, "read QEMU's command line");
	if (ret->count > 0)
		return 0;
	(void)error_sys(e, ENOENT, NULL, "%s", doing);
	return error_why(
		e, "QEMU's command line tells no path of %s", ret->elsewhere ? "its QMP" : "a QMP");
}

static int
cwd_open(const struct root *proc, pid_t pid, struct error *e)
{
	char name[32];
	int fd;

	(void)snprintf(name, sizeof(name), "%d/cwd", (int)pid);
	fd = openat(proc->fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : error_sys(e, errno, NULL, "open QEMU's working directory");
}

int
reach_at(int dirfd, const char *path, pid_t pid, int timeout_ms, struct qmp *ret, struct error *e)
{
	static const struct qmp closed = QMP_CLOSED;
	auto_fd int fd = path_connect(dirfd, path, e);
	pid_t peer = 0;
	int r = fd >= 0 ? peer_check(fd, path, pid, &peer, e) : fd;

	*ret = closed;
	return r < 0 ? r : greet_take(fd_release(&fd), path, timeout_ms, ret, e);
}

int
reach_found(const struct root *proc, pid_t pid, int timeout_ms, struct qmp *ret, struct error *e)
{
	static const struct qmp closed = QMP_CLOSED;
	const int64_t deadline_ms = wire_deadline(timeout_ms);
	auto_monitors struct monitors monitors = {0};
	auto_fd int cwd = -1;
	int r;

	*ret = closed;
	r = monitors_read(proc, pid, &monitors, e);
	if (r == 0)
		r = root_check(proc, pid, e);
	if (r < 0)
		return r;
	cwd = cwd_open(proc, pid, e);
	if (cwd < 0)
		return cwd;
	r = -ENOENT;
	for (size_t i = 0; i < monitors.count && r < 0; i++) {
		if (i > 0 && wire_expired(deadline_ms))
			break;
		qmp_close(ret);
		r = reach_at(cwd, monitors.paths[i], pid, timeout_ms, ret, e);
	}
	return r;
}
