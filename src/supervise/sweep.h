/* SPDX-License-Identifier: MIT */
/* A leaf holds the threads of its vCPUs and no other. */
#ifndef QPIN_SUPERVISE_SWEEP_H
#define QPIN_SUPERVISE_SWEEP_H

struct vm;

/*
 * sweep - move QEMU's threads that are where a vCPU shall be alone to where its others are
 *
 * KVM and QEMU start helpers from a vCPU's thread, and these inherit its place: its leaf, or
 * without cgroups its mask. A thread of another process there is told, once. What can't be done is
 * warned of.
 */
void sweep(struct vm *vm);

#endif
