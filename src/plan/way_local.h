/* SPDX-License-Identifier: MIT */
/* Whether a chain of local partitions can be made, and from where. Pure. */
#ifndef QPIN_PLAN_WAY_LOCAL_H
#define QPIN_PLAN_WAY_LOCAL_H

#include "plan/way.h"

/*
 * ways_find_local - rule out local partitions, or, in a partition that is there, remote ones
 * @ways: what is known of the others by now
 *
 * Below the host's own partition they are for kernels without remote ones alone: these need no
 * CPU of the VM's own.
 */
void ways_find_local(const struct plan *plan, struct ways *ways);

#endif
