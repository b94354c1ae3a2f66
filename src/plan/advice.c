/* SPDX-License-Identifier: MIT */
/* What a plan does that its author may not have meant. */
#include "plan/advice.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "plan/candidate.h"
#include "plan/guestcore.h"
#include "plan/warning.h"

/* With vcpu_pinning: vCPUs that are there at start, in QEMU's order (threads first), but no pin. */
static int
advise_unpinned(struct plan *plan, struct error *e)
{
	const struct smp *smp = &plan->smp;
	const struct cpus *where = cpus_empty(&plan->emulator) ? &plan->pool : &plan->emulator;
	auto_buf struct buf b = {0};
	char cpus[CPUS_TEXT_BYTES], name[PLAN_VCPU_TEXT_BYTES];
	unsigned count = 0;

	for (unsigned i = 0; i < smp->cpus && plan->vcpu_count > 0; i++) {
		const struct plan_vcpu vcpu = {
			.socket = i / smp->threads / smp->cores,
			.core = i / smp->threads % smp->cores,
			.thread = i % smp->threads,
		};

		if (plan_vcpu_find(plan, vcpu.socket, vcpu.core, vcpu.thread) != NULL)
			continue;
		if (count++ < WARNING_NAMES_MOST)
			buf_printf(&b, "%s%s", count > 1 ? ", " : "",
				plan_vcpu_text(&vcpu, name, sizeof(name)));
	}
	if (count == 0)
		return 0;
	if (count > WARNING_NAMES_MOST)
		buf_printf(&b, " and %u more", count - WARNING_NAMES_MOST);
	buf_printf(&b, " %s no pin and %s with QEMU's other threads (CPUs %s)",
		count > 1 ? "have" : "has", count > 1 ? "run" : "runs", cpus_format(where, cpus));
	return warning_add_take(plan, buf_take(&b),
		text_printf("pin %s in vcpu_pinning, or let `smp` have fewer vCPUs",
			count > 1 ? "them" : "it"),
		e);
}

