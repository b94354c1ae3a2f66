/* SPDX-License-Identifier: MIT */
/* Who they are that had a CPU. */
#include "supervise/disturbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/task.h"

/* False when there is no such thread (any more); else what it is, and whether it is bound to
 * @os_cpu. */
static bool
thread_look(
	const struct root *proc, pid_t tid, unsigned os_cpu, struct task_facts *ret, bool *ret_here)
{
	struct error ignored;
	struct cpus cpus;

	if (task_read_facts(proc, tid, ret, &ignored) < 0 ||
		task_read_affinity(tid, &cpus, &ignored) < 0)
		return false;
	*ret_here = ret->is_bound && cpus_count(&cpus) == 1 && cpus_has(&cpus, os_cpu);
	return true;
}

/* Bound there at the beginning, or since: an older kernel renames it when it ends. */
static bool
is_native(const struct proof_cpu *cpu, pid_t tid)
{
	const struct tally *t = &cpu->tally;

	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].source == TRACE_TASK && t->list[i].id == (uint64_t)tid &&
			t->list[i].who == WHO_CPUS_OWN)
			return true;
	}
	for (size_t i = 0; i < cpu->native_count; i++) {
		if (cpu->natives[i] == tid)
			return true;
	}
	return false;
}

static int
native_add(struct proof_cpu *cpu, pid_t tid)
{
	pid_t *bigger = reallocarray(cpu->natives, cpu->native_count + 1, sizeof(*cpu->natives));

	if (bigger == NULL)
		return -ENOMEM;
	cpu->natives = bigger;
	bigger[cpu->native_count++] = tid;
	return 0;
}

struct scan {
	const struct root *proc;
	struct proof *proof;
};

/* The kernel's threads are processes of their own. */
static int
native_look(pid_t pid, pid_t tid, void *data)
{
	const struct scan *scan = data;
	struct task_facts facts;
	bool here;

	if (pid != tid)
		return 0;
	for (size_t i = 0; i < scan->proof->count; i++) {
		struct proof_cpu *cpu = &scan->proof->cpus[i];

		if (!thread_look(scan->proc, tid, cpu->tally.os_cpu, &facts, &here) ||
			!facts.is_kernels)
			return 0;
		if (here)
			return native_add(cpu, tid);
	}
	return 0;
}

int
disturbers_know(const struct root *proc, struct proof *proof)
{
	struct scan scan = {.proc = proc, .proof = proof};
	struct error ignored;
	int r = task_each(proc, native_look, &scan, &ignored);

	return r == -ENOMEM ? r : 0;
}

/* Whether @tid is a thread of an occupant's process. */
static bool
is_occupants(const struct root *proc, const struct proof *proof, pid_t tid)
{
	for (size_t i = 0; i < proof->count; i++) {
		const struct tally *t = &proof->cpus[i].tally;

		for (size_t j = 0; j < t->occupant_count; j++) {
			char name[64];

			(void)snprintf(name, sizeof(name), "%d/task/%d", (int)t->occupants[j].pid,
				(int)tid);
			if (file_exists(proc, name))
				return true;
		}
	}
	return false;
}

/* Of who had the CPU from the beginning. */
static void
name_find(const struct root *proc, struct disturber *d)
{
	char file[32], name[TRACE_NAME_BYTES];
	struct error ignored;

	(void)snprintf(file, sizeof(file), "%d/comm", (int)d->id);
	if (d->name[0] == '\0' && file_read(proc, file, name, sizeof(name), &ignored) > 0)
		(void)snprintf(d->name, sizeof(d->name), "%s", name);
}

/* An interrupt's thread goes where the interrupt does. */
static enum who
who_find(const struct root *proc, const struct proof *proof, const struct proof_cpu *cpu,
	struct disturber *d)
{
	pid_t tid = (pid_t)d->id;
	bool native = is_native(cpu, tid), here;
	struct task_facts facts;

	name_find(proc, d);
	native = native && !str_starts(d->name, "irq/");
	if (!thread_look(proc, tid, cpu->tally.os_cpu, &facts, &here))
		return native ? WHO_CPUS_OWN : WHO_ENDED;
	if (facts.is_kernels)
		return native || (here && !str_starts(d->name, "irq/")) ? WHO_CPUS_OWN : WHO_KERNEL;
	return is_occupants(proc, proof, tid) ? WHO_SAME_VM : WHO_USER;
}

void
disturbers_look(const struct root *proc, struct proof *proof)
{
	for (size_t i = 0; i < proof->count; i++) {
		struct tally *t = &proof->cpus[i].tally;

		for (size_t j = 0; j < t->count; j++) {
			if (t->list[j].who == WHO_UNKNOWN)
				t->list[j].who =
					who_find(proc, proof, &proof->cpus[i], &t->list[j]);
		}
	}
}
