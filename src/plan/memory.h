/* SPDX-License-Identifier: MIT */
/* Which NUMA nodes QEMU's memory is bound to. Pure. */
#ifndef QPIN_PLAN_MEMORY_H
#define QPIN_PLAN_MEMORY_H

struct error;
struct plan;

/*
 * memory_make - choose plan.memory_nodes
 * @plan: with vCPUs placed, and a way
 *
 * A list of the definition's was checked by roles_make(). What was asked for and can't be had, or
 * has no effect, gets a warning; the memory is then left alone. Returns 0 or -ENOMEM.
 */
int memory_make(struct plan *plan, struct error *e);

#endif
