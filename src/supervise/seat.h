/* SPDX-License-Identifier: MIT */
/* vCPUs whose host CPUs aren't those that the plan gave them at the start. */
#ifndef QPIN_SUPERVISE_SEAT_H
#define QPIN_SUPERVISE_SEAT_H

#include <stddef.h>
#include <sys/types.h>

#include "plan/plan.h"

struct error;
struct vm;

/* A vCPU that came after the start, or was moved, and has a host CPU. */
struct seat {
	struct plan_vcpu vcpu; /* with that CPU */
	pid_t tid;
};

/* Starts as {0}. */
struct seats {
	struct seat *list; /* owned; room for every vCPU that -smp can have */
	size_t count;
};

/* seat_on - who has @os_cpu, but not @but; NULL: nobody */
const struct seat *seat_on(const struct seats *seats, unsigned os_cpu, const struct seat *but);

/* seat_of - that of thread @tid; NULL when it has none */
struct seat *seat_of(const struct seats *seats, pid_t tid);

/*
 * seat_add - take @vcpu's CPU from the host, unless the VM has it, and put thread @tid there
 *
 * It is told, with the time from the thread's birth until then. Returns 0 or -errno, with
 * everything as before.
 */
int seat_add(struct vm *vm, const struct plan_vcpu *vcpu, pid_t tid, struct error *e);

/* seat_remove - that vCPU has gone: its CPU is the host's again, if it was taken for it */
void seat_remove(struct vm *vm, struct seat *seat);

/*
 * seat_move - put the vCPU of thread @tid, which is on @from, onto @to->os_cpu
 *
 * Without a moment on another CPU than these two. @from is the host's again if it was taken after
 * the start, and nobody else is there; else the VM keeps it. Returns 0, or -errno, with the vCPU
 * where it was.
 */
int seat_move(struct vm *vm, const struct plan_vcpu *to, pid_t tid, unsigned from, struct error *e);

void seats_done(struct seats *seats);

#endif
