/* SPDX-License-Identifier: MIT */
/* A plan's pins as a definition has them. */
#ifndef QPIN_PLAN_PINNING_H
#define QPIN_PLAN_PINNING_H

#include "plan/plan.h"

/*
 * pinning_text - "vcpu_pinning: {0: {0: {0: 2}}}" of a plan that has vCPUs, in one line
 * @os_cpu: other CPUs than the plan's, in the order of its vCPUs; or NULL
 *
 * The caller frees it; NULL without memory.
 */
char *pinning_text(const struct plan *plan, const unsigned *os_cpu);

#endif
