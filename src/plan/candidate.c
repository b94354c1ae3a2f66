/* SPDX-License-Identifier: MIT */
/* Host CPUs that a definition names: may this VM have them? */
#include "plan/candidate.h"

#include "base/text.h"
#include "plan/own.h"

/* A VM that left a claim of its own behind shall be able to start again. */
bool
candidate_claim_is_own(const struct plan *plan, const struct claim *claim)
{
	return !claim->granted && str_eq(claim->name, plan->definition->name);
}

static const struct claim *
claim_find(const struct plan *plan, unsigned os_cpu)
{
	for (size_t i = 0; i < plan->facts->claim_count; i++) {
		const struct claim *claim = &plan->facts->claims[i];

		if (cpus_has(&claim->cpus, os_cpu) && !candidate_claim_is_own(plan, claim))
			return claim;
	}
	return NULL;
}

/*
 * The CPUs that our cgroups can have: an ordinary user's are below his own, with a grant others;
 * root's in a partition are what that has.
 */
static const struct cpus *
reach_of(const struct facts *facts)
{
	const struct cpus *reach = &facts->cgroup.user.reach;

	if (own_is_nested(facts)) /* that it has none left is no reason to look elsewhere */
		return facts->root ? &facts->cgroup.partition_cpus : reach;
	return cpus_empty(reach) ? &facts->cgroup.effective : reach;
}

/*
 * CPUs that have been taken from us by partitions; those of VMs are told by their claims. Where the
 * effective CPUs aren't known, none is lost.
 */
static void
lost_cpus(const struct plan *plan, struct cpus *ret)
{
	const struct facts *facts = plan->facts;

	cpus_clear(ret);
	if (facts->cgroup.mode != CGROUP_V2 || cpus_empty(&facts->cgroup.effective))
		return;
	*ret = facts->topology.online;
	cpus_subtract(ret, reach_of(facts));
	for (size_t i = 0; i < facts->claim_count; i++)
		cpus_subtract(ret, &facts->claims[i].cpus);
}

void
candidate_rest(const struct plan *plan, struct cpus *ret)
{
	const struct facts *facts = plan->facts;
	struct cpus lost;

	lost_cpus(plan, &lost);
	*ret = facts->topology.online;
	cpus_subtract(ret, &facts->topology.boot_isolated);
	cpus_subtract(ret, &lost);
	for (size_t i = 0; i < facts->claim_count; i++) {
		if (!candidate_claim_is_own(plan, &facts->claims[i]))
			cpus_subtract(ret, &facts->claims[i].cpus);
	}
}

void
candidate_spare(const struct plan *plan, struct cpus *ret)
{
	const struct definition *d = plan->definition;

	*ret = plan->pool;
	cpus_subtract(ret, &plan->emulator);
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		cpus_subtract(ret, &d->iothread_pins[i].cpus);
}

static int
refuse_absent(const struct candidate *c, unsigned os_cpu, struct error *e)
{
	const struct topology *host = &c->plan->facts->topology;
	char online[CPUS_TEXT_BYTES];
	bool offline = cpus_has(&host->present, os_cpu);

	error_definition(e, c->plan->definition->path, c->place.line, c->place.column,
		offline ? "%s: CPU %u is offline; online are %s"
			: "%s: the host has no CPU %u; online are %s",
		c->whom, os_cpu, cpus_format(&host->online, online));
	if (offline)
		error_hint(e,
			"write 1 to /sys/devices/system/cpu/cpu%u/online, or name another CPU",
			os_cpu);
	return error_code(e);
}

/* A CPU of nobody that we know. */
static int
refuse_lost(const struct facts *facts, unsigned os_cpu, const char *free_cpus, struct error *e)
{
	if (facts->root && own_is_nested(facts)) {
		error_why(e, "it is none of those of the partition %s, which qpin runs in",
			facts->cgroup.partition);
		return error_hint(e, "you can have the CPUs %s", free_cpus);
	}
	if (facts->root) {
		error_why(e, "it is in a cgroup partition that is not qpin's");
		return error_hint(e, "the CPUs of no partition are %s", free_cpus);
	}
	if (cpus_has(&facts->cgroup.effective, os_cpu))
		error_why(e, "it is none of those that your cgroups can have");
	else
		error_why(e, "it is in a cgroup partition that is not yours: of root's VMs, or "
			     "another user's");
	return error_hint(e,
		free_cpus[0] != '\0' ? "you can have the CPUs %s" : "none is left for you%s",
		free_cpus);
}

/* @claim: NULL when another program has the CPU */
static int
refuse_claimed(
	const struct candidate *c, unsigned os_cpu, const struct claim *claim, struct error *e)
{
	char free_cpus[CPUS_TEXT_BYTES];
	struct cpus rest;

	error_refuse(
		e, ERROR_CLAIMED, c->plan->definition->path, "give CPU %u to %s", os_cpu, c->whom);
	e->line = c->place.line;
	e->column = c->place.column;
	candidate_rest(c->plan, &rest);
	cpus_format(&rest, free_cpus);
	if (claim == NULL)
		return refuse_lost(c->plan->facts, os_cpu, free_cpus, e);
	if (claim->granted) {
		error_why(e, "it belongs to the grant of user '%s'", claim->name);
		return error_hint(e, "the free CPUs are %s; `qpin revoke %s` takes its CPUs back",
			free_cpus, claim->name);
	}
	if (claim->alive) {
		error_why(e, "it belongs to the running VM '%s'", claim->name);
		return error_hint(e, "the CPUs of no VM are %s", free_cpus);
	}
	error_why(e, "it belongs to the VM '%s', whose qpin died", claim->name);
	return error_hint(e, "`qpin release %s` takes its CPUs back", claim->name);
}

static int
check_one(const struct candidate *c, const struct cpus *lost, unsigned os_cpu, struct error *e)
{
	const struct claim *claim = claim_find(c->plan, os_cpu);

	if (!cpus_has(&c->plan->facts->topology.online, os_cpu))
		return refuse_absent(c, os_cpu, e);
	if (claim != NULL || cpus_has(lost, os_cpu))
		return refuse_claimed(c, os_cpu, claim, e);
	return 0;
}

int
candidate_check(const struct candidate *c, unsigned os_cpu, struct error *e)
{
	struct cpus lost;

	lost_cpus(c->plan, &lost);
	return check_one(c, &lost, os_cpu, e);
}

int
candidate_check_all(const struct candidate *c, const struct cpus *cpus, struct error *e)
{
	struct cpus lost;

	lost_cpus(c->plan, &lost);
	cpus_each (os_cpu, cpus) {
		int r = check_one(c, &lost, (unsigned)os_cpu, e);

		if (r < 0)
			return r;
	}
	return 0;
}
