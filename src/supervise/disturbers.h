/* SPDX-License-Identifier: MIT */
/* Who they are that had a CPU: a program, the kernel, or what the kernel has for that CPU alone. */
#ifndef QPIN_SUPERVISE_DISTURBERS_H
#define QPIN_SUPERVISE_DISTURBERS_H

#include "plan/proof.h"

struct root;

/*
 * disturbers_know - remember the kernel's threads that run on each of @proof's CPUs alone
 *
 * One of a workqueue that was idle for long is bound to its CPU no more when it runs there for the
 * last time, and then it ends. Returns 0 or -ENOMEM.
 */
int disturbers_know(const struct root *proc, struct proof *proof);

/* disturbers_look - find out of each new one who it is, as long as it is there */
void disturbers_look(const struct root *proc, struct proof *proof);

#endif
