/* SPDX-License-Identifier: MIT */
/* Whether cpusets of cgroup v1 can be had. */
#include "plan/way_v1.h"

#include "host/facts.h"

/* NULL when nothing is in the way. */
static const char *
no_v1_reason(const struct facts *f)
{
	const struct v1_facts *v1 = &f->v1;

	if (!v1->mounted && f->cgroup.has_cpuset)
		return "the cpuset controller belongs to cgroup v2 here";
	if (!v1->mounted && !v1->mountable)
		return "this kernel has no cpusets of cgroup v1";
	if (!f->root)
		return "only root can make cpusets of cgroup v1";
	if (v1->mounted && !v1->writable)
		return "the cpuset tree of cgroup v1 is not writable for us";
	if (v1->prefix[0] == '\0')
		return "QEMU_LAUNCHER_CPUSET_PREFIX is no plain name";
	return NULL;
}

void
ways_find_v1(const struct facts *facts, bool by_name, struct ways *ways)
{
	const char *reason = no_v1_reason(facts);

	if (reason == NULL)
		return;
	/* Where v1 is beside the point, why is told to who asks for it alone. */
	if (!facts->v1.mounted && !by_name)
		reason = "";
	ways_refuse(ways, WAY_V1, "%s", reason);
	ways_refuse(ways, WAY_V1_SHARED, "%s", reason);
	if (facts->v1.mounted && !facts->root)
		ways_hint(ways, WAY_V1_SHARED, "run qpin as root");
}
