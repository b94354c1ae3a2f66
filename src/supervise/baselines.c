/* SPDX-License-Identifier: MIT */
/* From when on it is counted who else is put on the vCPUs' CPUs, as long as these have them. */
#include "supervise/baselines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/kept.h"
#include "base/log.h"
#include "change/revert.h"
#include "host/task.h"
#include "host/turnout.h"
#include "host/usage.h"
#include "supervise/seated.h"
#include "supervise/vm.h"

enum {
	NS_PER_S = 1000 * 1000 * 1000,
};

/* What the journal is to have, and what is to be counted for that. */
struct work {
	struct vm *vm;
	pid_t *tids;              /* owned; room for one CPU's vCPUs */
	struct turnout *turnouts; /* owned; of CPUs whose counts begin anew; room for all vCPUs */
	size_t turnout_count;
	struct baselines kept; /* that still hold, and then new ones */
	size_t kept_count;     /* of the former */
};

static void
work_done(struct work *w)
{
	free(w->tids);
	free(w->turnouts);
	baselines_done(&w->kept);
}

/* Whether the thread that was counted is still there, and was nowhere else meanwhile. */
static bool
is_still(const struct vm *vm, const struct baseline *b)
{
	const struct root *proc = &vm->host.roots.proc;
	struct error ignored;

	return task_lives(proc, b->tid, b->start, &ignored) > 0 &&
	       b->migrations == usage_read_migrations(proc, vm->qemu.pid, b->tid);
}

/* The thread's own, if it is still counted from then on. */
static const struct baseline *
baseline_find(const struct vm *vm, unsigned os_cpu, pid_t tid)
{
	const struct baselines *had = &vm->journal.baselines;

	for (size_t i = 0; i < had->count; i++) {
		const struct baseline *b = &had->list[i];

		if (b->os_cpu == os_cpu && b->tid == tid && is_still(vm, b))
			return b;
	}
	return NULL;
}

static size_t
baselines_on(const struct baselines *had, unsigned os_cpu)
{
	size_t count = 0;

	for (size_t i = 0; i < had->count; i++)
		count += had->list[i].os_cpu == os_cpu;
	return count;
}

/* Whether those who have the CPU are those who were counted. */
static bool
holds(const struct work *w, unsigned os_cpu, size_t count)
{
	if (baselines_on(&w->vm->journal.baselines, os_cpu) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (baseline_find(w->vm, os_cpu, w->tids[i]) == NULL)
			return false;
	}
	return true;
}

static int
cpu_look(struct work *w, unsigned os_cpu)
{
	const struct baselines *had = &w->vm->journal.baselines;
	size_t count = seated_on(w->vm, os_cpu, w->tids, NULL);
	bool keep = holds(w, os_cpu, count);
	int r = 0;

	for (size_t i = 0; i < had->count && keep && r == 0; i++) {
		if (had->list[i].os_cpu == os_cpu)
			r = baselines_add(&w->kept, &had->list[i]);
	}
	for (size_t i = 0; i < count && !keep; i++)
		w->turnouts[w->turnout_count++] = (struct turnout){
			.os_cpu = os_cpu, .pid = w->vm->qemu.pid, .tid = w->tids[i]};
	return r;
}

/* A count that isn't settled would make a task of others of what was a vCPU: it waits. */
static int
begin_anew(struct work *w)
{
	struct root *proc = &w->vm->host.roots.proc;
	struct timespec now = {0};
	int64_t start = task_now();
	int r;

	root_keep(proc, O_RDONLY); /* each thread's twice, at least */
	r = turnouts_read(proc, w->turnouts, w->turnout_count);
	root_keep_none(proc);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	for (size_t i = 0; i < w->turnout_count && r == 0; i++) {
		const struct turnout *t = &w->turnouts[i];
		struct baseline b = {
			.os_cpu = t->os_cpu,
			.switches = (int64_t)t->switches,
			.turns = (int64_t)t->after.count,
			.taken_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec,
			.tid = t->tid,
			.start = start,
			.migrations = usage_read_migrations(proc, w->vm->qemu.pid, t->tid),
		};

		if (t->is_settled)
			r = baselines_add(&w->kept, &b);
	}
	return r;
}

static int
look(struct work *w, struct error *e)
{
	size_t room = w->vm->threads.vcpu_count + 1;
	struct cpus taken;
	int r = 0;

	w->tids = calloc(room, sizeof(*w->tids));
	w->turnouts = calloc(room, sizeof(*w->turnouts));
	if (w->tids == NULL || w->turnouts == NULL)
		r = -ENOMEM;
	seated_cpus(w->vm, &taken);
	cpus_each (os_cpu, &taken) {
		if (r == 0)
			r = cpu_look(w, (unsigned)os_cpu);
	}
	w->kept_count = w->kept.count;
	if (r == 0 && w->turnout_count > 0)
		r = begin_anew(w);
	return r < 0 ? error_sys(e, -r, NULL, "count what runs") : 0;
}

void
baselines_keep(struct vm *vm)
{
	struct work w = {.vm = vm};
	struct error e;
	int r;

	if (vm->planless) /* whose they are isn't known; what was counted goes on */
		return;
	r = look(&w, &e);
	if (r == 0 && (w.kept_count < vm->journal.baselines.count || w.kept_count < w.kept.count))
		r = journal_count_take(&vm->journal, &w.kept, &e);
	if (r < 0)
		log_debug("%s: %s", e.what, e.why);
	work_done(&w);
}
