/* SPDX-License-Identifier: MIT */
/*
 * From when on it is counted who else is put on a vCPU's CPU: the kernel's counts of that moment,
 * as a journal has them. Nothing is made by it, and nothing is to be undone.
 */
#ifndef QPIN_CHANGE_BASELINE_H
#define QPIN_CHANGE_BASELINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"

/* Of one vCPU's thread; those that share a CPU have the same @switches and @taken_ns. */
struct baseline {
	unsigned os_cpu;
	pid_t tid;
	int64_t start;      /* a moment at which that thread was there: task_lives() */
	int64_t switches;   /* tasks that were put on the CPU by then, since boot, but idle */
	int64_t turns;      /* of those, and on other CPUs: this thread, since it began */
	int64_t migrations; /* of the thread, by then; -1: this kernel doesn't tell */
	int64_t taken_ns;   /* by CLOCK_MONOTONIC */
};

/* Starts as {0}. */
struct baselines {
	struct baseline *list; /* owned */
	size_t count;
};

/* baselines_add - append a copy of @b; 0 or -ENOMEM */
int baselines_add(struct baselines *baselines, const struct baseline *b);
void baselines_done(struct baselines *baselines);

/* baseline_line - a journal's line with its newline, which the caller frees; NULL without memory */
char *baseline_line(const struct baseline *b);

/* baseline_parse - read the object in such a line; 0, or -EINVAL with @ret untouched */
int baseline_parse(const cJSON *json, struct baseline *ret);

#endif
