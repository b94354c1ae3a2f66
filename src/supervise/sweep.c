/* SPDX-License-Identifier: MIT */
/* A leaf holds the threads of its vCPUs and no other. */
#include "supervise/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "plan/changes.h"
#include "qemu/tasks.h"
#include "supervise/seated.h"
#include "supervise/vm.h"

enum {
	PATH_BYTES = LAYOUT_PATH_BYTES + 64,
	TASK_PATH_BYTES = 64,
};

/* One sweep. */
struct sweeper {
	struct vm *vm;
	pid_t *tids;    /* owned; room for all vCPUs */
	bool strangers; /* there are some */
};

/* Make the changes that put a thread right; there is nothing to be undone: it never was to be
 * there. */
static int
put_right(struct vm *vm, const struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		struct change *c = &list->list[i];

		r = c->kind->apply(&vm->host, c, e);
		if (r == 0)
			r = c->kind->verify(&vm->host, c, e);
	}
	return r == -ESRCH ? 0 : r;
}

/* To where QEMU's main thread is. */
static int
move_out(const struct vm *vm, const char *leaf, const char *name, pid_t tid,
	struct change_list *ret, struct error *e)
{
	char home[GROUP_PATH_BYTES];
	struct change *c;
	int r = group_of_task(&vm->host, leaf, vm->qemu.pid, home, sizeof(home), e);

	if (r < 0)
		return r;
	c = change_add(ret, &change_thread, home, NULL, NULL);
	if (c == NULL)
		return error_sys(e, ENOMEM, NULL, "move thread %d", (int)tid);
	c->id = tid;
	c->role = strdup(name);
	return c->role != NULL ? 0 : error_sys(e, ENOMEM, NULL, "move thread %d", (int)tid);
}

/* @leaf: NULL where a mask alone keeps vCPUs in their places. */
static void
evict(struct vm *vm, const char *leaf, const char *name, pid_t tid)
{
	auto_change_list struct change_list list = {0};
	struct error e;
	int r = leaf != NULL ? move_out(vm, leaf, name, tid, &list, &e) : 0;

	if (r == 0)
		r = plan_place_other(&vm->plan, name, tid, &list, &e);
	if (r == 0)
		r = put_right(vm, &list, &e);
	if (r < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	else
		log_notice("%s: thread %d ('%s') was on a vCPU's host CPU, and is with QEMU's "
			   "other threads now",
			vm->definition->name, (int)tid, name);
}

/* Whether it is QEMU's; its name. */
static bool
is_qemus(const struct vm *vm, pid_t tid, char *name, size_t size)
{
	char path[TASK_PATH_BYTES];
	struct error ignored;

	(void)snprintf(path, sizeof(path), "%d/task/%d/comm", (int)vm->qemu.pid, (int)tid);
	return file_read(&vm->host.roots.proc, path, name, size, &ignored) >= 0;
}

/* One of QEMU's that has ended meanwhile is nobody's by now. */
static bool
has_ended(const struct vm *vm, pid_t tid)
{
	char path[TASK_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%d", (int)tid);
	return !file_exists(&vm->host.roots.proc, path);
}

static void
stranger(struct sweeper *s, const char *leaf, pid_t tid)
{
	s->strangers = true;
	if (!s->vm->guard.strangers)
		log_warning("%s: thread %d of another process is in %s, where a vCPU shall be "
			    "alone; move it elsewhere",
			s->vm->definition->name, (int)tid, leaf);
}

static void
sweep_leaf(struct sweeper *s, unsigned os_cpu)
{
	struct vm *vm = s->vm;
	char leaf[PATH_BYTES], name[TASK_NAME_BYTES];
	pid_t strays[GROUP_STRANGERS_MAX];
	struct error e;
	int count;

	if (!vm->plan.backend->leaf(&vm->plan.layout, os_cpu, leaf, sizeof(leaf)))
		return;
	count = group_strangers(
		&vm->host, leaf, s->tids, seated_on(vm, os_cpu, s->tids, NULL), strays, &e);
	if (count < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	for (int i = 0; i < count; i++) {
		if (is_qemus(vm, strays[i], name, sizeof(name)))
			evict(vm, leaf, name, strays[i]);
		else if (!has_ended(vm, strays[i]))
			stranger(s, leaf, strays[i]);
	}
}

/* Without leaves: threads without a role that may run where vCPUs are, and nowhere else. */
static void
sweep_masks(struct vm *vm, const struct cpus *taken)
{
	struct tasks tasks;
	struct cpus allowed;
	struct error e;

	if (tasks_read(&vm->host.roots.proc, vm->qemu.pid, &vm->threads, &tasks, &e) < 0)
		return;
	for (size_t i = 0; i < tasks.count; i++) {
		const struct task *t = &tasks.list[i];

		if (t->role == TASK_EMULATOR && task_read_affinity(t->tid, &allowed, &e) == 0 &&
			cpus_within(&allowed, taken))
			evict(vm, NULL, t->name, t->tid);
	}
	tasks_done(&tasks);
}

void
sweep(struct vm *vm)
{
	struct sweeper s = {.vm = vm};
	struct cpus taken;

	seated_cpus(vm, &taken);
	if (cpus_empty(&taken))
		return;
	if (vm->plan.way == WAY_AFFINITY) {
		sweep_masks(vm, &taken);
		return;
	}
	s.tids = calloc(vm->threads.vcpu_count + 1, sizeof(*s.tids));
	if (s.tids == NULL)
		return;
	cpus_each (os_cpu, &taken)
		sweep_leaf(&s, (unsigned)os_cpu);
	vm->guard.strangers = s.strangers;
	free(s.tids); /* by hand: clang's analyzer loses an array of ints in a cleanup function */
}
