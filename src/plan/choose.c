/* SPDX-License-Identifier: MIT */
/* vCPUs on host CPUs that qpin chooses. */
#include "plan/choose.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "plan/candidate.h"
#include "plan/fit.h"
#include "plan/wish.h"

/* What may be chosen without being named. */
static void
free_cpus(const struct plan *plan, struct cpus *ret)
{
	const struct definition *d = plan->definition;
	struct cpus rest;

	candidate_rest(plan, &rest);
	cores_spare(&plan->facts->topology, &rest, ret);
	cpus_subtract(ret, &d->emulator_cpus);
	cpus_subtract(ret, &d->spare_cpus);
	for (size_t i = 0; i < d->iothread_pin_count; i++)
		cpus_subtract(ret, &d->iothread_pins[i].cpus);
}

/* Any class counts when @any; else @class alone. */
static unsigned
class_holds(const struct cores *cores, const struct shape *shape, bool any, enum cpu_class class)
{
	unsigned sum = 0;

	for (size_t i = 0; i < cores->count; i++) {
		if (any || cores->list[i].class == class)
			sum += core_holds(&cores->list[i], shape);
	}
	return sum;
}

static void
class_keep(struct cores *cores, enum cpu_class class)
{
	size_t kept = 0;

	for (size_t i = 0; i < cores->count; i++) {
		if (cores->list[i].class == class)
			cores->list[kept++] = cores->list[i];
	}
	cores->count = kept;
}

/* Guest cores whole before split, and cores of one kind before mixed ones. */
static struct shape
shape_decide(struct choice *c)
{
	static const enum cpu_class preferred[] = {CPU_CLASS_PERFORMANCE, CPU_CLASS_EFFICIENT};
	struct shape shape = {0};

	for (int split = 0; split <= 1; split++) {
		shape = choice_shape(c, split != 0);
		for (size_t i = 0; i < COUNT(preferred); i++) {
			if (class_holds(&c->cores, &shape, false, preferred[i]) < shape.units)
				continue;
			class_keep(&c->cores, preferred[i]);
			return shape;
		}
		if (class_holds(&c->cores, &shape, true, CPU_CLASS_UNKNOWN) >= shape.units)
			return shape;
	}
	return shape;
}

/* Give the next vCPUs, in QEMU's order (threads first), the CPUs of the cores that were taken. */
static void
vcpus_give(struct plan *plan, struct cores *cores, const struct shape *shape)
{
	const struct smp *smp = &plan->smp;

	for (size_t i = 0; i < cores->count; i++) {
		struct core *core = &cores->list[i];
		unsigned count = core->is_given ? 0 : core->units * shape->unit_cpus;

		for (unsigned k = 0; k < count && plan->vcpu_count < smp->cpus; k++) {
			unsigned index = (unsigned)plan->vcpu_count++;

			plan->vcpus[index] = (struct plan_vcpu){
				.socket = index / smp->threads / smp->cores,
				.core = index / smp->threads % smp->cores,
				.thread = index % smp->threads,
				.os_cpu = core->cpus[k],
			};
			cpus_add(&plan->pinned, core->cpus[k]);
		}
		core->is_given = core->units > 0;
	}
}

/* Take all back. */
static void
vcpus_forget(struct plan *plan, struct cores *cores)
{
	for (size_t i = 0; i < cores->count; i++) {
		cores->list[i].units = 0;
		cores->list[i].is_given = false;
	}
	plan->vcpu_count = 0;
	cpus_clear(&plan->pinned);
}

/* Each guest socket in a package (or node) of its own. */
static bool
sockets_place(struct plan *plan, struct cores *cores, const struct shape *shape, bool by_node)
{
	unsigned per_socket = plan->smp.cores * plan->smp.threads / shape->unit_cpus;

	for (unsigned left = shape->units; left > 0;) {
		unsigned units = left < per_socket ? left : per_socket;
		struct domain domain;

		if (!fit_socket(cores, shape, by_node, units, &domain)) {
			vcpus_forget(plan, cores);
			return false;
		}
		fit_units(cores, domain, shape, units);
		vcpus_give(plan, cores, shape);
		left -= units;
	}
	return true;
}

/* Many people write a socket per vCPU, and mean nothing by it. */
static bool
sockets_count(const struct smp *smp)
{
	unsigned per_socket = smp->cores * smp->threads;

	return per_socket > 1 && smp->cpus > per_socket;
}

/* Place the vCPUs on the cores that are left, which have room for them. */
static int
place(struct choice *c, struct plan *plan, struct error *e)
{
	static const struct domain all = {.package = FIT_ANY, .node = FIT_ANY, .cache = FIT_ANY};
	struct shape shape = shape_decide(c);

	plan->vcpus = calloc(plan->smp.cpus, sizeof(*plan->vcpus));
	if (plan->vcpus == NULL)
		return error_sys(e, ENOMEM, NULL, "place %u vCPUs", plan->smp.cpus);
	if (sockets_count(&plan->smp) && (sockets_place(plan, &c->cores, &shape, false) ||
						 sockets_place(plan, &c->cores, &shape, true)))
		return 0;
	fit_units(&c->cores, all, &shape, shape.units);
	vcpus_give(plan, &c->cores, &shape);
	return 0;
}

/* Choose of @usable. */
static int
choose_from(struct plan *plan, const struct cpus *usable, bool whole, struct error *e)
{
	struct choice c = {.plan = plan};
	int r = wish_start(&c, usable, whole, e);

	if (r == 0)
		r = wish_apply(&c, e);
	if (r == 0)
		r = place(&c, plan, e);
	cores_done(&c.cores);
	return r;
}

/* CPUs that the host needs, or that are isolated at boot, only when there are no others. */
static int
choose_listed(struct plan *plan, const struct cpus *spare, struct error *e)
{
	const struct wishes *w = &plan->definition->wishes;
	const struct candidate candidate = {.plan = plan, .place = w->cpus_place, .whom = "cpus"};
	struct cpus listed = w->cpus;
	int r = candidate_check_all(&candidate, &w->cpus, e);

	if (r < 0)
		return r;
	cpus_keep(&listed, spare);
	if (choose_from(plan, &listed, false, e) == 0)
		return 0;
	return choose_from(plan, &w->cpus, false, e);
}

int
choose_cpus(struct plan *plan, struct error *e)
{
	struct cpus spare;

	free_cpus(plan, &spare);
	if (!cpus_empty(&plan->definition->wishes.cpus))
		return choose_listed(plan, &spare, e);
	return choose_from(plan, &spare, true, e);
}
