/* SPDX-License-Identifier: MIT */
/* Which vCPUs are on which host CPUs now: those of the start, and those that came later. */
#ifndef QPIN_SUPERVISE_SEATED_H
#define QPIN_SUPERVISE_SEATED_H

#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"

struct vcpu_thread;
struct vm;

/* seated_cpus - the host CPUs that are taken */
void seated_cpus(const struct vm *vm, struct cpus *ret);

/* seated_cpu - the host CPU of a vCPU; -1: it has none */
int seated_cpu(const struct vm *vm, const struct vcpu_thread *v);

/*
 * seated_on - the threads of the vCPUs on host CPU @os_cpu, without those that ended meanwhile
 * @tids: room for all of vm->threads
 * @ret:  NULL, or the CPUs that any of them may run on, as far as the kernel tells
 *
 * Returns how many there are.
 */
size_t seated_on(const struct vm *vm, unsigned os_cpu, pid_t *tids, struct cpus *ret);

#endif
