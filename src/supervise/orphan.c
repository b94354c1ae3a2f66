/* SPDX-License-Identifier: MIT */
/* A QEMU whose qpin died: whether it still runs, and its end. */
#include "supervise/orphan.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "qemu/spawn.h"

enum {
	END_WAIT_MS = 10 * 1000, /* for a process in uninterruptible sleep */
	END_STEP_MS = 20,
};

/*
 * The cgroup that a VM's QEMU is in, by a change that made it or a part of it. On v2 that is what
 * "emulator" and "cores" are in.
 */
static bool
qemu_cgroup_of(const struct change *c, char *path, size_t size)
{
	size_t len = strlen(c->target);

	if (c->kind != &change_cgroup)
		return false;
	if (!group_is_v1(c->target)) {
		if (!str_ends(c->target, "/emulator"))
			return false;
		len -= strlen("/emulator");
	}
	(void)snprintf(path, size, "%.*s", (int)len, c->target);
	return true;
}

static bool
has_members(const struct host *host, const char *path)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;

	if (group_is_v1(path))
		return group_read(host, path, CGROUP_V1_TASKS, text, sizeof(text), &ignored) != 0 &&
		       group_exists(host, path);
	return group_read(host, path, CGROUP_EVENTS, text, sizeof(text), &ignored) > 0 &&
	       strstr(text, "populated 1") != NULL;
}

/* The same, if it is populated; false when not, or without cgroups. */
static bool
qemu_cgroup(const struct host *host, const struct journal *j, char *path, size_t size)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		if (qemu_cgroup_of(&j->changes.list[i], path, size) && has_members(host, path))
			return true;
	}
	return false;
}

static bool
orphan_lives(const struct host *host, const struct journal *j)
{
	struct error ignored;

	return j->qemu.pid != 0 &&
	       task_lives(&host->roots.proc, j->qemu.pid, j->qemu.start, &ignored) != 0;
}

int
owner_check(const struct journal *j, struct error *e)
{
	const struct caller *caller = privilege_caller();

	if (caller == NULL || caller->uid == j->owner)
		return 0;
	error_sys(e, EPERM, j->dir.path, "do anything with VM %s", j->name);
	if (j->owner == 0)
		error_why(e, "root started it, and not for you");
	else
		error_why(e, "it was started for user %u", (unsigned)j->owner);
	return error_hint(e, "root may: sudo qpin");
}

int
orphan_check(const struct host *host, const struct journal *j, struct error *e)
{
	char cgroup[GROUP_PATH_BYTES];
	bool populated = qemu_cgroup(host, j, cgroup, sizeof(cgroup));
	bool lives = orphan_lives(host, j);

	if ((!lives && !populated) || j->keeper.pid != 0)
		return 0;
	error_sys(e, EBUSY, j->dir.path, "release VM %s", j->name);
	e->kind = ERROR_CLAIMED;
	error_why(e, "its QEMU still runs, and stays pinned");
	if (lives)
		return error_hint(e,
			"watch over it again: qpin adopt %s; or end it: qpin release --kill %s, or "
			"gently: kill %d",
			j->name, j->name, (int)j->qemu.pid);
	if (group_is_v1(cgroup))
		return error_hint(e, "end what is in it first: kill $(cat %s%s/tasks)",
			host->roots.cpuset_v1.path, cgroup + strlen(HOST_CPUSET_V1));
	return error_hint(e, "end what is in %s%s: qpin release --kill %s", host->roots.cgroup.path,
		cgroup, j->name);
}

int
orphan_open(const struct host *host, const struct journal *j, int *ret_pidfd, struct error *e)
{
	auto_fd int fd = j->qemu.pid != 0 ? (int)syscall(SYS_pidfd_open, j->qemu.pid, 0) : -1;

	/* Opened first: whoever has that id now keeps it for the second look. */
	if (fd >= 0 && orphan_lives(host, j)) {
		*ret_pidfd = fd_release(&fd);
		return 0;
	}
	error_sys(e, ESRCH, j->dir.path, "find the QEMU of VM %s", j->name);
	return error_why(e, "it has ended");
}

/* Until @path has no member, or the time is over. */
static void
empty_await(const struct host *host, const char *path)
{
	for (int waited_ms = 0; has_members(host, path) && waited_ms < END_WAIT_MS;
		waited_ms += END_STEP_MS)
		(void)poll(NULL, 0, END_STEP_MS);
}

/* What QEMU itself has started is in its cgroup, too. */
static int
cgroup_end(const struct host *host, const struct journal *j, struct error *e)
{
	char path[GROUP_PATH_BYTES];
	int r;

	if (!qemu_cgroup(host, j, path, sizeof(path)) || group_is_v1(path))
		return 0;
	r = group_write(host, path, CGROUP_KILL, "1", e);
	if (r == -ENOENT) /* Linux 5.14 has it */
		return 0;
	if (r == 0)
		empty_await(host, path);
	return r;
}

int
orphan_end(const struct host *host, const struct journal *j, struct error *e)
{
	struct pollfd wait = {.events = POLLIN};
	auto_fd int fd = -1;
	struct error ignored;

	if (j->keeper.pid != 0)
		return 0;
	if (orphan_open(host, j, &fd, &ignored) < 0)
		return cgroup_end(host, j, e);
	if (spawn_signal(fd, SIGKILL) < 0)
		return error_sys(e, errno, j->dir.path, "kill process %d", (int)j->qemu.pid);
	log_notice("%s: killed QEMU, process %d", j->name, (int)j->qemu.pid);
	wait.fd = fd;
	if (poll(&wait, 1, END_WAIT_MS) == 1)
		return cgroup_end(host, j, e);
	error_sys(e, ETIMEDOUT, j->dir.path, "see the QEMU of VM %s end", j->name);
	return error_why(e, "process %d does not go, though it was killed", (int)j->qemu.pid);
}
