/* SPDX-License-Identifier: MIT */
/* What the level quiet adds to isolated, as changes. */
#include "plan/quiet.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/irq_change.h"
#include "host/irqbalance.h"
#include "host/kthreads.h"
#include "host/scope.h"
#include "host/watchdog.h"

/* Those of the VM go with it; those that may stay, and that of all VMs, get back what they had. */
static bool
pressure_add(const struct layout *l, const char *path, struct change_list *list)
{
	bool below = strlen(path) > strlen(l->scope), above = strlen(path) < strlen(l->scope);
	struct change *c = change_add(
		list, below ? &change_setting : &change_override, path, CGROUP_PRESSURE, "0");

	if (c != NULL)
		c->shared = above;
	return c != NULL;
}

/*
 * For each cgroup that something runs in the kernel averages now and then how much waits there, on
 * the CPU where it last ran: in the VM's, from the leaves up to what is qpin's alone.
 */
static bool
pressure_changes(const struct plan *plan, const struct cpus *taken, struct change_list *list)
{
	const struct layout *l = &plan->layout;
	const char *top = str_eq(l->slice, "/" QPIN_SLICE) ? l->slice : l->scope;
	char path[LAYOUT_PATH_BYTES + 64];
	bool first = true;

	if (!plan->facts->pressure || plan->backend != &backend_v2)
		return true;
	cpus_each (os_cpu, taken) {
		(void)plan->backend->leaf(l, (unsigned)os_cpu, path, sizeof(path));
		if (!pressure_add(l, path, list))
			return false;
		while (first && group_up(path) && !str_eq(path, "/") && str_starts(path, top)) {
			if (!pressure_add(l, path, list))
				return false;
		}
		first = false;
	}
	return true;
}

int
quiet_changes(const struct plan *plan, const struct cpus *taken, struct change_list *list)
{
	char cpus[CPUS_TEXT_BYTES], rest[CPUS_TEXT_BYTES];
	struct cpus pool = plan->pool;
	bool ok;

	if (plan->level < ISOLATION_QUIET)
		return 0;
	cpus_subtract(&pool, taken);
	cpus_format(taken, cpus);
	cpus_format(&pool, rest);
	/* Before the interrupts, or it moves them back. */
	ok = change_add(list, &change_irqbalance, IRQBALANCE_DIR, NULL, cpus) != NULL &&
	     change_add(list, &change_irqs, IRQ_TARGET, rest, cpus) != NULL &&
	     (!plan->facts->watchdog ||
		     change_add(list, &change_watchdog, WATCHDOG_CPUS, rest, cpus) != NULL) &&
	     change_add(list, &change_kthreads, KTHREADS_TARGET, rest, cpus) != NULL &&
	     pressure_changes(plan, taken, list);
	return ok ? 0 : -ENOMEM;
}
