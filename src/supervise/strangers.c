/* SPDX-License-Identifier: MIT */
/* How many others were put on the vCPUs' CPUs since these have them. */
#include "supervise/strangers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "host/turnout.h"

static bool
is_on(const struct status_thread *t, unsigned os_cpu)
{
	return t->role == STATUS_VCPU && cpus_count(&t->cpus) == 1 && cpus_has(&t->cpus, os_cpu);
}

/* The vCPU that was counted, if it is still there, and was nowhere else. */
static struct status_thread *
thread_of(const struct baseline *b, const struct status_vm *vm)
{
	for (size_t i = 0; i < vm->thread_count; i++) {
		struct status_thread *t = &vm->threads[i];
		bool moved = b->migrations >= 0 && t->usage.has[USAGE_MIGRATIONS] &&
			     t->usage.of[USAGE_MIGRATIONS] != (uint64_t)b->migrations;

		if (t->tid == b->tid && t->start <= b->start && is_on(t, b->os_cpu) && !moved)
			return t;
	}
	return NULL;
}

/* Those of one CPU, appended to @list; none of them if it isn't theirs alone, as it was. */
static size_t
cpu_list(const struct journal *j, unsigned os_cpu, const struct status_vm *vm, struct turnout *list)
{
	size_t count = 0, present = 0;

	for (size_t i = 0; i < j->baselines.count; i++) {
		const struct baseline *b = &j->baselines.list[i];

		if (b->os_cpu != os_cpu)
			continue;
		if (thread_of(b, vm) == NULL)
			return 0;
		list[count++] = (struct turnout){.os_cpu = os_cpu, .pid = vm->qemu, .tid = b->tid};
	}
	for (size_t i = 0; i < vm->thread_count; i++)
		present += is_on(&vm->threads[i], os_cpu);
	return count == present ? count : 0;
}

static const struct baseline *
baseline_of(const struct journal *j, const struct turnout *t)
{
	for (size_t i = 0; i < j->baselines.count; i++) {
		if (j->baselines.list[i].tid == t->tid)
			return &j->baselines.list[i];
	}
	return NULL;
}

/* What was put on one CPU beside those @count. */
static void
cpu_tell(const struct journal *j, const struct turnout *list, size_t count, struct status_vm *vm)
{
	int64_t others = 0, since_ns = 0;

	for (size_t i = 0; i < count; i++) {
		const struct baseline *b = baseline_of(j, &list[i]);

		if (b == NULL)
			return;
		if (i == 0)
			others = (int64_t)list[i].switches - b->switches;
		others -= (int64_t)list[i].before.count - b->turns;
		since_ns = b->taken_ns;
	}
	for (size_t i = 0; i < vm->thread_count && others >= 0; i++) {
		struct status_thread *t = &vm->threads[i];

		if (!is_on(t, list[0].os_cpu))
			continue;
		t->usage.has[USAGE_FOREIGN] = true;
		t->usage.of[USAGE_FOREIGN] = (uint64_t)others;
		t->foreign_since_ns = since_ns;
	}
}

int
strangers_count(const struct root *proc, const struct journal *j, struct status_vm *vm)
{
	auto_free struct turnout *list = calloc(j->baselines.count + 1, sizeof(*list));
	struct cpus cpus = {0};
	size_t count = 0, here;
	int r;

	if (list == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < j->baselines.count; i++)
		cpus_add(&cpus, j->baselines.list[i].os_cpu);
	cpus_each (os_cpu, &cpus)
		count += cpu_list(j, (unsigned)os_cpu, vm, &list[count]);
	r = turnouts_read(proc, list, count);
	for (size_t i = 0; i < count && r == 0; i += here) {
		here = turnouts_of_cpu(&list[i], count - i);
		if (list[i].is_settled)
			cpu_tell(j, &list[i], here, vm);
	}
	return r;
}
