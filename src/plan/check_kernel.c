/* SPDX-License-Identifier: MIT */
/* What the kernel has that isolation rests on. */
#include "host/facts.h"
#include "plan/check.h"
#include "plan/checkup.h"

static void
check_hierarchies(const struct facts *f, struct checkup *ret)
{
	switch (f->cgroup.mode) {
	case CGROUP_V2:
		checkup_add(ret, CHECK_KERNEL_CGROUP, VERDICT_OK, "cgroup v2, at %s",
			f->cgroup.v2_mount);
		return;
	case CGROUP_HYBRID:
		checkup_add(ret, CHECK_KERNEL_CGROUP, VERDICT_ADVICE,
			"cgroup v2, at %s, but cpuset belongs to v1", f->cgroup.v2_mount);
		checkup_hint(ret, "see boot.cgroup");
		return;
	case CGROUP_V1:
		checkup_add(ret, CHECK_KERNEL_CGROUP, VERDICT_ADVICE,
			"cgroup v1 alone, which has no partitions");
		checkup_hint(ret, "see boot.cgroup");
		return;
	case CGROUP_NONE:
		break;
	}
	checkup_add(ret, CHECK_KERNEL_CGROUP, VERDICT_PROBLEM, "no cgroup hierarchy is mounted");
	checkup_mend(ret, "mkdir -p /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup");
}

static void
check_cpuset(const struct facts *f, struct checkup *ret)
{
	if (f->cgroup.has_cpuset)
		checkup_add(ret, CHECK_KERNEL_CPUSET, VERDICT_OK, "cgroup v2 has it");
	else if (f->v1.mounted)
		checkup_add(ret, CHECK_KERNEL_CPUSET, VERDICT_OK, "cgroup v1 has it");
	else if (f->v1.mountable)
		checkup_add(ret, CHECK_KERNEL_CPUSET, VERDICT_ADVICE,
			"no hierarchy has it; qpin mounts cgroup v1's while VMs run");
	else
		checkup_add(ret, CHECK_KERNEL_CPUSET, VERDICT_PROBLEM,
			"no hierarchy has it: vCPUs get their CPUs by affinity alone");
}

static void
check_remote(const struct facts *f, struct checkup *ret)
{
	if (f->cgroup.has_exclusive) {
		checkup_add(ret, CHECK_KERNEL_REMOTE, VERDICT_OK, "the kernel has them");
	} else if (!f->cgroup.has_cpuset) {
		checkup_add(ret, CHECK_KERNEL_REMOTE, VERDICT_UNSEEN,
			"not seen where cgroup v2 has no cpuset controller");
	} else {
		checkup_add(ret, CHECK_KERNEL_REMOTE, VERDICT_ADVICE,
			"Linux %s has none: local partitions take a CPU more for QEMU's other "
			"threads, and none can be granted to users",
			f->kernel);
		checkup_hint(ret, "boot Linux 6.7 or later; on Debian 12: apt install -t "
				  "bookworm-backports linux-image-amd64");
	}
}

void
check_kernel(const struct check_input *in, struct checkup *ret)
{
	const struct facts *f = in->facts;

	check_hierarchies(f, ret);
	check_cpuset(f, ret);
	check_remote(f, ret);
	checkup_add(ret, CHECK_KERNEL_WORKQUEUES, VERDICT_OK, "%s",
		f->workqueue_by_hand ? "the kernel leaves them where they are; qpin moves them"
				     : "the kernel moves them off isolated partitions");
	if (f->memory_policy || cpus_count(&f->topology.nodes) < 2) {
		checkup_add(ret, CHECK_KERNEL_NUMA, VERDICT_OK, "%s",
			f->memory_policy ? "it can" : "there is one node alone");
	} else {
		checkup_add(ret, CHECK_KERNEL_NUMA, VERDICT_ADVICE,
			"set_mempolicy(2) is not permitted: at level affinity memory isn't bound");
		checkup_hint(ret, "a container may need CAP_SYS_NICE for it");
	}
}
