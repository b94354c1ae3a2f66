/* SPDX-License-Identifier: MIT */
/* Moving processes and threads between cgroups, as changes. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/host.h"
#include "host/task.h"

/* The member: a process or thread; 0 in a plan stands for qpin itself. */
static pid_t
member_id(const struct change *c)
{
	return c->id != 0 ? (pid_t)c->id : getpid();
}

static int
member_look(struct host *host, struct change *c, struct error *e)
{
	char path[GROUP_PATH_BYTES];
	int r;

	c->id = member_id(c);
	r = task_look_start(&host->roots.proc, c, e);
	if (r < 0 || c->before != NULL)
		return r;
	r = group_of_task(host, c->target, member_id(c), path, sizeof(path), e);
	return r < 0 ? r : change_remember(c, path, e);
}

static int
member_move(struct host *host, const struct change *c, const char *to, struct error *e)
{
	char id[24];

	(void)snprintf(id, sizeof(id), "%d", (int)member_id(c));
	return group_write(
		host, to, c->kind == &change_process ? CGROUP_PROCS : group_threads(to), id, e);
}

/*
 * Not while another qpin changes partitions. For an isolated one the kernel may need a worker, and
 * waits for it with cpuset_mutex held; its birth waits for who is moving a task; and that one waits
 * for cpuset_mutex. From then on nobody on the host can fork (6.12: a dozen starts at once do it).
 */
static int
member_apply(struct host *host, struct change *c, struct error *e)
{
	bool locked = host->locked;
	int r = locked ? 0 : host_lock(host, e);

	if (r == 0)
		r = member_move(host, c, c->target, e);
	if (!locked)
		host_unlock(host);
	return r < 0 ? error_while(e, "move %s", c->role != NULL ? c->role : "qpin") : 0;
}

static int
member_verify(struct host *host, const struct change *c, struct error *e)
{
	char path[GROUP_PATH_BYTES];
	int r = group_of_task(host, c->target, member_id(c), path, sizeof(path), e);

	if (r < 0 || str_eq(path, c->target))
		return r;
	error_refuse(e, ERROR_HOST, c->target, "move %s", c->role != NULL ? c->role : "qpin");
	return error_why(e, "the kernel has it in %s", path);
}

/*
 * A QEMU that can't go back where it came from, which is gone or has other cgroups in it by now,
 * goes into a scope that ends with it; where there is no systemd, to the top.
 */
static int
member_leave(struct host *host, const struct change *c, struct error *e)
{
	char name[48];

	(void)snprintf(name, sizeof(name), "qpin.end-%d.scope", (int)c->id);
	if (!group_is_v1(c->target) &&
		manager_start_refuge(&host->manager, name, (pid_t)c->id, e) == 0)
		return 0;
	return member_move(host, c, group_is_v1(c->target) ? HOST_CPUSET_V1 "/" : "/", e);
}

/*
 * Whether it only has to wait: for the cgroup that it came from, and still is in, to pass on no
 * controllers any more. A manager that has that as a unit would lose it if it went elsewhere.
 */
static bool
member_waits(const struct host *host, const struct change *c, int r, struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	const struct root *root = group_root(host, c->before);
	size_t len = strlen(c->before);

	if (r != -EBUSY || !str_starts(c->target, c->before) || c->target[len] != '/')
		return false;
	error_why(e, "that cgroup enables controllers for those in it");
	root_path(root, group_name(c->before, CGROUP_SUBTREE_CONTROL, name), where, sizeof(where));
	error_hint(e, "see which, and write each with a - before it: cat %s", where);
	return true;
}

/* Only what is still where we put it goes back: its number may belong to somebody else by now. */
static int
member_undo(struct host *host, const struct change *c, struct error *e)
{
	char path[GROUP_PATH_BYTES];
	int r = task_lives(&host->roots.proc, member_id(c), c->start, e);

	if (r > 0)
		r = group_of_task(host, c->target, member_id(c), path, sizeof(path), e);
	else if (r == 0)
		return 0;
	if (r == -ENOENT || r == -ESRCH)
		return 0;
	if (r < 0 || !str_eq(path, c->target))
		return r;
	r = member_move(host, c, c->before, e);
	if (r == -ESRCH)
		return 0;
	if (r == 0 || c->kind != &change_process || c->id == getpid() ||
		member_waits(host, c, r, e))
		return r;
	/* What fails for a moment doesn't cost it its unit. */
	r = member_move(host, c, c->before, e);
	return r == 0 || r == -ESRCH ? 0 : member_leave(host, c, e);
}

static void
member_describe(const struct change *c, char *text, size_t size)
{
	const char *who = c->role != NULL ? c->role : "qpin";

	if (c->id != 0)
		(void)snprintf(text, size, "move %s (%s %" PRId64 ") to %s", who, c->kind->name,
			c->id, c->target);
	else
		(void)snprintf(text, size, "move %s to %s", who, c->target);
}

const struct change_kind change_process = {
	.name = "process",
	.needs = CHANGE_BEFORE | CHANGE_ID | CHANGE_START,
	.look = member_look,
	.apply = member_apply,
	.verify = member_verify,
	.undo = member_undo,
	.describe = member_describe,
};

const struct change_kind change_thread = {
	.name = "thread",
	.needs = CHANGE_BEFORE | CHANGE_ID | CHANGE_START,
	.look = member_look,
	.apply = member_apply,
	.verify = member_verify,
	.undo = member_undo,
	.describe = member_describe,
};
