/* SPDX-License-Identifier: MIT */
/* What a plan does that its author may not have meant: warnings, each with the better line. */
#ifndef QPIN_PLAN_ADVICE_H
#define QPIN_PLAN_ADVICE_H

#include "plan/plan.h"

/*
 * advice_add - append to the warnings of @plan, which is complete but for them
 *
 * Returns 0 or -ENOMEM.
 */
int advice_add(struct plan *plan, struct error *e);

#endif