static int
advise_shared(struct plan *plan, struct error *e)
{
	struct cpus seen = {0};
	char first[PLAN_VCPU_TEXT_BYTES], second[PLAN_VCPU_TEXT_BYTES], pool[CPUS_TEXT_BYTES];

	for (size_t i = 0; i < plan->vcpu_count; i++) {
		const struct plan_vcpu *vcpu = &plan->vcpus[i];
		size_t before = 0;
		int r;

		if (!cpus_has(&seen, vcpu->os_cpu)) {
			cpus_add(&seen, vcpu->os_cpu);
			continue;
		}
		while (plan->vcpus[before].os_cpu != vcpu->os_cpu)
			before++;
		r = warning_add_take(plan,
			text_printf("%s shares CPU %u with %s",
				plan_vcpu_text(vcpu, second, sizeof(second)), vcpu->os_cpu,
				plan_vcpu_text(&plan->vcpus[before], first, sizeof(first))),
			text_printf("give it one of the pool's CPUs, %s",
				cpus_format(&plan->pool, pool)),
			e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The pins of one guest socket. */
struct socket_pins {
	unsigned socket;
	unsigned count;
	struct cpus cpus;
	struct cpus nodes; /* that these are of */
};

/* Gather the pins of the guest socket that begins at @first; returns the index behind them. */
static size_t
socket_gather(const struct plan *plan, size_t first, struct socket_pins *ret)
{
	const struct plan_vcpu *vcpus = plan->vcpus;
	size_t i = first;

	*ret = (struct socket_pins){.socket = vcpus[first].socket};
	for (; i < plan->vcpu_count && vcpus[i].socket == ret->socket; i++) {
		const struct host_cpu *cpu = topology_find(&plan->facts->topology, vcpus[i].os_cpu);

		ret->count++;
		cpus_add(&ret->cpus, vcpus[i].os_cpu);
		if (cpu != NULL && cpu->node >= 0)
			cpus_add(&ret->nodes, (unsigned)cpu->node);
	}
	return i;
}

/* A node with room for the socket, of CPUs that it has or that are spare; false without one.
 */
static bool
node_find(const struct plan *plan, const struct socket_pins *pins, int *ret_node,
	struct cpus *ret_cpus)
{
	const struct topology *host = &plan->facts->topology;
	struct cpus usable, in_node;

	candidate_spare(plan, &usable);
	cpus_unite(&usable, &pins->cpus);
	cpus_each (node, &host->nodes) {
		cpus_clear(&in_node);
		for (size_t i = 0; i < host->cpu_count; i++) {
			if (host->cpus[i].node == node && cpus_has(&usable, host->cpus[i].os_cpu))
				cpus_add(&in_node, host->cpus[i].os_cpu);
		}
		if (cpus_count(&in_node) < pins->count)
			continue;
		*ret_node = node;
		*ret_cpus = in_node;
		return true;
	}
	return false;
}

static int
warn_nodes(struct plan *plan, const struct socket_pins *pins, struct error *e)
{
	char text[CPUS_TEXT_BYTES], cpus_text[CPUS_TEXT_BYTES];
	struct cpus cpus;
	int node;
	char *hint;

	if (node_find(plan, pins, &node, &cpus))
		hint = text_printf("pin it within one node: node %d has the CPUs %s", node,
			cpus_format(&cpus, cpus_text));
	else
		hint = text_printf("let `smp` have a socket per node, and pin each within a node");
	return warning_add_take(plan,
		text_printf("guest socket %u spans the NUMA nodes %s of the host", pins->socket,
			cpus_format(&pins->nodes, text)),
		hint, e);
}

static int
advise_nodes(struct plan *plan, struct error *e)
{
	int r = 0;

	for (size_t first = 0; first < plan->vcpu_count && r == 0;) {
		struct socket_pins pins;

		first = socket_gather(plan, first, &pins);
		if (cpus_count(&pins.nodes) > 1)
			r = warn_nodes(plan, &pins, e);
	}
	return r;
}

static int
advise_cpu0(struct plan *plan, struct error *e)
{
	char pool[CPUS_TEXT_BYTES];

	if (!cpus_has(&plan->pinned, 0))
		return 0;
	return warning_add_take(plan,
		text_printf("CPU 0 is pinned, where the host's interrupts and timers tend to be"),
		text_printf(
			"leave CPU 0 to the host; the pool has %s", cpus_format(&plan->pool, pool)),
		e);
}

/* Where the kernel allows no partition over both, all of them have a leaf alone. */
static int
advise_boot(struct plan *plan, struct error *e)
{
	struct cpus boot = way_boot_cpus(plan), others = plan->pinned;
	char boot_text[CPUS_TEXT_BYTES], text[CPUS_TEXT_BYTES];

	cpus_subtract(&others, &boot);
	if (cpus_empty(&boot) || cpus_empty(&others))
		return 0;
	cpus_format(&boot, boot_text);
	return warning_add_take(plan,
		text_printf("CPUs %s were isolated at boot, the others that are pinned (%s) were "
			    "not: some kernels allow no partition over both",
			boot_text, cpus_format(&others, text)),
		text_printf("pin vCPUs to CPUs isolated at boot (%s) alone, or to none of them",
			cpus_format(&plan->facts->topology.boot_isolated, text)),
		e);
}

static int
advise_own(struct plan *plan, struct error *e)
{
	char cpus[CPUS_TEXT_BYTES];
	bool one = cpus_count(&plan->emulator) == 1;

	if (cpus_empty(&plan->layout.own) || !cpus_empty(&plan->definition->emulator_cpus))
		return 0;
	cpus_format(&plan->emulator, cpus);
	return warning_add_take(plan,
		text_printf(
			"%s %s %s kept for QEMU's other threads and qpin: no others can use the "
			"CPUs of a local partition",
			one ? "CPU" : "CPUs", cpus, one ? "is" : "are"),
		text_printf("say which with emulator_cpus: %s", cpus), e);
}

/* CPUs for vCPUs that can never come. */
static int
advise_spare(struct plan *plan, struct error *e)
{
	if (cpus_empty(&plan->definition->spare_cpus) || plan->smp.maxcpus > plan->smp.cpus)
		return 0;
	return warning_add_take(plan,
		text_printf("vcpu_spare_cpus has no effect: no vCPU can be plugged"),
		text_printf("let `smp` have a greater maxcpus than its %u CPUs", plan->smp.cpus),
		e);
}

int
advice_add(struct plan *plan, struct error *e)
{
	static int (*const advise[])(struct plan *, struct error *) = {
		advise_unpinned,
		advise_shared,
		guestcore_advise,
		guestcore_advise_siblings,
		advise_nodes,
		advise_cpu0,
		advise_boot,
		advise_own,
		advise_spare,
	};

	for (size_t i = 0; i < COUNT(advise); i++) {
		int r = advise[i](plan, e);

		if (r < 0)
			return r;
	}
	return 0;
}
