/* SPDX-License-Identifier: MIT */
/*
 * How often the kernel put tasks on CPUs: with that, and without any tracing, it is proven that
 * nothing else ran there, if that is so.
 */
#ifndef QPIN_HOST_SWITCHES_H
#define QPIN_HOST_SWITCHES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cpus.h"

struct error;
struct root;

/* Starts as {0}. */
struct switches {
	uint64_t *count; /* owned; of CPUs 0 … CPUS_MAX - 1: tasks put there since boot, but idle */
	struct cpus known; /* those that are online */
};

/*
 * switches_parse - read /proc/schedstat
 *
 * Returns 0; -EINVAL when it isn't that file; -ENOMEM. The caller calls switches_done().
 * Source: Linux Documentation/scheduler/sched-stats.rst; the last field of a CPU's line in
 * versions 15 to 17.
 */
int switches_parse(const char *text, struct switches *ret);

/* switches_load - the same of /proc; -ENOENT where the kernel has no CONFIG_SCHEDSTATS */
int switches_load(const struct root *proc, struct switches *ret, struct error *e);
void switches_done(struct switches *s);

/*
 * switches_of_thread - how often thread @tid of process @pid was put on a CPU, and how long it
 * waited for one in all
 *
 * Returns 0, -ESRCH when there is no such thread, or -errno.
 */
int switches_of_thread(const struct root *proc, pid_t pid, pid_t tid, uint64_t *ret,
	uint64_t *ret_delay_ns, struct error *e);

#endif
