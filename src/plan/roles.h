/* SPDX-License-Identifier: MIT */
/* CPUs and memory of everything that is no vCPU: QEMU's other threads, iothreads, the host. */
#ifndef QPIN_PLAN_ROLES_H
#define QPIN_PLAN_ROLES_H

#include "plan/plan.h"

/*
 * roles_make - fill pool and emulator of @plan, whose vCPUs are placed
 *
 * Refuses, with the place: nothing left for the host; CPUs of emulator_cpus and iothread_pinning
 * as candidate_check() does, or those of a vCPU; memory_nodes that have no memory.
 * Returns 0 or -EINVAL.
 */
int roles_make(struct plan *plan, struct error *e);

struct candidate;
struct cpus;

/* role_check - the CPUs of a role must be there, nobody else's, and no vCPU's; 0 or -EINVAL */
int role_check(const struct candidate *c, const struct cpus *cpus, struct error *e);

#endif
