/* SPDX-License-Identifier: MIT */
/*
 * Keeping CPUs busy while they are isolated, so that the kernel doesn't go on asking them.
 *
 * A CPU that is idle in the moment in which it leaves its scheduling domain stays among those that
 * the kernel asks to balance the others' load, as long as it is isolated: 100 to 200 interrupts a
 * second, each with a softirq, as soon as it idles while others are busy. It is taken off that list
 * by a tick while it is busy, and put there when it idles in a domain. Found on Linux 6.1, 6.12 and
 * 7.x; source: kernel/sched/fair.c, nohz_balance_enter_idle(), sched_balance_trigger().
 */
#ifndef QPIN_CGROUP_BUSY_H
#define QPIN_CGROUP_BUSY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"

/* Starts as {0}. */
struct busy {
	int *pidfds; /* owned */
	size_t count;
};

/*
 * busy_begin - run a process on each of @cpus, and wait until each has run there for two ticks
 * @group_fd: the cgroup's directory that they are in, borrowed; -1: ours
 * @confined: none can be born there: only clone with CLONE_PIDFD alone is allowed to us, and they
 *            move there (policy/seccomp/supervisor.list), which may wait for RCU
 *
 * How many run by then; a CPU that none could be run on in time, or at all, has none. They end with
 * busy_end(), or with us.
 */
size_t busy_begin(int group_fd, bool confined, const struct cpus *cpus, struct busy *ret);
void busy_end(struct busy *busy);

#endif
