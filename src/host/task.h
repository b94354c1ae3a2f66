/* SPDX-License-Identifier: MIT */
/* Threads of the host: their affinity masks and scheduling, as facts and as changes. */
#ifndef QPIN_HOST_TASK_H
#define QPIN_HOST_TASK_H

#include <sys/types.h>

#include "base/cpus.h"
#include "change/change.h"

struct host;

/*
 * task_read_affinity - the CPUs that thread @tid may run on
 *
 * Returns 0, -ESRCH when there is no such thread, or -errno.
 */
int task_read_affinity(pid_t tid, struct cpus *ret, struct error *e);

/* task_set_affinity - sched_setaffinity(2); the kernel intersects it with the thread's cpuset */
int task_set_affinity(pid_t tid, const struct cpus *cpus, struct error *e);

/* "affinity": give thread id the CPU list value. Undo gives the old one back. */
extern const struct change_kind change_affinity;

#endif
