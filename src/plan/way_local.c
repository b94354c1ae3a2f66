/* SPDX-License-Identifier: MIT */
/* Whether a chain of local partitions can be made, and from where. */
#include "plan/way_local.h"

#include "base/text.h"
#include "plan/own.h"
#include "plan/plan.h"

/*
 * Everything from the partition down to the leaves must be ours to make partitions of. A unit's
 * cgroup in another partition than the host's isn't: VMs beside it would make its domain invalid.
 */
static bool
starts_where_we_are(const struct cgroup_facts *cgroup)
{
	if (str_eq(cgroup->partition, "/"))
		return true;
	return str_eq(
		cgroup->partition, cgroup->own_is_delegated ? cgroup->own : cgroup->user.slice);
}

static void
find_base(const struct facts *facts, struct ways *ways)
{
	const struct cgroup_facts *cgroup = &facts->cgroup;

	if (cgroup->partition[0] == '\0') {
		ways_refuse(ways, WAY_LOCAL, "the cgroups above qpin's own are no partitions");
		ways_hint(ways, WAY_LOCAL, "%s",
			facts->root
				? "run qpin outside of a service, or give this one `Slice=-.slice`"
				: "run qpin as root");
	} else if (!starts_where_we_are(cgroup)) {
		ways_refuse(ways, WAY_LOCAL,
			"the cgroups between the partition %.64s and qpin's own are none",
			cgroup->partition);
	}
}

void
ways_find_local(const struct plan *plan, struct ways *ways)
{
	const struct facts *facts = plan->facts;
	struct cpus own;

	if (own_is_nested(facts))
		ways_refuse(ways, WAY_REMOTE,
			"qpin runs in a partition already, and what is in one is local");
	else if (facts->root && facts->cgroup.has_exclusive) {
		ways_refuse_silently(ways, WAY_LOCAL);
		return;
	}
	find_base(facts, ways);
	if (ways->refusal[WAY_LOCAL].out || own_choose(plan, &own))
		return;
	ways_refuse(ways, WAY_LOCAL,
		"local partitions need a CPU for QEMU's other threads, and there is none%s",
		own_is_nested(facts) ? " left" : " to spare");
	ways_hint(ways, WAY_LOCAL, "pin fewer vCPUs, or name fewer emulator_cpus");
}
