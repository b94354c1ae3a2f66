/* SPDX-License-Identifier: MIT */
/* The ways in which a plan can be carried out, and which of them this host leaves. */
#include "plan/way.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "plan/host_tasks.h"
#include "plan/plan.h"
#include "plan/takeover.h"
#include "plan/way_local.h"
#include "plan/way_user.h"
#include "plan/way_v1.h"

const char *
way_name(enum way way)
{
	static const char *const names[WAY_COUNT] = {
		[WAY_REMOTE] = "v2, remote partitions",
		[WAY_LOCAL] = "v2, local partitions",
		[WAY_V1] = "v1, exclusive cpusets",
		[WAY_V1_SHARED] = "v1",
		[WAY_LEAVES] = "v2, no partitions",
		[WAY_AFFINITY] = "affinity",
	};

	return names[way];
}

void
ways_refuse(struct ways *ways, enum way way, const char *why, ...)
{
	struct way_refusal *refusal = &ways->refusal[way];
	va_list args;

	if (refusal->out)
		return;
	refusal->out = true;
	va_start(args, why);
	(void)vsnprintf(refusal->why, sizeof(refusal->why), why, args);
	va_end(args);
}

void
ways_hint(struct ways *ways, enum way way, const char *hint, ...)
{
	struct way_refusal *refusal = &ways->refusal[way];
	va_list args;

	if (refusal->hint[0] != '\0')
		return;
	va_start(args, hint);
	(void)vsnprintf(refusal->hint, sizeof(refusal->hint), hint, args);
	va_end(args);
}

void
ways_refuse_silently(struct ways *ways, enum way way)
{
	ways->refusal[way].out = true;
}

/* What keeps all of cgroup v2's ways from us; NULL when nothing does. */
static const char *
no_v2_reason(const struct facts *f)
{
	switch (f->cgroup.mode) {
	case CGROUP_NONE:
		return "no cgroup hierarchy is mounted";
	case CGROUP_V1:
		return "this host has cgroup v1 alone, no v2";
	case CGROUP_HYBRID:
		return "cpuset belongs to cgroup v1 here, not to v2";
	case CGROUP_V2:
		break;
	}
	if (!f->cgroup.has_cpuset)
		return "the cgroup v2 root has no cpuset controller";
	return !f->root || f->cgroup.writable ? NULL : "the cgroup tree is not writable for us";
}

static void
find_v2(const struct plan *plan, struct ways *ways)
{
	const char *reason = no_v2_reason(plan->facts);

	if (reason != NULL) {
		ways_refuse(ways, WAY_REMOTE, "%s", reason);
		/* Why v1 gives no better one is worth more, then. */
		ways_refuse(ways, WAY_LEAVES, "%s", plan->facts->v1.mounted ? "" : reason);
		ways_refuse_silently(ways, WAY_LOCAL);
	} else if (!plan->facts->cgroup.has_exclusive) {
		ways_refuse(ways, WAY_REMOTE,
			"this kernel has no remote partitions (cpuset.cpus.exclusive, Linux 6.7)");
	}
	if (!plan->facts->root)
		ways_find_user(plan->facts, ways);
	ways_find_local(plan, ways);
}

struct cpus
way_boot_cpus(const struct plan *plan)
{
	struct cpus both = plan->pinned;

	cpus_keep(&both, &plan->facts->topology.boot_isolated);
	return both;
}

bool
way_wants_deadline(const struct definition *d)
{
	return d->vcpu_scheduling.set && d->vcpu_scheduling.policy == SCHED_DEADLINE;
}

/* Whether a kernel gives CPUs isolated at boot to an isolated partition is tried; one of type root
 * has them on none without harm. */
static void
find_boot(const struct plan *plan, struct ways *ways)
{
	const struct definition *d = plan->definition;
	const struct cpus boot = way_boot_cpus(plan);
	char text[CPUS_TEXT_BYTES];

	if (!cpus_empty(&boot) && (d->isolation == ISOLATION_EXCLUSIVE || way_wants_deadline(d)))
		ways_refuse(ways, WAY_REMOTE,
			"CPUs isolated at boot (%.64s) can't be in a partition of type root",
			cpus_format(&boot, text));
}

static bool
way_is_of(enum way way, enum backend_choice backend)
{
	switch (backend) {
	case BACKEND_AUTO:
		break;
	case BACKEND_V2:
		return way == WAY_REMOTE || way == WAY_LOCAL;
	case BACKEND_V2_SHARED:
		return way == WAY_LEAVES;
	case BACKEND_V1:
		return way == WAY_V1 || way == WAY_V1_SHARED;
	case BACKEND_AFFINITY:
		return way == WAY_AFFINITY;
	}
	return true;
}

/* What the definition itself excludes. */
static void
find_definition(const struct definition *d, struct ways *ways)
{
	for (enum way way = 0; way < WAY_COUNT; way++) {
		if (!way_is_of(way, d->backend))
			ways_refuse_silently(ways, way);
	}
	host_tasks_find(d, ways);
}

void
ways_find(const struct plan *plan, struct ways *ways)
{
	if (plan->vcpu_count == 0) {
		for (enum way way = 0; way < WAY_AFFINITY; way++)
			ways_refuse(ways, way, "no vcpu_pinning");
		return;
	}
	takeover_find(plan->facts, ways);
	find_v2(plan, ways);
	ways_find_v1(plan->facts, plan->definition->backend == BACKEND_V1, ways);
	find_boot(plan, ways);
	find_definition(plan->definition, ways);
}

bool
way_is_boot(const struct plan *plan)
{
	return plan->vcpu_count > 0 &&
	       cpus_within(&plan->pinned, &plan->facts->topology.boot_isolated);
}

/* What was isolated at boot has no load balancing without a partition, if others keep off. */
static bool
boot_suffices(const struct plan *plan)
{
	return way_is_boot(plan) && !cpus_intersect(&plan->pinned, &plan->facts->boot.open);
}

enum isolation
way_level(const struct plan *plan, enum way way)
{
	switch (way) {
	case WAY_REMOTE:
	case WAY_LOCAL:
		return way_wants_deadline(plan->definition) ? ISOLATION_EXCLUSIVE
							    : ISOLATION_ISOLATED;
	case WAY_V1:
		return ISOLATION_EXCLUSIVE;
	case WAY_V1_SHARED:
		return ISOLATION_CPUSET;
	case WAY_LEAVES:
		return boot_suffices(plan) ? ISOLATION_ISOLATED : ISOLATION_CPUSET;
	case WAY_AFFINITY:
	case WAY_COUNT:
		break;
	}
	return ISOLATION_AFFINITY;
}
