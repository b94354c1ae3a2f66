/* SPDX-License-Identifier: MIT */
/* Affinity masks of the host's tasks are what they were before. */
#include "cgroup/masks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/masklist.h"
#include "change/claims.h"
#include "host/host.h"
#include "host/task.h"
#include "host/workqueue.h"

/*
 * A look at all tasks. The mask of a kernel's thread whose CPU is offline reads as empty: nothing
 * is known of it then.
 */
struct scan {
	struct host *host;
	struct mask_list *list;
	bool first;          /* nothing of ours was changed before */
	bool forgets;        /* the kernel is of those that may forget masks */
	int64_t before;      /* when new tasks were looked for the last time before */
	struct cpus online;  /* CPUs that tasks may be on */
	struct cpus boot;    /* isolated at boot */
	struct cpus taken;   /* that the partitions there are keep from the root's tasks */
	struct cpus claimed; /* by VMs; not those isolated at boot */
	struct cpus kernels; /* what a thread of the kernel has that nobody told; empty: it's
				what its cgroup has */
	char path[GROUP_PATH_BYTES]; /* of the cgroup looked at last; "" at first */
	struct cpus effective;       /* its CPUs */
};

/* A list of sysfs; empty when it isn't there. */
static void
sys_cpus_read(const struct host *host, const char *name, struct cpus *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;

	cpus_clear(ret);
	if (file_read(&host->roots.sys, name, text, sizeof(text), &ignored) >= 0)
		(void)cpus_parse(text, ret);
}

static void
claimed_read(const struct host *host, struct cpus *ret)
{
	auto_free struct claim *claims = NULL;
	struct error ignored;
	int count = claims_list(&host->state, &claims, &ignored);

	cpus_clear(ret);
	for (int i = 0; i < count; i++)
		cpus_unite(ret, &claims[i].cpus);
}

/* Linux 7.2 keeps its threads off isolated CPUs, whatever their cgroup has. */
static void
kernels_read(struct scan *s)
{
	struct error ignored;
	struct cpus isolated;

	if (group_read_cpus(s->host, "/", CPUSET_CPUS_ISOLATED, &isolated, &ignored) < 0)
		return;
	s->kernels = s->online;
	cpus_subtract(&s->kernels, &isolated);
}

static void
scan_begin(struct host *host, struct mask_list *list, struct scan *ret)
{
	struct error ignored;
	struct cpus all;
	const char *top = host->roots.cpuset_v1.fd >= 0 ? HOST_CPUSET_V1 "/" : "/";

	*ret = (struct scan){.host = host,
		.list = list,
		.forgets = workqueue_is_by_hand(&host->roots.sys)}; /* as old as that */
	sys_cpus_read(host, "devices/system/cpu/online", &ret->online);
	sys_cpus_read(host, "devices/system/cpu/isolated", &ret->boot);
	ret->taken = ret->online;
	if (group_read_cpus(host, top, group_effective(top), &all, &ignored) < 0)
		all = ret->online;
	cpus_subtract(&ret->taken, &all);
	claimed_read(host, &ret->claimed);
	cpus_subtract(&ret->claimed, &ret->boot);
	kernels_read(ret);
}

/* The CPUs of the cgroup that @tid is in, or of the nearest one above it that has any. */
static const struct cpus *
effective_of(struct scan *s, pid_t tid)
{
	const char *like = s->host->roots.cpuset_v1.fd >= 0 ? HOST_CPUSET_V1 : "/";
	char path[GROUP_PATH_BYTES];
	struct error ignored;

	if (group_of_task(s->host, like, tid, path, sizeof(path), &ignored) < 0)
		return &s->online;
	if (str_eq(path, s->path))
		return &s->effective;
	(void)snprintf(s->path, sizeof(s->path), "%s", path);
	while (group_read_cpus(s->host, path, group_effective(path), &s->effective, &ignored) < 0) {
		if (group_up(path))
			continue;
		s->effective = s->online;
		break;
	}
	return &s->effective;
}

/* What a VM's cgroups and its qpin give a QEMU that ran before is nobody's wish. */
static bool
is_vms(struct scan *s, pid_t pid, pid_t tid)
{
	(void)effective_of(s, tid);
	return pid == s->host->guest || group_is_vms(s->path) ||
	       str_ends(s->path, "/vm/emulator") || strstr(s->path, "/vm/cores/") != NULL;
}

