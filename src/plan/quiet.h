/* SPDX-License-Identifier: MIT */
/* What the level quiet adds to isolated, as changes. Pure. */
#ifndef QPIN_PLAN_QUIET_H
#define QPIN_PLAN_QUIET_H

#include "change/change.h"
#include "plan/plan.h"

/*
 * quiet_changes - append what keeps interrupts, the lockup detector, threads of the kernel and
 * its averaging of pressure off the CPUs @taken, which partitions don't; nothing at another level.
 * 0 or -ENOMEM
 */
int quiet_changes(const struct plan *plan, const struct cpus *taken, struct change_list *list);

#endif
