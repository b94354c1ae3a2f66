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

/* Of a thread, since it began. */
struct turns {
	uint64_t count;    /* it was put on a CPU */
	uint64_t run_ns;   /* it ran; up to the last switch or tick */
	uint64_t delay_ns; /* it could run, and waited for a CPU */
};

/*
 * turns_read - those of thread @tid of process @pid
 *
 * Returns 0, -ESRCH when there is no such thread, or -errno. Source: Linux
 * Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat.
 */
int turns_read(const struct root *proc, pid_t pid, pid_t tid, struct turns *ret, struct error *e);

#endif