/*
 * What its creator has, of a task born since we looked: thread and child begin with that mask. One
 * that was there had every CPU, whatever its creator had.
 */
static const struct mask_record *
creator_of(const struct scan *s, pid_t pid, pid_t tid, int64_t start)
{
	struct error ignored;
	pid_t creator = pid;

	if (start < s->before)
		return NULL;
	if (pid == tid && task_read_parent(&s->host->roots.proc, tid, &creator, &ignored) < 0)
		return NULL;
	return mask_list_find(s->list, creator);
}

/*
 * The mask of its own, @now or more, of a task that is new, for what it has @now may be what
 * partitions left of one. False when it has none.
 *
 * What a VM claims is nobody's wish to lack: while a partition goes (systemd may be removing one
 * whose qpin died), the cgroup has its CPUs again before the tasks do.
 */
static bool
own_of_new(struct scan *s, pid_t pid, pid_t tid, const struct task_facts *facts,
	const struct cpus *now, struct cpus *ret)
{
	const struct mask_record *creator = creator_of(s, pid, tid, facts->start);
	struct cpus lacks;

	*ret = *now;
	if (facts->is_kernels && cpus_equal(&s->kernels, now))
		return false;
	if (is_vms(s, pid, tid))
		return false;
	if (creator != NULL && cpus_equal(&s->list->sets[creator->left], now)) {
		*ret = s->list->sets[creator->own];
		return true;
	}
	lacks = *effective_of(s, tid);
	cpus_subtract(&lacks, now);
	cpus_subtract(&lacks, &s->claimed);
	if (cpus_empty(&lacks))
		return false;
	if (!cpus_within(&lacks, &s->boot) || cpus_intersect(now, &s->boot))
		return true;
	cpus_unite(ret, &s->taken);
	cpus_unite(ret, &s->claimed);
	cpus_subtract(ret, &s->boot);
	return true;
}

static int
task_add(struct scan *s, pid_t pid, pid_t tid, const struct cpus *now)
{
	struct error ignored;
	struct cpus own = *now;
	struct task_facts facts;

	if (cpus_empty(now) || cpus_within(&s->online, now) ||
		task_read_facts(&s->host->roots.proc, tid, &facts, &ignored) < 0 ||
		(!s->first && !own_of_new(s, pid, tid, &facts, now, &own)))
		return 0;
	return mask_list_add(s->list, tid, facts.start, &own, now);
}

static int
task_look(pid_t pid, pid_t tid, void *data)
{
	struct scan *s = data;
	struct mask_record *known = mask_list_find(s->list, tid);
	struct error ignored;
	struct cpus now;

	if (task_read_affinity(tid, &now, &ignored) < 0)
		return 0; /* it has ended */
	if (known == NULL || task_lives(&s->host->roots.proc, tid, known->start, &ignored) == 0)
		return task_add(s, pid, tid, &now);
	known->seen = true;
	if (s->list->changing || cpus_empty(&now) || cpus_equal(&s->list->sets[known->left], &now))
		return 0;
	if (is_vms(s, pid, tid))
		return 0;
	if (s->forgets && cpus_equal(&now, effective_of(s, tid)))
		return 0; /* systemd removed a partition whose qpin had died */
	if (mask_list_put(s->list, &now, &known->left) < 0)
		return -ENOMEM;
	known->own = known->left; /* somebody set it */
	return 0;
}

/* Look at all tasks; those of the list that are gone are dropped. */
static int
scan_all(struct scan *s, struct error *e)
{
	size_t known = s->list->count;
	int r;

	s->before = s->list->looked;
	s->list->looked = task_now();
	r = task_each(&s->host->roots.proc, task_look, s, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < known; i++) {
		if (!s->list->list[i].seen)
			s->list->list[i].tid = 0;
	}
	return 0;
}

/*
 * Linux from 6.2 keeps a mask that was set by sched_setaffinity(), and adds CPUs isolated at boot
 * to others. So tasks that have none of those have that set before anything changes: then none is
 * pushed there, not even for a moment.
 */
static void
boot_keep_off(const struct scan *s)
{
	struct error ignored;

	for (size_t i = 0; i < s->list->count; i++) {
		const struct mask_record *r = &s->list->list[i];
		const struct cpus *own = &s->list->sets[r->own];

		if (r->tid != 0 && cpus_intersect(&s->boot, &s->online) &&
			!cpus_intersect(own, &s->boot))
			(void)task_set_affinity(r->tid, own, &ignored); /* some can't be */
	}
}

