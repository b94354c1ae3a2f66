/* SPDX-License-Identifier: MIT */
/* What the level quiet adds to isolated, as changes. */
#include "plan/quiet.h"

#include <errno.h>

#include "host/irq_change.h"
#include "host/irqbalance.h"
#include "host/kthreads.h"
#include "host/watchdog.h"

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
	     change_add(list, &change_kthreads, KTHREADS_TARGET, rest, cpus) != NULL;
	return ok ? 0 : -ENOMEM;
}
