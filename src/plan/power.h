/* SPDX-License-Identifier: MIT */
/* The frequency and the idle states of pinned CPUs: whether they can be set, and as changes. Pure.
 */
#ifndef QPIN_PLAN_POWER_H
#define QPIN_PLAN_POWER_H

#include "change/change.h"
#include "plan/plan.h"

/*
 * power_check - refuse governor and max_idle_latency_us, with their place in the definition
 * (ERROR_ISOLATION), where this host has no such thing for each pinned CPU alone; 0 or -EINVAL
 */
int power_check(const struct plan *plan, struct error *e);

/* power_changes - append what sets them for @cpus; 0 or -ENOMEM */
int power_changes(const struct plan *plan, const struct cpus *cpus, struct change_list *list);

#endif
