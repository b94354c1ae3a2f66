/* SPDX-License-Identifier: MIT */
/*
 * Host tasks go to the pool, and back where each came from, as a change. Where they came from is
 * in a list in the state directory, written before the first of them is moved: thousands of tasks
 * are no line of a journal.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "cgroup/offline.h"
#include "cgroup/origins.h"
#include "cgroup/roster.h"
#include "host/host.h"
#include "host/task.h"

enum {
	PASSES_MAX = 20,     /* each takes those that the ones before it had born */
	ANCESTORS_MAX = 256, /* a bound for odd trees of processes */
	LOOKS = 5,           /* a helper that the kernel starts is gone in a moment */
	LOOK_STEP_MS = 20,
	ID_BYTES = 16,
	NAMES_BYTES = 1024,
};

/* One sweep of the host's tasks into the pool. */
struct sweep {
	struct host *host;
	const struct change *change;
	int fd;                /* the pool's list, open for writing */
	struct origins stayed; /* those that the kernel doesn't let us move, for good */
	size_t moved;
};

static void
sweep_done(struct sweep *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	origins_done(&s->stayed);
}

static int
migrate_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0; /* what was before is in the list */
}

/* A list of members, open for writing; many ids can be written to it. */
static int
members_open(const struct host *host, const char *group, struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	const struct root *root = group_root(host, group);
	int fd =
		openat(root->fd, group_name(group, roster_file(group), name), O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return error_sys(
			e, errno, root_path(root, name, where, sizeof(where)), "move tasks there");
	return fd;
}

static int
member_write(int fd, pid_t id)
{
	char text[ID_BYTES];
	int len = snprintf(text, sizeof(text), "%d", (int)id);

	return write(fd, text, (size_t)len) < 0 ? -errno : 0;
}

static bool
has_stayed(const struct sweep *s, const struct origin *task)
{
	for (size_t i = 0; i < s->stayed.count; i++) {
		if (s->stayed.list[i].id == task->id && s->stayed.list[i].start == task->start)
			return true;
	}
	return false;
}

/* Of the host's tasks those that were not tried yet. */
static int
untried_read(const struct sweep *s, struct origins *ret, struct error *e)
{
	auto_origins struct origins all = {0};
	int r = roster_read(s->host, s->change->target, &all, e);

	for (size_t i = 0; i < all.count && r == 0; i++) {
		const struct origin *task = &all.list[i];

		if (!has_stayed(s, task) &&
			origins_add(ret, task->id, task->start, task->group) < 0)
			r = error_sys(e, ENOMEM, s->change->target, "list the host's tasks");
	}
	return r;
}

/* Move all of @list that can be; the others are remembered. */
static int
sweep_move(struct sweep *s, const struct origins *list, struct error *e)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct origin *task = &list->list[i];
		int r = member_write(s->fd, task->id);

		if (r == 0) {
			s->moved++;
			continue;
		}
		/* ENOSPC, ENODEV: the pool itself can't take anybody. */
		if (r == -ENOSPC || r == -ENODEV || r == -EBADF)
			return error_sys(
				e, -r, s->change->target, "move process %d", (int)task->id);
		if (origins_add(&s->stayed, task->id, task->start, task->group) < 0)
			return error_sys(e, ENOMEM, s->change->target, "move the host's tasks");
	}
	return 0;
}

/* Whether the task @id is one of the kernel's own, or gone. */
static bool
is_no_ones(const struct host *host, pid_t id)
{
	struct task_facts facts;
	struct error gone;

	return task_read_facts(&host->roots.proc, id, &facts, &gone) < 0 || facts.is_kernels ||
	       facts.is_ended;
}

static void
name_read(const struct host *host, pid_t id, char *name, size_t size)
{
	char file[32];
	struct error gone;

	(void)snprintf(file, sizeof(file), "%d/comm", (int)id);
	if (file_read(&host->roots.proc, file, name, size, &gone) < 0)
		name[0] = '\0';
	name[strcspn(name, "/")] = '\0'; /* of "kworker/0:1H" and the like the kind */
}

/* Name the kernel's threads that stay, each kind once. */
static void
stayed_tell(const struct sweep *s)
{
	auto_buf struct buf names = {0};
	char name[64], word[72];
	size_t count = 0;

	buf_add(&names, " ");
	for (size_t i = 0; i < s->stayed.count; i++) {
		name_read(s->host, s->stayed.list[i].id, name, sizeof(name));
		if (name[0] == '\0')
			continue;
		count++;
		(void)snprintf(word, sizeof(word), " %s,", name);
		if (names.text != NULL && names.len < NAMES_BYTES &&
			strstr(names.text, word) == NULL)
			buf_add(&names, word);
	}
	if (count > 0 && names.text != NULL && !names.failed) {
		names.text[names.len - 1] = '\0';
		log_info(
			"%zu threads of the kernel can't be moved there:%s", count, names.text + 1);
	}
}

static int
migrate_apply(struct host *host, struct change *c, struct error *e)
{
	__attribute__((cleanup(sweep_done))) struct sweep s = {
		.host = host, .change = c, .fd = members_open(host, c->target, e)};
	size_t found = 1;
	int r = s.fd < 0 ? s.fd : 0;

	for (int pass = 0; pass < PASSES_MAX && r == 0 && found > 0; pass++) {
		auto_origins struct origins list = {0};

		r = untried_read(&s, &list, e);
		found = list.count;
		if (r == 0 && found > 0)
			r = origins_append(&host->state, &list, e);
		if (r == 0)
			r = sweep_move(&s, &list, e);
	}
	if (r < 0)
		return r;
	log_info("%zu host tasks were moved to %s", s.moved, c->target);
	stayed_tell(&s);
	return 0;
}

