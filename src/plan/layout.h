/* SPDX-License-Identifier: MIT */
/* Where a plan's cgroups are, and what they have. Pure. */
#ifndef QPIN_PLAN_LAYOUT_H
#define QPIN_PLAN_LAYOUT_H

#include "plan/plan.h"

/* layout_make - choose the backend and fill in the layout, for plan->way and plan->level */
void layout_make(struct plan *plan);

#endif
