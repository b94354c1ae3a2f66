/* SPDX-License-Identifier: MIT */
/* vCPUs on host CPUs: what vcpu_pinning asks for, checked. */
#include "plan/placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/candidate.h"
#include "plan/choose.h"
#include "plan/roles.h"

static int
refuse_range(const struct candidate *c, const char *has, unsigned count, struct error *e)
{
	const struct smp *smp = &c->plan->smp;
	char range[32];

	if (count > 1)
		(void)snprintf(range, sizeof(range), "s 0-%u", count - 1);
	else
		(void)snprintf(range, sizeof(range), " 0 alone");
	error_definition(e, c->plan->definition->path, c->place.line, c->place.column, "%s: %s%s",
		c->whom, has, range);
	if (smp->place.line == 0)
		return error_hint(e, "without `smp` the guest has one vCPU; add it to `qemu`");
	return error_hint(e,
		"line %u: `smp` makes %u socket(s) of %u core(s) with %u thread(s); change it or "
		"the pin",
		smp->place.line, smp->sockets, smp->cores, smp->threads);
}

/* Pins that are all in range, and none of them twice, can't be more than smp.maxcpus. */
static int
range_check(const struct candidate *c, const struct pin *pin, struct error *e)
{
	const struct smp *smp = &c->plan->smp;

	if (pin->socket >= smp->sockets)
		return refuse_range(c, "the guest has socket", smp->sockets, e);
	if (pin->core >= smp->cores)
		return refuse_range(c, "a socket of the guest has core", smp->cores, e);
	if (pin->thread >= smp->threads)
		return refuse_range(c, "a core of the guest has thread", smp->threads, e);
	return 0;
}

static int
repeat_check(const struct candidate *c, const struct pin *pin, struct error *e)
{
	const struct definition *d = c->plan->definition;
	char text[PLAN_VCPU_TEXT_BYTES];

	if (plan_vcpu_find(c->plan, pin->socket, pin->core, pin->thread) != NULL)
		return error_definition(
			e, d->path, c->place.line, c->place.column, "%s is pinned twice", c->whom);
	if (d->share_cpus || (!cpus_has(&c->plan->pinned, pin->os_cpu) &&
				     !cpus_has(&c->plan->later, pin->os_cpu)))
		return 0;
	for (size_t i = 0; i < c->plan->vcpu_count; i++) {
		if (c->plan->vcpus[i].os_cpu != pin->os_cpu)
			continue;
		error_definition(e, d->path, c->place.line, c->place.column,
			"%s: CPU %u is already that of %s", c->whom, pin->os_cpu,
			plan_vcpu_text(&c->plan->vcpus[i], text, sizeof(text)));
		break;
	}
	return error_hint(e, "name another CPU, or write `share_cpus: true`");
}

static int
pin_place(struct plan *plan, const struct pin *pin, struct error *e)
{
	struct plan_vcpu vcpu = {
		.socket = pin->socket,
		.core = pin->core,
		.thread = pin->thread,
		.os_cpu = pin->os_cpu,
	};
	char text[PLAN_VCPU_TEXT_BYTES];
	const struct candidate c = {
		.plan = plan,
		.place = pin->place,
		.whom = plan_vcpu_text(&vcpu, text, sizeof(text)),
	};
	int r;

	r = range_check(&c, pin, e);
	if (r < 0)
		return r;
	r = candidate_check(&c, pin->os_cpu, e);
	if (r < 0)
		return r;
	r = repeat_check(&c, pin, e);
	if (r < 0)
		return r;
	plan->vcpus[plan->vcpu_count++] = vcpu;
	cpus_add(plan_vcpu_is_later(plan, pin->socket, pin->core, pin->thread) ? &plan->later
									       : &plan->pinned,
		pin->os_cpu);
	return 0;
}

/* Where all pins are of vCPUs that come later, theirs are taken at start: there must be one. */
static void
later_settle(struct plan *plan)
{
	if (cpus_empty(&plan->pinned)) {
		plan->pinned = plan->later;
		cpus_clear(&plan->later);
	}
	cpus_subtract(&plan->later, &plan->pinned);
}

/* CPUs for vCPUs that nobody has named yet. */
static int
spare_add(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	const struct candidate c = {
		.plan = plan, .place = d->spare_cpus_place, .whom = "vcpu_spare_cpus"};
	int r;

	if (cpus_empty(&d->spare_cpus))
		return 0;
	if (plan->vcpu_count == 0)
		return error_definition(e, d->path, c.place.line, c.place.column,
			"vcpu_spare_cpus is for vCPUs beside those of vcpu_pinning, and there are "
			"none");
	r = role_check(&c, &d->spare_cpus, e);
	if (r == 0)
		cpus_unite(&plan->later, &d->spare_cpus);
	return r;
}

static int
pins_place(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	plan->vcpus = calloc(d->pin_count, sizeof(*plan->vcpus));
	if (plan->vcpus == NULL)
		return error_sys(e, ENOMEM, NULL, "place %zu vCPUs", d->pin_count);
	for (size_t i = 0; i < d->pin_count; i++) {
		int r = pin_place(plan, &d->pins[i], e);

		if (r < 0)
			return r;
	}
	later_settle(plan);
	return 0;
}

int
placement_make(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	int r = 0;

	if (d->wishes.set)
		r = choose_cpus(plan, e);
	else if (d->pin_count > 0)
		r = pins_place(plan, e);
	return r == 0 ? spare_add(plan, e) : r;
}
