/* SPDX-License-Identifier: MIT */
/* What the kernel was told at boot. */
#include <string.h>

#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/remedy.h"

static void
check_isolcpus(const struct facts *f, struct checkup *ret)
{
	const struct cpus *isolated = &f->topology.boot_isolated;
	char text[CPUS_TEXT_BYTES], open[CPUS_TEXT_BYTES];

	if (cpus_empty(isolated)) {
		checkup_add(ret, CHECK_BOOT_ISOLCPUS, VERDICT_OK, "no CPU");
	} else if (cpus_empty(&f->boot.open)) {
		checkup_add(ret, CHECK_BOOT_ISOLCPUS, VERDICT_OK,
			"CPUs %s, where no program's task may run", cpus_format(isolated, text));
	} else {
		checkup_add(ret, CHECK_BOOT_ISOLCPUS, VERDICT_ADVICE,
			"CPUs %s; but %s may run on %s", cpus_format(isolated, text),
			f->boot.open_task[0] != '\0' ? f->boot.open_task : "a task",
			cpus_format(&f->boot.open, open));
		checkup_hint(ret, "keep other tasks off them: taskset -p, or AllowedCPUs=");
	}
}

static void
rcu_advise(const struct facts *f, const struct cpus *missing, struct checkup *ret)
{
	auto_buf struct buf parameter = {0};
	struct cpus wanted = *missing;
	char text[CPUS_TEXT_BYTES];

	checkup_add(ret, CHECK_BOOT_RCU_NOCBS, VERDICT_ADVICE,
		"CPUs %s are isolated at boot, but run their RCU callbacks themselves",
		cpus_format(missing, text));
	cpus_unite(&wanted, &f->boot.rcu_nocbs);
	buf_printf(&parameter, "rcu_nocbs=%s", cpus_format(&wanted, text));
	ret->failed |= parameter.failed;
	if (!parameter.failed)
		remedy_boot(ret, "rcu", parameter.text);
}

static void
check_tick(const struct facts *f, struct checkup *ret)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus missing = f->topology.boot_isolated;

	if (cpus_empty(&f->topology.nohz_full))
		checkup_add(ret, CHECK_BOOT_NOHZ_FULL, VERDICT_OK,
			"no CPU: each has its tick while it's busy");
	else
		checkup_add(ret, CHECK_BOOT_NOHZ_FULL, VERDICT_OK, "CPUs %s",
			cpus_format(&f->topology.nohz_full, text));
	cpus_subtract(&missing, &f->boot.rcu_nocbs);
	cpus_format(&f->boot.rcu_nocbs, text);
	if (cpus_empty(&missing)) {
		checkup_add(ret, CHECK_BOOT_RCU_NOCBS, VERDICT_OK, "%s%s",
			text[0] != '\0' ? "CPUs " : "no CPU", text);
		return;
	}
	rcu_advise(f, &missing, ret);
}

static void
check_interrupts(const struct check_input *in, struct checkup *ret)
{
	const struct boot_line *boot = &in->survey->boot;
	bool lists_flags = strspn(boot->isolcpus, "0123456789") == 0;

	if (cpus_empty(&in->facts->topology.boot_isolated) || boot->isolcpus[0] == '\0') {
		checkup_add(ret, CHECK_BOOT_MANAGED_IRQ, VERDICT_OK, "no CPU is isolated at boot");
	} else if (in->facts->boot.managed_irq) {
		checkup_add(ret, CHECK_BOOT_MANAGED_IRQ, VERDICT_OK, "they do");
	} else {
		checkup_add(ret, CHECK_BOOT_MANAGED_IRQ, VERDICT_ADVICE,
			"managed interrupts of disks and network cards come there, too");
		remedy_boot_edit(ret, "isolcpus=",
			lists_flags ? "s/isolcpus=/isolcpus=managed_irq,/"
				    : "s/isolcpus=/isolcpus=managed_irq,domain,/");
	}
	checkup_add(ret, CHECK_BOOT_THREADIRQS, VERDICT_OK, "%s",
		boot->threadirqs ? "they are" : "they aren't, but where a driver does it itself");
}

/* Whether the list @value has @word. */
static bool
list_has(const char *value, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = value; (at = strstr(at, word)) != NULL; at += len) {
		if ((at == value || at[-1] == ',') && strchr(",", at[len]) != NULL)
			return true;
	}
	return false;
}

static void
check_hierarchy(const struct check_input *in, struct checkup *ret)
{
	const struct boot_line *boot = &in->survey->boot;
	const struct facts *f = in->facts;

	if (list_has(boot->cgroup_disable, "cpuset")) {
		checkup_add(ret, CHECK_BOOT_CGROUP, VERDICT_PROBLEM,
			"cgroup_disable=%s takes the cpuset controller away", boot->cgroup_disable);
		remedy_boot_edit(
			ret, "cgroup_disable=", "s/\\(cgroup_disable=[^ \"]*\\)cpuset/\\1/");
	} else if (f->cgroup.mode == CGROUP_V2 || !f->systemd) {
		checkup_add(ret, CHECK_BOOT_CGROUP, VERDICT_OK, "nothing%s%s",
			boot->cgroup_no_v1[0] != '\0' ? "; cgroup_no_v1=" : "", boot->cgroup_no_v1);
		if (f->cgroup.mode != CGROUP_V2)
			checkup_hint(ret, "what mounts the hierarchies decides: mount cgroup2 "
					  "at /sys/fs/cgroup, and no cpuset of v1");
	} else if (boot->unified[0] != '\0') {
		checkup_add(ret, CHECK_BOOT_CGROUP, VERDICT_PROBLEM,
			"systemd.unified_cgroup_hierarchy=%s keeps cpuset on v1", boot->unified);
		remedy_boot_edit(ret, "systemd.unified_cgroup_hierarchy",
			"s/ *systemd.unified_cgroup_hierarchy[^ \"]*//");
	} else {
		checkup_add(ret, CHECK_BOOT_CGROUP, VERDICT_PROBLEM,
			"systemd mounts cgroup v1 on this host");
		remedy_boot(ret, "cgroup", "systemd.unified_cgroup_hierarchy=1");
	}
}

void
check_boot(const struct check_input *in, struct checkup *ret)
{
	check_isolcpus(in->facts, ret);
	check_tick(in->facts, ret);
	if (in->survey->boot.is_known) {
		check_interrupts(in, ret);
		check_hierarchy(in, ret);
	} else {
		checkup_add(ret, CHECK_BOOT_CGROUP, VERDICT_UNSEEN,
			"the kernel's command line can't be read");
	}
}
