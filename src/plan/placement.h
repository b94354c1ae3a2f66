/* SPDX-License-Identifier: MIT */
/* vCPUs on host CPUs: what vcpu_pinning asks for, checked. */
#ifndef QPIN_PLAN_PLACEMENT_H
#define QPIN_PLAN_PLACEMENT_H

#include "plan/plan.h"

/*
 * placement_make - fill vcpus, pinned and later of @plan, whose definition, facts and smp are set
 *
 * Refuses, with the pin's place: a vCPU that the guest can't have or that is there twice; a CPU as
 * candidate_check() does; one CPU for two vCPUs without share_cpus; vcpu_spare_cpus that are a
 * vCPU's already. Without pins, but with wishes,
 * CPUs are chosen: choose_cpus().
 * Returns 0 or -errno; plan_done() frees what was made.
 */
int placement_make(struct plan *plan, struct error *e);

#endif
