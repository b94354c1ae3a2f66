/* SPDX-License-Identifier: MIT */
/* Where a plan's cgroups are, and what they have: the backend's side of a plan. */
#include "plan/layout.h"

#include <stdio.h>

#include "cgroup/files.h"
#include "host/scope.h"

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
	(void)snprintf(l->base, sizeof(l->base), "%s", plan->facts->cgroup.partition);
	l->partition = plan->level >= ISOLATION_ISOLATED ? PARTITION_ISOLATED : PARTITION_ROOT;
}

void
layout_make(struct plan *plan)
{
	const struct cgroup_facts *cgroup = &plan->facts->cgroup;
	struct layout *l = &plan->layout;
	const char *name = plan->definition->name;
	const char *slice = plan->facts->root ? "/" QPIN_SLICE : cgroup->user.slice;

	*l = (struct layout){
		.pinned = plan->pinned,
		.emulator = plan->emulator,
		.pool = plan->pool,
		.memory_nodes = plan->memory_nodes,
	};
	/* A kernel gives CPUs isolated at boot to whatever is moved into a cgroup. */
	if (cpus_empty(&l->emulator) && plan->vcpu_count > 0 &&
		!cpus_empty(&plan->facts->topology.boot_isolated))
		l->emulator = plan->pool;
	for (size_t i = 0; i < plan->definition->iothread_pin_count && !cpus_empty(&l->emulator);
		i++)
		cpus_unite(&l->emulator, &plan->definition->iothread_pins[i].cpus);
	l->stop_timeout_s = plan->definition->shutdown_timeout_s + STOP_MARGIN_S;
	plan->backend = plan->way == WAY_AFFINITY ? &backend_affinity : &backend_v2;
	if (plan->way == WAY_AFFINITY)
		return;
	lay_out_partitions(plan);
	if (cgroup->own_is_delegated) {
		(void)snprintf(l->scope, sizeof(l->scope), "%s", cgroup->own);
		return;
	}
	(void)snprintf(l->slice, sizeof(l->slice), "%s", slice);
	(void)snprintf(l->scope, sizeof(l->scope), "%s/qpin-%s.scope", slice, name);
	if (plan->facts->systemd)
		(void)snprintf(l->unit, sizeof(l->unit), "qpin-%s.scope", name);
}
