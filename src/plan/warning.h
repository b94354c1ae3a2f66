/* SPDX-License-Identifier: MIT */
/* The warnings of a plan. */
#ifndef QPIN_PLAN_WARNING_H
#define QPIN_PLAN_WARNING_H

#include "plan/plan.h"

enum {
	WARNING_NAMES_MOST = 4, /* a text names so many vCPUs or guest cores, and counts the rest */
};

/*
 * warning_add_take - append a warning; both texts are owned by @plan afterwards, also on failure
 *
 * A text that is NULL stands for a lack of memory, so that text_printf() can be called in place.
 * Returns 0 or -ENOMEM.
 */
int warning_add_take(struct plan *plan, char *text, char *hint, struct error *e);

void warning_done(struct plan_warning *warning);

#endif
