/* SPDX-License-Identifier: MIT */
/* CPUs that a VM keeps for QEMU's other threads and qpin itself, where partitions are local. Pure.
 */
#ifndef QPIN_PLAN_OWN_H
#define QPIN_PLAN_OWN_H

#include "plan/plan.h"

/* own_is_nested - whether VMs' cgroups are in a partition that is not the whole host's: no host
 * tasks are in it, and its CPUs are all that there are */
bool own_is_nested(const struct facts *facts);

/*
 * own_choose - the CPUs of QEMU's other threads, when the pool can't be theirs
 * @plan: with vCPUs placed, pool and emulator filled in
 *
 * Those of emulator_cpus. Without it one of the pool: a thread beside a pinned CPU, else the
 * nearest of the same cache, node, package; of equals one that the host can spare, and of these
 * the last. CPUs of iothread_pinning are taken when there is no other.
 * Returns false, with *@ret untouched, when none can be had, or none would be left for the host.
 */
bool own_choose(const struct plan *plan, struct cpus *ret);

/* own_with_iothreads - @emulator and the CPUs of iothread_pinning: all that the VM keeps */
void own_with_iothreads(const struct plan *plan, const struct cpus *emulator, struct cpus *ret);

#endif
