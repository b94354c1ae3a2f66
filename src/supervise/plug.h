/* SPDX-License-Identifier: MIT */
/* vCPUs that come and go while a VM runs, whoever plugs and unplugs them. */
#ifndef QPIN_SUPERVISE_PLUG_H
#define QPIN_SUPERVISE_PLUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"
#include "qemu/message.h"
#include "qemu/threads.h"
#include "supervise/seat.h"

struct vm;

/* Starts as {0}. */
struct plug {
	uint64_t asked; /* the question to QEMU that it hasn't answered yet; 0: none */
	bool again;     /* ask once more after that */
};

/*
 * plug_choose - the host CPU of a vCPU that has come: that of vcpu_pinning, else the first of
 * vcpu_spare_cpus that no seat has
 *
 * Returns false when there is none. Pure.
 */
bool plug_choose(const struct plan *plan, const struct seats *seats, const struct vcpu_thread *v,
	unsigned *ret);

/* plug_concerns - whether event @name of QEMU's may mean that a vCPU has come or gone. Pure. */
bool plug_concerns(const char *name);

/*
 * plug_present - put those vCPUs onto their CPUs that are there before the guest runs, but no part
 * of -smp's first number (-device)
 *
 * Returns 0 or -errno. One without a CPU is told.
 */
int plug_present(struct vm *vm, struct error *e);

/* plug_ask - ask QEMU who its vCPUs are; the answer comes to plug_message(). Nothing without a
 * monitor or a plan, nor if none can come or its guest has shut down. */
void plug_ask(struct vm *vm);

/*
 * plug_message - look at a message of QEMU's: an event that concerns vCPUs has it asked; by its
 * answer, vCPUs that have come get their CPUs, and the host those back of which have gone
 *
 * Returns whether it was such an answer. What can't be done is warned of: that vCPU stays with
 * QEMU's other threads.
 */
bool plug_message(struct vm *vm, const struct qmp_message *message);

#endif
