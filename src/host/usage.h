/* SPDX-License-Identifier: MIT */
/* What the kernel counts of a thread, and of the interrupts of a CPU. */
#ifndef QPIN_HOST_USAGE_H
#define QPIN_HOST_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/files.h"

struct error;

enum usage_count {
	USAGE_CPU_TIME_NS,  /* it ran */
	USAGE_RUN_DELAY_NS, /* it was ready, and waited for a CPU */
	USAGE_INVOLUNTARY,  /* switches: it was ready, and another task ran */
	USAGE_VOLUNTARY,    /* switches: it slept */
	USAGE_MIGRATIONS,   /* to another CPU */
	USAGE_IRQS,         /* of the one CPU that it may run on: of all kinds, since boot */
	USAGE_FOREIGN,      /* on that CPU: tasks that were put there, but vCPUs, since it has it */
	USAGE_COUNT,
};

struct usage {
	bool has[USAGE_COUNT];
	uint64_t of[USAGE_COUNT];
};

/*
 * usage_read - what is counted of thread @tid of process @pid; that of its CPU apart
 * @migrations: read them, too: a longer file
 *
 * What this kernel doesn't tell is left out. Source: proc(5), /proc/PID/task/TID/schedstat
 * (CONFIG_SCHED_INFO), status, sched (CONFIG_SCHED_DEBUG).
 */
void usage_read(const struct root *proc, pid_t pid, pid_t tid, bool migrations, struct usage *ret);

/* usage_read_migrations - of those alone how often the thread was moved; -1 when it isn't told */
int64_t usage_read_migrations(const struct root *proc, pid_t pid, pid_t tid);

/* The interrupts that each CPU had since boot. Starts as {0}. */
struct irq_counts {
	uint64_t *count; /* owned; of CPUs 0 … cpu_count - 1 */
	uint64_t *nmi;   /* in it: the non-maskable ones alone, a 32-bit counter; NULL: not told */
	size_t cpu_count;
};

/*
 * irq_counts_parse - sum up /proc/interrupts
 *
 * Its counters are of 32 bits: a sum may become smaller. An offline CPU isn't in it, and has 0.
 * Returns 0, -EINVAL when it isn't that file, -ENOMEM; @ret is untouched on failure.
 */
int irq_counts_parse(const char *text, struct irq_counts *ret);

/* irq_counts_load - likewise, from /proc; 0 or -errno. The caller calls irq_counts_done(). */
int irq_counts_load(const struct root *proc, struct irq_counts *ret, struct error *e);
void irq_counts_done(struct irq_counts *irqs);

#endif
