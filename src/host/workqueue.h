/* SPDX-License-Identifier: MIT */
/* The CPUs of the kernel's unbound workqueues, as facts and as a change. */
#ifndef QPIN_HOST_WORKQUEUE_H
#define QPIN_HOST_WORKQUEUE_H

#include <stdbool.h>

#include "change/change.h"

struct root;

/* Below /sys, and the target of the change. */
#define WORKQUEUE_CPUS "devices/virtual/workqueue/cpumask"

/*
 * workqueue_is_by_hand - whether isolated partitions leave unbound workqueues where they are
 *
 * Kernels that move them (Linux 6.7) have a file with what they took away.
 */
bool workqueue_is_by_hand(const struct root *sys);

/*
 * "workqueue": take the CPUs of value out of the mask of unbound workqueues. Undo gives back those
 * that were in it; other VMs' are left alone.
 */
extern const struct change_kind change_workqueue;

#endif
