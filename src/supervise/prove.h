/* SPDX-License-Identifier: MIT */
/* Watching CPUs for a while, to prove that they were their occupants' alone. */
#ifndef QPIN_SUPERVISE_PROVE_H
#define QPIN_SUPERVISE_PROVE_H

#include <stdint.h>

#include "plan/proof.h"

struct error;
struct root;

/*
 * prove - fill @proof, which has its CPUs and their occupants, with what happens there for @ms
 * @signal_fd: when it becomes readable, it ends earlier
 *
 * By tracing, where that is permitted; in any case by the kernel's counts, before and after.
 * Whether all that is enough, and for what, proof_judge() tells. Nothing of the host is changed for
 * longer than that. Returns 0 or -errno.
 */
int prove(const struct root *proc, int64_t ms, int signal_fd, struct proof *proof, struct error *e);

#endif
