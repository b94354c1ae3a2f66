/* SPDX-License-Identifier: MIT */
/* Where a plan's cgroups are, and what they have: the backend's side of a plan. */
#include "plan/layout.h"

#include <stdio.h>

#include "cgroup/files.h"
#include "host/host.h"
#include "host/scope.h"
#include "plan/host_tasks.h"
#include "plan/own.h"

enum {
	STOP_MARGIN_S = 30, /* after the guest's own time: quit, kill, and putting all back */
};

static void
lay_out_partitions(struct plan *plan)
{
	struct layout *l = &plan->layout;

	if (plan->way != WAY_REMOTE && plan->way != WAY_LOCAL)
		return;
	l->chain = plan->way == WAY_REMOTE ? CHAIN_REMOTE : CHAIN_LOCAL;
	if (plan->way == WAY_REMOTE)
		l->trial = way_boot_cpus(plan);
	(void)snprintf(l->base, sizeof(l->base), "%s", plan->facts->cgroup.partition);
	l->partition = plan->level >= ISOLATION_ISOLATED ? PARTITION_ISOLATED : PARTITION_ROOT;
}

/* A local chain has no part in the pool: QEMU's other threads get CPUs of their own. */
static void
lay_out_own(struct plan *plan)
{
	struct cpus chosen;

	if (plan->way != WAY_LOCAL || !own_choose(plan, &chosen))
		return;
	plan->emulator = chosen;
	own_with_iothreads(plan, &chosen, &plan->layout.own);
	cpus_subtract(&plan->pool, &plan->layout.own);
}

/*
 * Where root's VMs are. A slice of several VMs can't be in a chain of partitions: it would have the
 * CPUs of partitions alone, and none for a VM at a lower level, nor for one that begins.
 */
static const char *
root_slice(const struct plan *plan)
{
	return plan->way == WAY_LOCAL ? "/" : "/" QPIN_SLICE;
}

static const struct backend *
backend_of(enum way way)
{
	switch (way) {
	case WAY_V1:
	case WAY_V1_SHARED:
		return &backend_v1;
	case WAY_REMOTE:
	case WAY_LOCAL:
	case WAY_LEAVES:
		return &backend_v2;
	case WAY_AFFINITY:
	case WAY_COUNT:
		break;
	}
	return &backend_affinity;
}

static void
lay_out_v1(struct plan *plan)
{
	const struct facts *facts = plan->facts;
	struct layout *l = &plan->layout;

	(void)snprintf(l->slice, sizeof(l->slice), HOST_CPUSET_V1 "/%s", facts->v1.prefix);
	(void)snprintf(l->v1_mount, sizeof(l->v1_mount), "%s", facts->v1.mount);
	(void)snprintf(l->name, sizeof(l->name), "%s", plan->definition->name);
	l->exclusive = plan->level >= ISOLATION_EXCLUSIVE;
	l->nodes = facts->topology.nodes;
	l->claims = facts->claims;
	l->claim_count = facts->claim_count;
}

static void
lay_out_v2(struct plan *plan)
{
	const struct cgroup_facts *cgroup = &plan->facts->cgroup;
	const char *name = plan->definition->name;
	const char *slice = plan->facts->root ? root_slice(plan) : cgroup->user.slice;
	struct layout *l = &plan->layout;

	lay_out_partitions(plan);
	if (cgroup->own_is_delegated) {
		(void)snprintf(l->scope, sizeof(l->scope), "%s", cgroup->own);
		return;
	}
	(void)snprintf(l->slice, sizeof(l->slice), "%s", slice);
	(void)snprintf(l->scope, sizeof(l->scope), "%s/qpin-%s.scope",
		slice[1] != '\0' ? slice : "", name);
	if (plan->facts->systemd)
		(void)snprintf(l->unit, sizeof(l->unit), "qpin-%s.scope", name);
}

void
layout_make(struct plan *plan)
{
	struct layout *l = &plan->layout;

	*l = (struct layout){
		.pinned = plan->pinned,
		.all = plan->facts->topology.online,
		.units = plan->asks_manager ? plan->facts->cgroup.top_units : NULL,
		.memory_nodes = plan->memory_nodes,
		.housekeeping = plan->housekeeping,
		.guest = plan->facts->cgroup.own_is_delegated ? plan->facts->guest : 0,
	};
	lay_out_own(plan);
	l->pool = plan->pool;
	if (!cpus_empty(&plan->emulator))
		own_with_iothreads(plan, &plan->emulator, &l->emulator);
	else if (plan->vcpu_count > 0 && !cpus_empty(&plan->facts->topology.boot_isolated))
		/* A kernel gives CPUs isolated at boot to whatever is moved into a cgroup. */
		own_with_iothreads(plan, &plan->pool, &l->emulator);
	l->stop_timeout_s = plan->definition->shutdown_timeout_s + STOP_MARGIN_S;
	host_tasks_pool(plan, l->pool_group, sizeof(l->pool_group));
	plan->backend = backend_of(plan->way);
	if (plan->backend == &backend_v1)
		lay_out_v1(plan);
	else if (plan->backend == &backend_v2)
		lay_out_v2(plan);
}
