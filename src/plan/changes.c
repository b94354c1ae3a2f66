/* SPDX-License-Identifier: MIT */
/* A plan as the list of changes that carry it out: `plan` shows it, `run` makes it. */
#include "plan/changes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "host/task.h"
#include "host/workqueue.h"
#include "plan/power.h"
#include "plan/quiet.h"
#include "qemu/scheduling.h"
#include "qemu/scheduling_change.h"

enum {
	ROLE_BYTES = 320, /* "iothread " and its id */
};

/* What is being appended to, and from what. */
struct maker {
	const struct plan *plan;
	const struct threads *threads; /* NULL in a dry run */
	const struct tasks *tasks;     /* NULL in a dry run */
	struct change_list *list;
	struct error *e;
};

static int
no_memory(struct error *e)
{
	return error_sys(e, ENOMEM, NULL, "make a plan");
}

/* Where isolated partitions don't do that by themselves; an ordinary user can't. */
static int
spare_workqueues(const struct plan *plan, const struct cpus *taken, struct change_list *list)
{
	char cpus[CPUS_TEXT_BYTES];

	if (plan->level < ISOLATION_ISOLATED || !plan->facts->workqueue_by_hand ||
		!plan->facts->root)
		return 0;
	return change_add(list, &change_workqueue, WORKQUEUE_CPUS, NULL,
		       cpus_format(taken, cpus)) != NULL
		       ? 0
		       : -ENOMEM;
}

/* Where the kernel's threads are kept to CPUs, those of workqueues are, which follow a mask alone.
 */
static int
keep_workqueues(const struct plan *plan, struct change_list *list)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus rest = plan->facts->topology.online;
	struct change *c;

	if (cpus_empty(&plan->housekeeping))
		return 0;
	cpus_subtract(&rest, &plan->housekeeping);
	c = change_add(list, &change_workqueue, WORKQUEUE_CPUS, NULL, cpus_format(&rest, text));
	if (c != NULL)
		c->shared = true;
	return c != NULL ? 0 : -ENOMEM;
}

/* What makes the CPUs @taken better, when they are ours. */
static int
better(const struct plan *plan, const struct cpus *taken, struct change_list *list)
{
	int r = spare_workqueues(plan, taken, list);

	if (r == 0)
		r = quiet_changes(plan, taken, list);
	return r < 0 ? r : power_changes(plan, taken, list);
}

int
plan_prepare(const struct plan *plan, struct change_list *list, struct error *e)
{
	int r = plan->backend->prepare(&plan->layout, list);

	if (r == 0)
		r = keep_workqueues(plan, list);
	if (r == 0)
		r = better(plan, &plan->pinned, list);
	return r < 0 ? no_memory(e) : 0;
}

/* Append a change to a thread, in a role. */
static int
thread_change(struct maker *m, const struct change_kind *kind, const char *role, pid_t tid,
	const char *value)
{
	struct change *c = change_add(m->list, kind, role, NULL, value);

	if (c == NULL)
		return no_memory(m->e);
	c->id = tid;
	c->role = strdup(role);
	return c->role != NULL ? 0 : no_memory(m->e);
}

static int
schedule(struct maker *m, const struct scheduling *s, const char *role, pid_t tid)
{
	char text[SCHEDULING_TEXT_BYTES];

	if (!s->set)
		return 0;
	return thread_change(m, &change_scheduling, role, tid, scheduling_format(s, text));
}

static int
affine(struct maker *m, const struct cpus *cpus, const char *role, pid_t tid)
{
	char text[CPUS_TEXT_BYTES];

	return thread_change(m, &change_affinity, role, tid, cpus_format(cpus, text));
}

static int
missing(struct maker *m, const char *role)
{
	error_sys(m->e, ENOENT, m->plan->definition->path, "pin %s", role);
	return error_why(m->e, "this QEMU has no such thread");
}

/* The thread of a vCPU: 0 in a dry run; 1 when it can be plugged later, or can never be. */
static int
vcpu_find(struct maker *m, const struct plan_vcpu *v, const char *role, pid_t *ret)
{
	const struct vcpu_thread *found;

	*ret = 0;
	if (m->threads == NULL)
		return 0;
	found = threads_find_vcpu(m->threads, v->socket, v->core, v->thread);
	if (found == NULL)
		return plan_vcpu_is_later(m->plan, v->socket, v->core, v->thread)
			       ? 1
			       : missing(m, role);
	*ret = found->tid;
	return 0;
}

static int
move_vcpu(struct maker *m, const struct plan_vcpu *v, const char *role, pid_t tid)
{
	const struct placement p = {.os_cpu = v->os_cpu, .role = role, .tid = tid};

	return m->plan->backend->place(&m->plan->layout, &p, m->list) < 0 ? no_memory(m->e) : 0;
}

/* Those whose leaf isn't made at start get it when they come: plan_plug(). */
static int
place_vcpu(struct maker *m, const struct plan_vcpu *v)
{
	char role[PLAN_VCPU_TEXT_BYTES];
	pid_t tid;
	int r;

	if (m->plan->level > ISOLATION_AFFINITY && cpus_has(&m->plan->later, v->os_cpu))
		return 0;
	r = vcpu_find(m, v, plan_vcpu_text(v, role, sizeof(role)), &tid);
	if (r != 0)
		return r < 0 ? r : 0;
	return move_vcpu(m, v, role, tid);
}

