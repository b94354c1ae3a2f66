/* SPDX-License-Identifier: MIT */
/* vCPUs on host CPUs: what vcpu_pinning asks for, checked. */
#include "plan/placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/candidate.h"
#include "plan/choose.h"

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
	if (d->share_cpus || !cpus_has(&c->plan->pinned, pin->os_cpu))
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
	cpus_add(&plan->pinned, pin->os_cpu);
	return 0;
}

int
placement_make(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	if (d->wishes.set)
		return choose_cpus(plan, e);
	if (d->pin_count == 0)
		return 0;
	plan->vcpus = calloc(d->pin_count, sizeof(*plan->vcpus));
	if (plan->vcpus == NULL)
		return error_sys(e, ENOMEM, NULL, "place %zu vCPUs", d->pin_count);
	for (size_t i = 0; i < d->pin_count; i++) {
		int r = pin_place(plan, &d->pins[i], e);

		if (r < 0)
			return r;
	}
	return 0;
}
