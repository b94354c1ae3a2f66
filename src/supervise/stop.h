/* SPDX-License-Identifier: MIT */
/* Ending a VM, step by step. */
#ifndef QPIN_SUPERVISE_STOP_H
#define QPIN_SUPERVISE_STOP_H

struct vm;

/*
 * stop_advance - the next step towards QEMU's end: its guest's power button, "quit", SIGKILL
 *
 * Sets vm->timer_fd for the one after that. An attached QEMU is released at once.
 */
void stop_advance(struct vm *vm);

/*
 * stop_heard - look at QEMU's event @name: whether it tells its end
 *
 * QEMU (7.2 at least) can wait forever for a command that comes while it ends: its main thread
 * polls the wrong context in monitor_cleanup() (monitor/monitor.c). Any signal wakes it. So it is
 * told nothing from then on, and if it owes an answer it is looked after.
 */
void stop_heard(struct vm *vm, const char *name);

/* stop_due - vm->timer_fd has fired */
void stop_due(struct vm *vm);

/* stop_begin - the first step, if it isn't made */
void stop_begin(struct vm *vm);

#endif
