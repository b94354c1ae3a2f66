/* SPDX-License-Identifier: MIT */
/* Which NUMA nodes QEMU's memory is bound to. */
#include "plan/memory.h"

#include <string.h>

#include "base/text.h"
#include "plan/plan.h"
#include "plan/warning.h"

/* A memory backend with nodes of its own: the kernel would refuse those that we leave out. */
static bool
qemu_binds_memory(const struct definition *d)
{
	for (size_t i = 0; i < d->option_count; i++) {
		const struct qemu_option *option = &d->options[i];

		if (str_eq(option->name, "object") && option->value != NULL &&
			strstr(option->value, "host-nodes") != NULL)
			return true;
	}
	return false;
}

static bool
is_auto(const struct plan *plan)
{
	const struct definition *d = plan->definition;

	if (d->memory_choice == MEMORY_UNSET)
		return plan->vcpu_count > 0 && cpus_count(&plan->facts->topology.nodes) > 1 &&
		       !qemu_binds_memory(d);
	return d->memory_choice == MEMORY_AUTO;
}

/* The nodes of the pinned CPUs, also of vCPUs that come later; @ret_without: the CPUs whose node
 * has no memory. */
static void
nodes_of_pinned(const struct plan *plan, struct cpus *ret, struct cpus *ret_without)
{
	const struct topology *host = &plan->facts->topology;
	struct cpus all = plan->pinned;

	cpus_unite(&all, &plan->later);
	cpus_clear(ret);
	cpus_clear(ret_without);
	cpus_each (os_cpu, &all) {
		const struct host_cpu *cpu = topology_find(host, (unsigned)os_cpu);

		if (cpu != NULL && cpu->node >= 0 && cpus_has(&host->nodes, (unsigned)cpu->node))
			cpus_add(ret, (unsigned)cpu->node);
		else
			cpus_add(ret_without, (unsigned)os_cpu);
	}
}

static int
warn_without(struct plan *plan, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES], nodes[CPUS_TEXT_BYTES];
	bool one = cpus_count(cpus) == 1;

	return warning_add_take(plan,
		text_printf("%s %s %s in a NUMA node without memory%s", one ? "CPU" : "CPUs",
			cpus_format(cpus, text), one ? "is" : "are",
			cpus_empty(&plan->memory_nodes) ? "; the guest's comes from any node" : ""),
		text_printf("pin vCPUs near memory: nodes with memory are %s",
			cpus_format(&plan->facts->topology.nodes, nodes)),
		e);
}

static int
choose(struct plan *plan, struct error *e)
{
	struct cpus without;

	if (plan->vcpu_count == 0)
		return warning_add_take(plan,
			text_printf("memory_nodes: auto has no effect without vcpu_pinning"),
			text_printf("add vcpu_pinning, or name the nodes"), e);
	nodes_of_pinned(plan, &plan->memory_nodes, &without);
	if (cpus_equal(&plan->memory_nodes, &plan->facts->topology.nodes))
		cpus_clear(&plan->memory_nodes); /* all there are: nothing to bind */
	return cpus_empty(&without) ? 0 : warn_without(plan, &without, e);
}

/* Without a cgroup it takes a memory policy, which not every process may set. */
static int
policy_check(struct plan *plan, struct error *e)
{
	if (cpus_empty(&plan->memory_nodes) || plan->way != WAY_AFFINITY ||
		plan->facts->memory_policy)
		return 0;
	cpus_clear(&plan->memory_nodes);
	if (plan->definition->memory_choice == MEMORY_UNSET &&
		cpus_empty(&plan->definition->memory_nodes))
		return 0;
	return warning_add_take(plan,
		text_printf("memory_nodes has no effect at level %s: set_mempolicy(2) is not "
			    "permitted here",
			isolation_name(plan->level)),
		text_printf("a container may need CAP_SYS_NICE for it"), e);
}

int
memory_make(struct plan *plan, struct error *e)
{
	int r = 0;

	plan->memory_nodes = plan->definition->memory_nodes;
	if (cpus_empty(&plan->memory_nodes) && is_auto(plan))
		r = choose(plan, e);
	return r < 0 ? r : policy_check(plan, e);
}
