/* SPDX-License-Identifier: MIT */
/* Who else has to do with cgroups: users, by systemd, and foreign cpusets. */
#include <stdio.h>

#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"

static void
delegation_mend(struct checkup *ret)
{
	checkup_mend(ret, "mkdir -p /etc/systemd/system/user@.service.d && "
			  "printf '[Service]\\nDelegate=cpuset\\n' "
			  ">/etc/systemd/system/user@.service.d/qpin.conf && "
			  "systemctl daemon-reload");
	checkup_hint(ret, "then, as each user who is logged in: systemctl --user daemon-reexec");
}

static void
check_own_delegation(const struct cgroup_facts *cgroup, struct checkup *ret)
{
	if (cgroup->user.delegated) {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_OK, "it does, to you");
	} else if (!cgroup->user.has_manager) {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE,
			"no service manager of yours answers: %s", cgroup->user.no_manager);
		checkup_hint(ret, "log in with a session of your own, in which `systemctl --user` "
				  "works");
	} else {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE, "it does not, to you");
		delegation_mend(ret);
	}
}

static void
check_delegation(const struct check_input *in, struct checkup *ret)
{
	const struct tree_facts *tree = &in->survey->tree;

	if (!in->facts->systemd) {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_OK,
			"there is no systemd: VMs with cgroups are root's");
	} else if (!in->facts->root) {
		check_own_delegation(&in->facts->cgroup, ret);
	} else if (tree->managers == 0) {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_UNSEEN,
			"no user is logged in, of whom it could be seen");
	} else if (tree->delegated == tree->managers) {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_OK,
			"it does, to all who are logged in");
	} else {
		checkup_add(ret, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE,
			"not to %u of the %u users who are logged in: they have no cpusets",
			tree->managers - tree->delegated, tree->managers);
		delegation_mend(ret);
	}
}

static void
check_foreign(const struct check_input *in, struct checkup *ret)
{
	const struct tree_facts *tree = &in->survey->tree;
	auto_buf struct buf names = {0};
	char text[CPUS_TEXT_BYTES];
	bool harms = false;

	for (size_t i = 0; i < tree->cpuset_count; i++) {
		const struct foreign_cpuset *set = &tree->cpusets[i];

		buf_printf(&names, "%s%s%s (CPUs %s)", i > 0 ? ", " : "", set->name,
			set->is_partition ? ", a partition" : "", cpus_format(&set->cpus, text));
		harms = harms || cpus_empty(&in->watched) ||
			cpus_intersect(&set->cpus, &in->watched);
	}
	ret->failed |= names.failed;
	if (tree->cpuset_count == 0 || names.failed) {
		checkup_add(ret, CHECK_CGROUP_CPUSETS, VERDICT_OK, "none");
	} else if (!harms || in->facts->cgroup.has_exclusive) {
		checkup_add(ret, CHECK_CGROUP_CPUSETS, VERDICT_OK, "%s", names.text);
	} else {
		checkup_add(ret, CHECK_CGROUP_CPUSETS,
			cpus_empty(&in->watched) ? VERDICT_ADVICE : VERDICT_PROBLEM,
			"%s: on this kernel the partition of a VM whose CPUs one of them names is "
			"invalid",
			names.text);
		checkup_hint(ret, "take AllowedCPUs= out of these units, and boot again; or have "
				  "them name other CPUs");
	}
}

void
check_cgroups(const struct check_input *in, struct checkup *ret)
{
	check_delegation(in, ret);
	check_foreign(in, ret);
}
