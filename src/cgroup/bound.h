/* SPDX-License-Identifier: MIT */
/* What somebody's cgroup lets a thread run on, and who says so: no affinity goes beyond that. */
#ifndef QPIN_CGROUP_BOUND_H
#define QPIN_CGROUP_BOUND_H

#include <sys/types.h>

#include "base/cpus.h"

struct error;
struct host;

/*
 * bound_check - whether the cpuset of thread @tid lets it run on all of @wanted
 * @wanted: CPUs that are online
 * @what:   what fails when it doesn't: "pin CPU 0/KVM (thread 4121) to CPU 7"
 *
 * Returns 0 when it does, or when it can't be known, or the thread has ended; else -EINVAL, with
 * the control file that leaves CPUs out, and what changes that. Source: sched_setaffinity(2): the
 * kernel takes what both allow, and fails with EINVAL only when that is no CPU.
 */
int bound_check(const struct host *host, pid_t tid, const struct cpus *wanted, const char *what,
	struct error *e);

#endif
