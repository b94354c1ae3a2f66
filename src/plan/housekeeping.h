/* SPDX-License-Identifier: MIT */
/* CPUs for the kernel's threads and QEMU's own, which the host's tasks stay off. Pure. */
#ifndef QPIN_PLAN_HOUSEKEEPING_H
#define QPIN_PLAN_HOUSEKEEPING_H

struct error;
struct plan;

/*
 * housekeeping_make - fill housekeeping of @plan, whose host_tasks are chosen, and give these CPUs
 * to QEMU's other threads, unless those have some of them already
 *
 * Refuses, with the place of `housekeeping_cpus`: CPUs that can't be had (ERROR_DEFINITION,
 * ERROR_CLAIMED), nothing left for the pool, other threads elsewhere; where tasks aren't moved, or
 * the pool can't be a partition (ERROR_ISOLATION). Returns 0 or -EINVAL.
 */
int housekeeping_make(struct plan *plan, struct error *e);

#endif
