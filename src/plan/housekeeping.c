/* SPDX-License-Identifier: MIT */
/* CPUs for the kernel's threads and QEMU's own, which the host's tasks stay off. */
#include "plan/housekeeping.h"

#include "plan/candidate.h"
#include "plan/own.h"
#include "plan/plan.h"
#include "plan/roles.h"

/* Why the pool can't be a partition; NULL when nothing is in the way. */
static const char *
no_partition_reason(const struct plan *plan)
{
	if (plan->host_tasks != HOST_TASKS_MIGRATE)
		return "the host's tasks are not moved (host_tasks: migrate)";
	if (plan->way == WAY_V1 || plan->way == WAY_V1_SHARED)
		return "cgroup v1 can't keep the kernel's threads to CPUs";
	return NULL;
}

static int
refuse(const struct plan *plan, const char *reason, struct error *e)
{
	const struct definition *d = plan->definition;

	error_refuse(e, ERROR_ISOLATION, d->path, "have housekeeping_cpus");
	e->line = d->housekeeping_place.line;
	e->column = d->housekeeping_place.column;
	return error_why(e, "%s", reason);
}

/*
 * With remote partitions QEMU's other threads stay where the kernel's are; with local ones they
 * have CPUs that are neither the pool's nor the kernel's.
 */
static int
own_check(const struct plan *plan, const struct cpus *cpus, const char *whom, struct error *e)
{
	const struct definition *d = plan->definition;
	char text[CPUS_TEXT_BYTES];
	struct cpus both = *cpus;

	cpus_keep(&both, &d->housekeeping_cpus);
	if (cpus_empty(&both))
		return 0;
	error_definition(e, d->path, d->housekeeping_place.line, d->housekeeping_place.column,
		"housekeeping_cpus has CPU %s of %s", cpus_format(&both, text), whom);
	return error_hint(e,
		"name others there: with local partitions they are in the VM's, and not the "
		"kernel's any more");
}

/* Who is among @cpus, but not among the housekeeping CPUs: the pool's partition has taken them. */
static int
within_check(const struct plan *plan, const struct cpus *cpus, const char *whom, struct error *e)
{
	const struct definition *d = plan->definition;
	char text[CPUS_TEXT_BYTES];
	struct cpus outside = *cpus;

	if (plan->way == WAY_LOCAL)
		return own_check(plan, cpus, whom, e);
	cpus_subtract(&outside, &d->housekeeping_cpus);
	if (cpus_empty(&outside))
		return 0;
	error_definition(e, d->path, d->housekeeping_place.line, d->housekeeping_place.column,
		"housekeeping_cpus lacks CPU %s of %s", cpus_format(&outside, text), whom);
	return error_hint(e, "the host's tasks get all CPUs that housekeeping_cpus doesn't name");
}

static int
others_check(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	int r = within_check(plan, &plan->emulator, "emulator_cpus", e);

	for (size_t i = 0; i < d->iothread_pin_count && r == 0; i++)
		r = within_check(plan, &d->iothread_pins[i].cpus, "iothread_pinning", e);
	return r;
}

int
housekeeping_make(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	const struct candidate c = {
		.plan = plan, .place = d->housekeeping_place, .whom = "housekeeping_cpus"};
	const char *reason = no_partition_reason(plan);
	struct cpus rest = plan->pool, own;
	int r;

	if (cpus_empty(&d->housekeeping_cpus) || plan->vcpu_count == 0)
		return 0;
	if (reason != NULL)
		return refuse(plan, reason, e);
	r = role_check(&c, &d->housekeeping_cpus, e);
	if (r == 0)
		r = others_check(plan, e);
	if (r < 0)
		return r;
	cpus_subtract(&rest, &d->housekeeping_cpus);
	if (cpus_empty(&rest))
		return error_definition(e, d->path, c.place.line, c.place.column,
			"housekeeping_cpus leaves no CPU for the host's tasks");
	plan->housekeeping = d->housekeeping_cpus;
	if (plan->way == WAY_LOCAL && !own_choose(plan, &own))
		return error_definition(e, d->path, c.place.line, c.place.column,
			"housekeeping_cpus leaves no CPU for QEMU's other threads, which have some "
			"of their own here, beside the host's tasks");
	if (cpus_empty(&plan->emulator))
		plan->emulator = plan->housekeeping;
	return 0;
}
