/* SPDX-License-Identifier: MIT */
/* Host CPUs that a definition names: may this VM have them? */
#ifndef QPIN_PLAN_CANDIDATE_H
#define QPIN_PLAN_CANDIDATE_H

#include "plan/plan.h"

/* Whom the CPUs are for, and where the definition says so. */
struct candidate {
	const struct plan *plan; /* borrowed: its definition and facts */
	struct place place;
	const char *whom; /* borrowed: "vCPU 0.1.0", "emulator_cpus" */
};

/*
 * candidate_check, candidate_check_all - refuse a CPU that doesn't exist, is offline, or is
 * somebody else's
 *
 * Somebody else is another VM, living or crashed, or a partition of another program: both are
 * ERROR_CLAIMED, and the rest is ERROR_DEFINITION. Of several CPUs the first bad one is told.
 * Any number will do: one that no host has doesn't exist here either.
 * Returns 0 or -EINVAL, with the place.
 */
int candidate_check(const struct candidate *c, unsigned os_cpu, struct error *e);
int candidate_check_all(const struct candidate *c, const struct cpus *cpus, struct error *e);

/* candidate_claim_is_own - whether it is of the VM that is planned */
bool candidate_claim_is_own(const struct plan *plan, const struct claim *claim);

/*
 * candidate_rest - the online CPUs that this VM may have or leave to the host: those of no other
 * VM's claim, of no other program's partition, and not isolated at boot
 */
void candidate_rest(const struct plan *plan, struct cpus *ret);

/* candidate_spare - the pool without emulator_cpus and iothread_pinning: what a vCPU could get */
void candidate_spare(const struct plan *plan, struct cpus *ret);

#endif