/* vCPU @index as QEMU counts them: threads first, then cores, then sockets. */
static int
schedule_vcpu(struct maker *m, unsigned index)
{
	const struct smp *smp = &m->plan->smp;
	const struct plan_vcpu v = {
		.thread = index % smp->threads,
		.core = index / smp->threads % smp->cores,
		.socket = index / smp->threads / smp->cores,
	};
	char role[PLAN_VCPU_TEXT_BYTES];
	pid_t tid;
	int r = vcpu_find(m, &v, plan_vcpu_text(&v, role, sizeof(role)), &tid);

	if (r != 0)
		return r < 0 ? r : 0;
	return schedule(m, &m->plan->definition->vcpu_scheduling, role, tid);
}

static int
place_iothread(struct maker *m, const char *id, const struct cpus *cpus)
{
	char role[ROLE_BYTES];
	pid_t tid = 0;
	int r = 0;

	(void)snprintf(role, sizeof(role), "iothread %s", id);
	if (m->threads != NULL) {
		const struct iothread_thread *found = threads_find_iothread(m->threads, id);

		if (found == NULL)
			return missing(m, role);
		tid = found->tid;
	}
	if (cpus != NULL)
		r = affine(m, cpus, role, tid);
	return r;
}

/* Every iothread that QEMU has gets the role's scheduling. */
static int
schedule_iothreads(struct maker *m)
{
	char role[ROLE_BYTES];
	int r = 0;

	if (m->threads == NULL)
		return schedule(m, &m->plan->definition->iothread_scheduling, "every iothread", 0);
	for (size_t i = 0; i < m->threads->iothread_count && r == 0; i++) {
		const struct iothread_thread *io = &m->threads->iothreads[i];

		(void)snprintf(role, sizeof(role), "iothread %s", io->id);
		r = schedule(m, &m->plan->definition->iothread_scheduling, role, io->tid);
	}
	return r;
}

/*
 * Whether QEMU's other threads need masks: without cgroups nothing else keeps them where they shall
 * be, and with iothreads pinned elsewhere their cgroup is wider than emulator_cpus.
 */
static bool
emulator_needs_masks(const struct plan *plan)
{
	const struct cpus *cpus = cpus_empty(&plan->emulator) ? &plan->pool : &plan->emulator;

	if (plan->level == ISOLATION_AFFINITY)
		return plan->vcpu_count > 0 || !cpus_empty(&plan->emulator);
	return !cpus_empty(&plan->layout.emulator) && !cpus_equal(cpus, &plan->layout.emulator);
}

bool
plan_has_for_others(const struct plan *plan)
{
	return emulator_needs_masks(plan) || plan->definition->emulator_scheduling.set;
}

static int
place_emulator_thread(struct maker *m, const char *role, pid_t tid)
{
	const struct plan *plan = m->plan;
	const struct cpus *cpus = cpus_empty(&plan->emulator) ? &plan->pool : &plan->emulator;
	int r = 0;

	if (emulator_needs_masks(plan))
		r = affine(m, cpus, role, tid);
	return r < 0 ? r : schedule(m, &plan->definition->emulator_scheduling, role, tid);
}

static int
place_emulator(struct maker *m)
{
	int r = 0;

	if (m->tasks == NULL)
		return place_emulator_thread(m, "every other thread of QEMU", 0);
	for (size_t i = 0; i < m->tasks->count && r == 0; i++) {
		const struct task *t = &m->tasks->list[i];

		if (t->role == TASK_EMULATOR)
			r = place_emulator_thread(m, t->name, t->tid);
	}
	return r;
}

int
plan_place(const struct plan *plan, const struct threads *threads, const struct tasks *tasks,
	struct change_list *list, struct error *e)
{
	struct maker m = {.plan = plan, .threads = threads, .tasks = tasks, .list = list, .e = e};
	const struct definition *d = plan->definition;
	int r = place_emulator(&m);

	for (size_t i = 0; i < d->iothread_pin_count && r == 0; i++)
		r = place_iothread(&m, d->iothread_pins[i].id, &d->iothread_pins[i].cpus);
	if (r == 0)
		r = schedule_iothreads(&m);
	for (size_t i = 0; i < plan->vcpu_count && r == 0; i++)
		r = place_vcpu(&m, &plan->vcpus[i]);
	/* When all are in their leaves: SCHED_DEADLINE is given to a thread that was there. */
	for (unsigned i = 0; i < plan->smp.cpus && r == 0; i++)
		r = schedule_vcpu(&m, i);
	return r;
}

int
plan_plug(const struct plan *plan, unsigned os_cpu, struct change_list *list, struct error *e)
{
	struct cpus one = {0};
	int r;

	if (cpus_has(&plan->pinned, os_cpu))
		return 0;
	cpus_add(&one, os_cpu);
	r = plan->backend->plug(&plan->layout, os_cpu, list);
	if (r == 0)
		r = better(plan, &one, list);
	return r < 0 ? no_memory(e) : 0;
}

int
plan_place_vcpu(const struct plan *plan, const struct plan_vcpu *v, pid_t tid,
	struct change_list *list, struct error *e)
{
	struct maker m = {.plan = plan, .list = list, .e = e};
	char role[PLAN_VCPU_TEXT_BYTES];
	int r = move_vcpu(&m, v, plan_vcpu_text(v, role, sizeof(role)), tid);

	return r < 0 ? r : schedule(&m, &plan->definition->vcpu_scheduling, role, tid);
}

int
plan_place_other(const struct plan *plan, const char *name, pid_t tid, struct change_list *list,
	struct error *e)
{
	struct maker m = {.plan = plan, .list = list, .e = e};

	return place_emulator_thread(&m, name, tid);
}
