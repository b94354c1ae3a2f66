/* SPDX-License-Identifier: MIT */
/* CPUs and memory of everything that is no vCPU: QEMU's other threads, iothreads, the host. */
#include "plan/roles.h"

#include <stdbool.h>
#include <stdio.h>

#include "plan/candidate.h"

enum {
	HOLDERS_BYTES = 400, /* of many the first ones */
};

/* Who has the CPUs that are missing: "VM 'a' (CPUs 2-3), VM 'b' …"; false when it's nobody. */
static bool
holders_tell(const struct plan *plan, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->facts->claim_count && len < size; i++) {
		const struct claim *claim = &plan->facts->claims[i];
		char cpus[CPUS_TEXT_BYTES];

		if (candidate_claim_is_own(plan, claim) || cpus_empty(&claim->cpus))
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s '%s' (CPUs %s)",
			len > 0 ? ", " : "", claim->granted ? "user" : "VM", claim->name,
			cpus_format(&claim->cpus, cpus));
	}
	return len > 0;
}

static int
pool_make(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	char pinned[CPUS_TEXT_BYTES], online[CPUS_TEXT_BYTES], holders[HOLDERS_BYTES];
	struct place place = {0};

	candidate_rest(plan, &plan->pool);
	cpus_subtract(&plan->pool, &plan->pinned);
	cpus_subtract(&plan->pool, &plan->later);
	if (!cpus_empty(&plan->pool))
		return 0;
	cpus_format(&plan->facts->topology.online, online);
	if (plan->vcpu_count == 0) {
		error_refuse(e, ERROR_CLAIMED, d->path, "find a CPU for QEMU");
		return error_why(
			e, "of the online CPUs (%s) none is left by VMs and boot options", online);
	}
	place = d->wishes.set ? d->wishes.place : d->pins[d->pin_count - 1].place;
	error_definition(e, d->path, place.line, place.column,
		"no CPU is left for the host and QEMU's other threads: this VM pins %s of the "
		"online CPUs %s, and the rest is taken by VMs or isolated at boot",
		cpus_format(&plan->pinned, pinned), online);
	if (holders_tell(plan, holders, sizeof(holders))) {
		e->kind = ERROR_CLAIMED;
		return error_hint(
			e, "wait for an end, or pin fewer vCPUs: CPUs are with %s", holders);
	}
	return error_hint(e, "pin fewer vCPUs: CPU 0 at least is best left to the host");
}

int
role_check(const struct candidate *c, const struct cpus *cpus, struct error *e)
{
	char text[PLAN_VCPU_TEXT_BYTES], pool[CPUS_TEXT_BYTES];
	struct cpus taken = c->plan->pinned;
	int r = candidate_check_all(c, cpus, e);

	cpus_unite(&taken, &c->plan->later);
	if (r < 0 || !cpus_intersect(cpus, &taken))
		return r;
	error_definition(e, c->plan->definition->path, c->place.line, c->place.column,
		"%s: some of them are in vcpu_spare_cpus", c->whom);
	for (size_t i = 0; i < c->plan->vcpu_count; i++) {
		const struct plan_vcpu *vcpu = &c->plan->vcpus[i];

		if (!cpus_has(cpus, vcpu->os_cpu))
			continue;
		error_definition(e, c->plan->definition->path, c->place.line, c->place.column,
			"%s: CPU %u is pinned to %s", c->whom, vcpu->os_cpu,
			plan_vcpu_text(vcpu, text, sizeof(text)));
		break;
	}
	return error_hint(e, "the CPUs of no vCPU are %s", cpus_format(&c->plan->pool, pool));
}

static int
emulator_make(struct plan *plan, struct error *e)
{
	const struct candidate c = {
		.plan = plan,
		.place = plan->definition->emulator_cpus_place,
		.whom = "emulator_cpus",
	};

	plan->emulator = plan->definition->emulator_cpus;
	return role_check(&c, &plan->emulator, e);
}

static int
iothreads_check(const struct plan *plan, struct error *e)
{
	for (size_t i = 0; i < plan->definition->iothread_pin_count; i++) {
		const struct iothread_pin *pin = &plan->definition->iothread_pins[i];
		char whom[128];
		const struct candidate c = {.plan = plan, .place = pin->place, .whom = whom};
		int r;

		(void)snprintf(whom, sizeof(whom), "iothread '%.64s'", pin->id);
		r = role_check(&c, &pin->cpus, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
memory_check(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	const struct cpus *nodes = &plan->facts->topology.nodes;
	struct cpus absent = d->memory_nodes;
	char absent_text[CPUS_TEXT_BYTES], nodes_text[CPUS_TEXT_BYTES];

	cpus_subtract(&absent, nodes);
	if (cpus_empty(&absent))
		return 0;
	return error_definition(e, d->path, d->memory_nodes_place.line,
		d->memory_nodes_place.column,
		"memory_nodes: the host has no memory in node %s; nodes with memory are %s",
		cpus_format(&absent, absent_text), cpus_format(nodes, nodes_text));
}

int
roles_make(struct plan *plan, struct error *e)
{
	int r = pool_make(plan, e);

	if (r == 0)
		r = emulator_make(plan, e);
	if (r == 0)
		r = iothreads_check(plan, e);
	return r == 0 ? memory_check(plan, e) : r;
}