/* A task of a person's or a service's that is outside of the pool; 0 when there is none. */
static int
outsider_find(struct host *host, const struct change *c, pid_t *ret, struct error *e)
{
	auto_origins struct origins all = {0};
	int r = roster_read(host, c->target, &all, e);

	*ret = 0;
	for (size_t i = 0; i < all.count && r == 0 && *ret == 0; i++) {
		if (!is_no_ones(host, all.list[i].id))
			*ret = all.list[i].id;
	}
	return r;
}

static int
migrate_verify(struct host *host, const struct change *c, struct error *e)
{
	char name[64];
	pid_t outsider = 0;
	int r = 0;

	if (!str_eq(c->value, MIGRATE_ALL))
		return 0;
	for (int look = 0; look < LOOKS && r == 0; look++) {
		r = outsider_find(host, c, &outsider, e);
		if (r == 0 && outsider == 0)
			return 0;
		(void)poll(NULL, 0, LOOK_STEP_MS);
	}
	if (r < 0)
		return r;
	name_read(host, outsider, name, sizeof(name));
	error_refuse(e, ERROR_ISOLATION, c->target, "have all host tasks there");
	return error_why(e, "process %d (%s) is elsewhere", (int)outsider, name);
}

/* The leader of the process that thread @id is in; @id itself when that isn't known. */
static pid_t
leader_of(const struct host *host, pid_t id)
{
	char file[32], text[FILE_TEXT_BYTES];
	const char *found;
	struct error gone;
	uint32_t leader;

	(void)snprintf(file, sizeof(file), "%d/status", (int)id);
	if (file_read(&host->roots.proc, file, text, sizeof(text), &gone) < 0)
		return id;
	found = strstr(text, "\nTgid:\t");
	if (found == NULL)
		return id;
	(void)snprintf(file, sizeof(file), "%.*s", (int)strcspn(found + 7, "\n"), found + 7);
	return num_parse_u32(file, 1, INT32_MAX, &leader) == 0 ? (pid_t)leader : id;
}

/* Where task @id belongs: where it came from, or the nearest of those that it descends from. */
static const char *
home_find(const struct host *host, const struct origins *list, pid_t id, const char *pool)
{
	pid_t next = id;

	for (int i = 0; i < ANCESTORS_MAX && next > 0; i++) {
		struct task_facts facts;
		struct error gone;
		const char *home;
		pid_t leader;

		if (task_read_facts(&host->roots.proc, next, &facts, &gone) < 0)
			break;
		home = origins_find(list, next, facts.start);
		if (home != NULL)
			return home;
		leader = leader_of(host, next);
		next = leader != next ? leader : facts.parent;
	}
	return group_top(pool);
}

/* The list of members that is open, so that many tasks of one home need one open(2). */
struct home {
	const char *group; /* borrowed; NULL: none is open */
	int fd;            /* -errno when it can't be opened */
	bool patient;      /* who isn't taken by a group that is there stays in the pool */
};

/*
 * Move @id to @group, or to the top where that is gone, or takes no tasks any more: that is tried
 * twice, for a refusal may pass, and the top may be the wrong place for good.
 */
static int
home_move(const struct host *host, struct home *home, const char *group, pid_t id)
{
	struct error gone;
	int r;

	if (home->group == NULL || !str_eq(home->group, group)) {
		if (home->fd >= 0)
			(void)close(home->fd);
		home->group = group;
		home->fd = members_open(host, group, &gone);
	}
	r = home->fd >= 0 ? member_write(home->fd, id) : home->fd;
	if (r >= 0 || r == -ESRCH || str_eq(group, group_top(group)))
		return r;
	if (home->patient && group_exists(host, group))
		return r;
	log_debug("%s takes no task any more: %d goes to the top", group, (int)id);
	return home_move(host, home, group_top(group), id);
}

/* Everybody who is in the pool goes home: once through its list. */
static int
pool_empty(struct host *host, const struct origins *list, const char *pool, bool patient,
	size_t *ret_found, struct error *e)
{
	auto_origins struct origins members = {0};
	struct home home = {.fd = -1, .patient = patient};
	int r = roster_members(host, pool, &members, e);

	*ret_found = r == 0 ? members.count : 0;
	for (size_t i = 0; i < members.count && r == 0; i++) {
		const struct origin *task = &members.list[i];
		const char *group = origins_find(list, task->id, task->start);

		if (group == NULL)
			group = home_find(host, list, task->id, pool);
		(void)home_move(host, &home, group, task->id);
	}
	if (home.fd >= 0)
		(void)close(home.fd);
	return r;
}

static int
migrate_undo(struct host *host, const struct change *c, struct error *e)
{
	auto_origins struct origins list = {0};
	size_t found = 1;
	int r = origins_load(&host->state, &list, e);

	offline_forget(host, c->target);

	for (int pass = 0; pass < PASSES_MAX && r == 0 && found > 0; pass++) {
		if (!group_exists(host, c->target))
			break;
		r = pool_empty(host, &list, c->target, pass == 0, &found, e);
	}
	if (r < 0)
		return r;
	if (found > 0 && group_exists(host, c->target)) {
		error_sys(e, EBUSY, c->target, "move the host's tasks back");
		return error_why(e, "%zu of them stay", found);
	}
	return origins_remove(&host->state, e);
}

static void
migrate_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "move the host's tasks to %s", c->target);
}

const struct change_kind change_migrate = {
	.name = "migrate",
	.needs = CHANGE_VALUE,
	.look = migrate_look,
	.apply = migrate_apply,
	.verify = migrate_verify,
	.undo = migrate_undo,
	.describe = migrate_describe,
};