/* Whether @now is a mask that the kernel gave, and wrongly: one that forgets gives all that the
 * cgroup has, and any may add CPUs isolated at boot. Another mask than its own is somebody's wish.
 */
static bool
is_the_kernels(struct scan *s, const struct mask_record *r, const struct cpus *now)
{
	const struct cpus *own = &s->list->sets[r->own];
	/* It adds them; to have no others is somebody's wish. */
	bool boot = cpus_intersect(now, &s->boot) && !cpus_within(now, &s->boot);

	if (cpus_within(now, own))
		return false;
	return (boot && !cpus_intersect(own, &s->boot)) || cpus_equal(now, effective_of(s, r->tid));
}

/* What the kernel made of a task's mask; it may refuse what we want, as may the task's kind. */
static int
record_mend(struct scan *s, struct mask_record *r)
{
	const struct cpus own = s->list->sets[r->own];
	struct error ignored;
	struct cpus now;

	if (task_read_affinity(r->tid, &now, &ignored) < 0 ||
		task_lives(&s->host->roots.proc, r->tid, r->start, &ignored) == 0) {
		r->tid = 0;
		return 0;
	}
	if (cpus_empty(&now))
		return 0;
	if (is_the_kernels(s, r, &now)) {
		(void)task_set_affinity(r->tid, &own, &ignored);
		if (task_read_affinity(r->tid, &now, &ignored) < 0)
			return 0;
	} else if (!cpus_within(&now, &own) && mask_list_put(s->list, &now, &r->own) < 0) {
		return -ENOMEM;
	}
	return mask_list_put(s->list, &now, &r->left);
}

int
masks_watch(struct host *host, struct error *e)
{
	auto_mask_list struct mask_list list = {0};
	struct scan s;
	int r = mask_list_load(&host->state, &list, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	scan_begin(host, &list, &s);
	r = scan_all(&s, e);
	list.changing = true;
	if (r == 0)
		r = mask_list_save(&host->state, &list, e);
	if (r == 0)
		boot_keep_off(&s);
	return r;
}

int
masks_mend(struct host *host, struct error *e)
{
	auto_mask_list struct mask_list list = {0};
	struct scan s;
	int r = mask_list_load(&host->state, &list, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	scan_begin(host, &list, &s);
	for (size_t i = 0; i < list.count && r == 0; i++)
		r = record_mend(&s, &list.list[i]);
	if (r < 0)
		return error_sys(e, -r, host->state.path, "put the masks of tasks back");
	list.changing = false;
	return mask_list_save(&host->state, &list, e);
}

/* The first list, before anything is changed. */
static int
masks_look(struct host *host, struct change *c, struct error *e)
{
	auto_mask_list struct mask_list list = {.changing = true};
	struct scan s;
	int r;

	(void)c;
	scan_begin(host, &list, &s);
	s.first = true;
	r = scan_all(&s, e);
	return r < 0 ? r : mask_list_save(&host->state, &list, e);
}

static int
masks_apply(struct host *host, struct change *c, struct error *e)
{
	auto_mask_list struct mask_list list = {0};
	struct scan s;
	int r = mask_list_load(&host->state, &list, e);

	if (r == -ENOENT) /* somebody deleted it */
		return masks_look(host, c, e);
	if (r < 0)
		return r;
	scan_begin(host, &list, &s);
	boot_keep_off(&s);
	return 0;
}

static int
masks_verify(struct host *host, const struct change *c, struct error *e)
{
	(void)c;
	if (file_exists(&host->state, MASKS_FILE))
		return 0;
	return error_sys(e, ENOENT, host->state.path, "find the list of masks, " MASKS_FILE);
}

static int
masks_undo(struct host *host, const struct change *c, struct error *e)
{
	int r = masks_mend(host, e);

	(void)c;
	return r < 0 ? r : mask_list_delete(&host->state, e);
}

static void
masks_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "keep the affinity masks of %s", c->target);
}

const struct change_kind change_masks = {
	.name = "masks",
	.last = true,
	.look = masks_look,
	.apply = masks_apply,
	.verify = masks_verify,
	.undo = masks_undo,
	.describe = masks_describe,
};
