/* SPDX-License-Identifier: MIT */
/* Keeping movable threads of the kernel off CPUs, as a change. */
#ifndef QPIN_HOST_KTHREADS_H
#define QPIN_HOST_KTHREADS_H

#include "change/change.h"

#define KTHREADS_TARGET "the kernel's threads"

/*
 * "kthreads": take the CPUs of value out of the masks of the kernel's threads, those that the
 * kernel binds itself and those of interrupts aside; who has no other CPU goes to the pool, the
 * list in key. A partition does that already in most kernels; not on CPUs isolated at boot, and not
 * to those born since another one was made. Undo gives each one back what it had.
 */
extern const struct change_kind change_kthreads;

#endif
