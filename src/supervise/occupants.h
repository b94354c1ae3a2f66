/* SPDX-License-Identifier: MIT */
/* Whose CPUs are: the threads of QEMUs that have one each. */
#ifndef QPIN_SUPERVISE_OCCUPANTS_H
#define QPIN_SUPERVISE_OCCUPANTS_H

#include "base/cpus.h"
#include "base/files.h"
#include "plan/proof.h"

struct error;

/*
 * occupants_of_vm - the CPUs of VM @name, and the vCPUs and iothreads that have one each
 *
 * Returns 0; -ESRCH when it doesn't run, or no thread of it has a CPU; or -errno. The caller calls
 * proof_done() in any case.
 */
int occupants_of_vm(const char *name, struct proof *ret, struct error *e);

/*
 * occupants_of_cpus - @cpus, and the vCPUs and iothreads that may run on one of them alone: of our
 * VMs, and of any other QEMU whose threads have names that tell
 */
int occupants_of_cpus(
	const struct root *proc, const struct cpus *cpus, struct proof *ret, struct error *e);

/* occupants_cpus - the CPUs of @proof */
void occupants_cpus(const struct proof *proof, struct cpus *ret);

/* occupants_stay - whether all of @cpu's still live, and may run there alone */
bool occupants_stay(const struct proof_cpu *cpu);

#endif
