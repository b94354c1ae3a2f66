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

/* stop_begin - the first step, if it isn't made */
void stop_begin(struct vm *vm);

#endif
