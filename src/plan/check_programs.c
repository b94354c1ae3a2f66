/* SPDX-License-Identifier: MIT */
/* Programs that set CPUs, interrupts or priorities of others. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/remedy.h"

static const struct known {
	const char *name; /* of its task: at most 15 bytes */
	const char *unit; /* NULL: it's no service of the system's */
	enum verdict verdict;
	const char *does;
} known[] = {
	{"ananicy", "ananicy.service", VERDICT_ADVICE,
		"gives programs, QEMU among them, priorities and cgroups by its rules"},
	{"ananicy-cpp", "ananicy-cpp.service", VERDICT_ADVICE,
		"gives programs, QEMU among them, priorities and cgroups by its rules"},
	{"auto-cpufreq", "auto-cpufreq.service", VERDICT_ADVICE, "sets governors by load"},
	{"cgrulesengd", "cgrulesengd.service", VERDICT_ADVICE,
		"moves tasks into other cgroups by its rules"},
	{"containerd", "containerd.service", VERDICT_OK,
		"gives containers cpusets; partitions win over these"},
	{"cpufreqd", "cpufreqd.service", VERDICT_ADVICE, "sets governors by its rules"},
	{"dockerd", "docker.service", VERDICT_OK,
		"gives containers cpusets; partitions win over these"},
	{"gamemoded", NULL, VERDICT_ADVICE,
		"sets governors and priorities, and pins or parks CPUs, while a game runs"},
	{"libvirtd", "libvirtd.service", VERDICT_OK,
		"pins its own guests; give these other CPUs than qpin's VMs"},
	{"numad", "numad.service", VERDICT_ADVICE, "binds large programs, such as QEMU, to nodes"},
	{"power-profiles-", "power-profiles-daemon.service", VERDICT_OK,
		"sets how CPUs save power when a user asks for it"},
	{"thermald", "thermald.service", VERDICT_OK, "slows CPUs down that are hot"},
	{"tuned", "tuned.service", VERDICT_ADVICE,
		"sets governors, interrupts' CPUs and tasks' masks by its profile"},
	{"virtqemud", "virtqemud.service", VERDICT_OK,
		"pins its own guests; give these other CPUs than qpin's VMs"},
};

/* Without being told, it keeps off these. Source: irqbalance(1), IRQBALANCE_BANNED_CPULIST. */
static struct cpus
bans_in_force(const struct check_input *in)
{
	const struct topology *t = &in->facts->topology;
	struct cpus bans = in->survey->irqbalance.banned;

	if (in->survey->irqbalance.has_bans)
		return bans;
	bans = t->boot_isolated;
	cpus_unite(&bans, &t->nohz_full);
	return bans;
}

static void
irqbalance_advise(const struct check_input *in, const struct cpus *bans, struct checkup *ret)
{
	const struct irqbalance_facts *irqbalance = &in->survey->irqbalance;
	struct cpus missing = in->watched, wanted = *bans;
	char text[CPUS_TEXT_BYTES];

	cpus_subtract(&missing, bans);
	cpus_unite(&wanted, &missing);
	if (cpus_empty(&in->watched))
		checkup_add(ret, CHECK_IRQ_IRQBALANCE, VERDICT_ADVICE,
			"irqbalance (process %d) moves interrupts to any CPU",
			(int)irqbalance->pid);
	else
		checkup_add(ret, CHECK_IRQ_IRQBALANCE, VERDICT_ADVICE,
			"irqbalance (process %d) moves interrupts to CPUs %s, too",
			(int)irqbalance->pid, cpus_format(&missing, text));
	if (in->facts->systemd && !cpus_empty(&in->watched))
		remedy_irqbalance(ret, &wanted);
	else
		remedy_stop(ret, in->facts->systemd, "irqbalance.service", irqbalance->pid);
}

static void
check_irqbalance(const struct check_input *in, struct checkup *ret)
{
	const struct irqbalance_facts *irqbalance = &in->survey->irqbalance;
	struct cpus bans = bans_in_force(in);
	char text[CPUS_TEXT_BYTES];

	if (irqbalance->pid == 0) {
		checkup_add(ret, CHECK_IRQ_IRQBALANCE, VERDICT_OK, "it does not run");
	} else if (!irqbalance->bans_known) {
		checkup_add(ret, CHECK_IRQ_IRQBALANCE, VERDICT_UNSEEN,
			"irqbalance (process %d) runs; root alone sees what it bans",
			(int)irqbalance->pid);
	} else if (!cpus_empty(&bans) && cpus_within(&in->watched, &bans)) {
		checkup_add(ret, CHECK_IRQ_IRQBALANCE, VERDICT_OK,
			"irqbalance (process %d) bans CPUs %s", (int)irqbalance->pid,
			cpus_format(&bans, text));
	} else {
		irqbalance_advise(in, &bans, ret);
	}
}

static void
program_add(const struct check_input *in, const struct program *program, struct checkup *ret)
{
	const struct known *found = NULL;

	for (size_t i = 0; i < COUNT(known); i++) {
		if (str_eq(known[i].name, program->name))
			found = &known[i];
	}
	if (found == NULL)
		return;
	checkup_add(ret, CHECK_SERVICES_KNOWN, found->verdict, "%s (process %d) %s", program->name,
		(int)program->pid, found->does);
	if (found->verdict < VERDICT_ADVICE)
		return;
	if (found->unit != NULL)
		remedy_stop(ret, in->facts->systemd, found->unit, program->pid);
	else
		checkup_hint(
			ret, "its user ends it: systemctl --user disable --now %s", program->name);
}

void
check_programs(const struct check_input *in, struct checkup *ret)
{
	const struct survey *s = in->survey;

	check_irqbalance(in, ret);
	for (size_t i = 0; i < s->program_count; i++)
		program_add(in, &s->programs[i], ret);
	if (s->program_count == 0)
		checkup_add(ret, CHECK_SERVICES_KNOWN, VERDICT_OK, "none runs");
	if (s->libvirt_hook) {
		checkup_add(ret, CHECK_SERVICES_LIBVIRT_HOOK, VERDICT_ADVICE,
			"/etc/libvirt/hooks/qemu sets CPUs of others itself, also when it gives "
			"them back");
		checkup_hint(ret, "take these commands out of it, or leave CPUs to it alone");
	} else {
		checkup_add(ret, CHECK_SERVICES_LIBVIRT_HOOK, VERDICT_OK, "none");
	}
	if (s->cset_shield) {
		checkup_add(ret, CHECK_SERVICES_CSET, VERDICT_ADVICE,
			"cgroup v1 has the cpusets `user` and `system`, into which the host's "
			"tasks were moved");
		checkup_mend(ret, "cset shield --reset");
	} else {
		checkup_add(ret, CHECK_SERVICES_CSET, VERDICT_OK, "none");
	}
}
