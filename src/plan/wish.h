/* SPDX-License-Identifier: MIT */
/* The wishes of a definition, as what they leave of the host's cores. */
#ifndef QPIN_PLAN_WISH_H
#define QPIN_PLAN_WISH_H

#include "plan/cores.h"

/* A choice on the way. */
struct choice {
	const struct plan *plan; /* borrowed: its definition, facts and smp */
	struct cores cores;      /* that are left */
	bool alone;              /* one vCPU per host core */
	bool pair;               /* guest cores may not be split */
};

/*
 * choice_shape - how the guest's vCPUs are put on host cores
 * @split: each vCPU for itself; else the threads of a guest core stay together
 */
struct shape choice_shape(const struct choice *c, bool split);

/*
 * wish_start - fill cores with those that have CPUs in @usable, without those to avoid
 * @whole: whole cores alone
 *
 * Refuses too few of them, at the place of vcpu_pinning, cpus or avoid. Returns 0 or -errno.
 */
int wish_start(struct choice *c, const struct cpus *usable, bool whole, struct error *e);

/*
 * wish_apply - leave what the wishes near, node, cache, class and smt allow
 *
 * Refuses, with its place, the first wish that this host can't meet, or that leaves too few CPUs.
 * Returns 0 or -EINVAL.
 */
int wish_apply(struct choice *c, struct error *e);

#endif
