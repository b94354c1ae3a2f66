/* SPDX-License-Identifier: MIT */
/* New pins for a VM that runs. */
#ifndef QPIN_SUPERVISE_RELOAD_H
#define QPIN_SUPERVISE_RELOAD_H

#include <stddef.h>

struct error;
struct plan;
struct vm;

/*
 * reload - read the definition once more, and put each vCPU onto the CPU that its vcpu_pinning
 * names now; nothing else of it is taken over
 *
 * The VM must have been started by us. CPUs that it has taken at the start stay its own; others
 * that no vCPU is on any more are the host's again. What can't be done is told, to the service
 * manager too, and changes nothing; but vCPUs that were moved before the first one that can't be
 * stay where they are.
 */
void reload(struct vm *vm);

/*
 * reload_check - whether a running VM can go over from @now to @wanted: by the same way, to the
 * same level, with the same vCPUs pinned, and the same CPUs for QEMU's other threads
 *
 * Returns 0 or -EINVAL. Pure.
 */
int reload_check(const struct plan *now, const struct plan *wanted, struct error *e);

#endif
