/* SPDX-License-Identifier: MIT */
/* Guest cores on host cores: do the guest's threads share what they believe to share? */
#ifndef QPIN_PLAN_GUESTCORE_H
#define QPIN_PLAN_GUESTCORE_H

#include "plan/plan.h"

/*
 * guestcore_advise - warn of guest cores whose threads are on several host cores, with the whole
 * vcpu_pinning that puts them on one each: of the CPUs that they have, else with spare ones of the
 * pool
 *
 * Returns 0 or -ENOMEM.
 */
int guestcore_advise(struct plan *plan, struct error *e);

/*
 * guestcore_advise_siblings - warn of guest cores of one thread that are hyper-threads of one host
 * core
 *
 * Returns 0 or -ENOMEM.
 */
int guestcore_advise_siblings(struct plan *plan, struct error *e);

#endif
