/* SPDX-License-Identifier: MIT */
/* Guest cores on host cores: do the guest's threads share what they believe to share? */
#include "plan/guestcore.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "plan/candidate.h"
#include "plan/pinning.h"
#include "plan/warning.h"

enum {
	CORE_UNKNOWN = -1,
};

/* A better placement on the way. */
struct rearrangement {
	const struct plan *plan; /* borrowed */
	struct cpus free;        /* CPUs that may still be given out */
	unsigned *os_cpu;        /* borrowed: of each vCPU, in the order of plan->vcpus */
};

static int
host_core(const struct plan *plan, unsigned os_cpu)
{
	const struct host_cpu *cpu = topology_find(&plan->facts->topology, os_cpu);

	return cpu != NULL ? cpu->core : CORE_UNKNOWN;
}

/* The vCPUs of a guest core lie side by side: the index behind the core that begins at @first. */
static size_t
core_end(const struct plan *plan, size_t first)
{
	const struct plan_vcpu *vcpus = plan->vcpus;
	size_t end = first + 1;

	while (end < plan->vcpu_count && vcpus[end].socket == vcpus[first].socket &&
		vcpus[end].core == vcpus[first].core)
		end++;
	return end;
}

static bool
core_is_split(const struct plan *plan, size_t first, size_t end)
{
	int core = host_core(plan, plan->vcpus[first].os_cpu);

	for (size_t i = first + 1; i < end; i++) {
		if (host_core(plan, plan->vcpus[i].os_cpu) != core)
			return true;
	}
	return false;
}

/* The free CPUs of the host core that @os_cpu is of. */
static void
free_siblings(const struct rearrangement *r, unsigned os_cpu, struct cpus *ret)
{
	const struct topology *host = &r->plan->facts->topology;
	int core = host_core(r->plan, os_cpu);

	cpus_clear(ret);
	for (size_t i = 0; i < host->cpu_count && core != CORE_UNKNOWN; i++) {
		if (host->cpus[i].core == core && cpus_has(&r->free, host->cpus[i].os_cpu))
			cpus_add(ret, host->cpus[i].os_cpu);
	}
}

/* Give the guest core first..end-1 the host core of @os_cpu, if enough of it is free. */
static bool
core_take(struct rearrangement *r, size_t first, size_t end, unsigned os_cpu)
{
	struct cpus siblings;
	int next = 0;

	free_siblings(r, os_cpu, &siblings);
	if (cpus_count(&siblings) < end - first)
		return false;
	for (size_t i = first; i < end; i++) {
		next = cpus_next(&siblings, i > first ? (unsigned)next + 1 : 0);
		r->os_cpu[i] = (unsigned)next;
		cpus_remove(&r->free, (unsigned)next);
	}
	return true;
}

/* A host core that the guest core is on already, else any, that of CPU 0 last. */
static bool
core_move(struct rearrangement *r, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		if (core_take(r, first, end, r->plan->vcpus[i].os_cpu))
			return true;
	}
	cpus_each (os_cpu, &r->free) {
		if (host_core(r->plan, (unsigned)os_cpu) != host_core(r->plan, 0) &&
			core_take(r, first, end, (unsigned)os_cpu))
			return true;
	}
	return core_take(r, first, end, 0);
}

static bool
rearrange(struct rearrangement *r, bool with_spare)
{
	const struct plan *plan = r->plan;
	size_t end;

	cpus_clear(&r->free);
	if (with_spare)
		candidate_spare(plan, &r->free);
	for (size_t first = 0; first < plan->vcpu_count; first = end) {
		end = core_end(plan, first);
		for (size_t i = first; i < end; i++) {
			r->os_cpu[i] = plan->vcpus[i].os_cpu;
			if (core_is_split(plan, first, end))
				cpus_add(&r->free, r->os_cpu[i]);
		}
	}
	for (size_t first = 0; first < plan->vcpu_count; first = end) {
		end = core_end(plan, first);
		if (core_is_split(plan, first, end) && !core_move(r, first, end))
			return false;
	}
	return true;
}

static char *
split_hint(const struct plan *plan)
{
	auto_free unsigned *os_cpu = calloc(plan->vcpu_count, sizeof(*os_cpu));
	struct rearrangement r = {.plan = plan, .os_cpu = os_cpu};

	if (os_cpu == NULL)
		return NULL;
	if (rearrange(&r, false) || rearrange(&r, true))
		return pinning_text(plan, os_cpu);
	return text_printf("no host core here has %u free CPUs for each of them: "
			   "let `smp` have threads=1",
		plan->smp.threads);
}

/* "0.1, 0.2 and 5 more", as long as the first WARNING_NAMES_MOST fit; @nth counts from 0 */
static void
name_add(struct buf *b, size_t nth, const struct plan_vcpu *vcpu)
{
	if (nth < WARNING_NAMES_MOST)
		buf_printf(b, "%s%u.%u", nth > 0 ? ", " : "", vcpu->socket, vcpu->core);
}

static void
rest_add(struct buf *b, size_t count)
{
	if (count > WARNING_NAMES_MOST)
		buf_printf(b, " and %zu more", count - WARNING_NAMES_MOST);
}

int
guestcore_advise(struct plan *plan, struct error *e)
{
	auto_buf struct buf b = {0};
	size_t count = 0, end;

	for (size_t first = 0; first < plan->vcpu_count; first = end) {
		end = core_end(plan, first);
		if (core_is_split(plan, first, end))
			name_add(&b, count++, &plan->vcpus[first]);
	}
	if (count == 0)
		return 0;
	rest_add(&b, count);
	return warning_add_take(plan,
		b.failed ? NULL
			 : text_printf("the threads of guest core%s %s are split over several host "
				       "cores",
				   count > 1 ? "s" : "", b.text),
		split_hint(plan), e);
}

/* Is there an earlier guest core on the same host core, on another of its CPUs? */
static bool
has_sibling_before(const struct plan *plan, size_t nth)
{
	int core = host_core(plan, plan->vcpus[nth].os_cpu);

	for (size_t i = 0; i < nth && core != CORE_UNKNOWN; i++) {
		if (plan->vcpus[i].os_cpu != plan->vcpus[nth].os_cpu &&
			host_core(plan, plan->vcpus[i].os_cpu) == core)
			return true;
	}
	return false;
}

int
guestcore_advise_siblings(struct plan *plan, struct error *e)
{
	auto_buf struct buf b = {0};
	size_t count = 0;

	if (plan->smp.threads > 1 || plan->definition->wishes.smt == WISH_SMT_PAIR)
		return 0;
	for (size_t i = 0; i < plan->vcpu_count; i++) {
		if (has_sibling_before(plan, i))
			name_add(&b, count++, &plan->vcpus[i]);
	}
	if (count == 0)
		return 0;
	rest_add(&b, count);
	return warning_add_take(plan,
		b.failed ? NULL
			 : text_printf("guest core%s %s %s a host core with another guest core, "
				       "which the guest doesn't know",
				   count > 1 ? "s" : "", b.text, count > 1 ? "share" : "shares"),
		text_printf("let `smp` have threads=2 and pin a guest core to a host core, or %s",
			plan->definition->wishes.set ? "wish `smt: alone` (or `smt: pair`)"
						     : "pin one vCPU per host core"),
		e);
}
