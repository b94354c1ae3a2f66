/* SPDX-License-Identifier: MIT */
/* CPUs that a VM keeps for QEMU's other threads and qpin itself, where partitions are local. */
#include "plan/own.h"

#include <limits.h>

#include "base/text.h"
#include "plan/cores.h"

/* How far a CPU is from the nearest pinned one, and what it costs the host: less is better. */
enum distance {
	DISTANCE_CORE = 0,
	DISTANCE_CACHE = 2,
	DISTANCE_NODE = 4,
	DISTANCE_PACKAGE = 6,
	DISTANCE_FAR = 8,
	DISTANCE_NEEDED = 1, /* the host would rather keep it: breaks ties alone */
};

bool
own_is_nested(const struct facts *facts)
{
	const char *partition = facts->cgroup.partition;

	return partition[0] != '\0' && !str_eq(partition, "/");
}

/* Ids that both know. */
static bool
id_same(int a, int b)
{
	return a >= 0 && a == b;
}

static int
distance_between(const struct host_cpu *a, const struct host_cpu *b)
{
	if (id_same(a->core, b->core))
		return DISTANCE_CORE;
	if (id_same(a->cache, b->cache))
		return DISTANCE_CACHE;
	if (id_same(a->node, b->node))
		return DISTANCE_NODE;
	return id_same(a->package, b->package) ? DISTANCE_PACKAGE : DISTANCE_FAR;
}

static int
distance_to_pinned(const struct plan *plan, unsigned os_cpu)
{
	const struct topology *host = &plan->facts->topology;
	const struct host_cpu *cpu = topology_find(host, os_cpu);
	int best = DISTANCE_FAR;

	cpus_each (pinned, &plan->pinned) {
		const struct host_cpu *other = topology_find(host, (unsigned)pinned);
		int distance = cpu != NULL && other != NULL ? distance_between(cpu, other) : best;

		if (distance < best)
			best = distance;
	}
	return best;
}

/* The nearest of @candidates, of equals the last, for VMs tend to be given the first ones. */
static int
nearest(const struct plan *plan, const struct cpus *candidates)
{
	struct cpus spare;
	int best = CPUS_NONE, best_distance = INT_MAX;

	cores_spare(&plan->facts->topology, &plan->pool, &spare);
	cpus_each (os_cpu, candidates) {
		int distance = distance_to_pinned(plan, (unsigned)os_cpu);

		if (!cpus_has(&spare, (unsigned)os_cpu))
			distance += DISTANCE_NEEDED;
		if (distance > best_distance)
			continue;
		best = os_cpu;
		best_distance = distance;
	}
	return best;
}

void
own_with_iothreads(const struct plan *plan, const struct cpus *emulator, struct cpus *ret)
{
	const struct definition *d = plan->definition;

	*ret = *emulator;
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		cpus_unite(ret, &d->iothread_pins[i].cpus);
}

/* In a partition of its own a VM has nobody to leave a CPU to. */
static bool
host_keeps_one(const struct plan *plan, const struct cpus *emulator)
{
	struct cpus rest = plan->pool, own;

	own_with_iothreads(plan, emulator, &own);
	cpus_subtract(&rest, &own);
	cpus_subtract(&rest, &plan->housekeeping);
	return own_is_nested(plan->facts) || !cpus_empty(&rest);
}

bool
own_choose(const struct plan *plan, struct cpus *ret)
{
	static const struct cpus none;
	struct cpus chosen = plan->definition->emulator_cpus, iothreads, candidates = plan->pool;
	int best;

	own_with_iothreads(plan, &none, &iothreads);
	cpus_subtract(&candidates, &iothreads);
	cpus_subtract(&candidates, &plan->housekeeping);
	best = nearest(plan, &candidates);
	if (cpus_empty(&chosen) && best != CPUS_NONE)
		cpus_add(&chosen, (unsigned)best);
	if (cpus_empty(&chosen) || !host_keeps_one(plan, &chosen))
		chosen = cpus_empty(&plan->definition->emulator_cpus) ? iothreads : chosen;
	if (cpus_empty(&chosen) || !host_keeps_one(plan, &chosen))
		return false;
	*ret = chosen;
	return true;
}
