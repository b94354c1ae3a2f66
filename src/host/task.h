/* SPDX-License-Identifier: MIT */
/* Threads of the host: when they began, and their affinity masks, as facts and as changes. */
#ifndef QPIN_HOST_TASK_H
#define QPIN_HOST_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "change/change.h"

struct error;
struct host;
struct root;

/*
 * task_read_start - when process or thread @id began, in the kernel's ticks since boot
 *
 * With its id that names it for good: ids are used again. Returns 0, -ESRCH when there is no such
 * task, or -errno. Source: proc(5), /proc/PID/stat, field 22.
 */
int task_read_start(const struct root *proc, pid_t id, int64_t *ret, struct error *e);

/* task_look_start - for a kind's look(): the same of @c's task, if it isn't known already */
int task_look_start(const struct root *proc, struct change *c, struct error *e);

/* task_now - when a task that begins now would be said to begin */
int64_t task_now(void);

/* task_age_ms - how long ago a task began whose start is @start; at most a tick, 10 ms, too long */
int64_t task_age_ms(int64_t start);

/* task_read_parent - the process whose child @id is, 0 of those the kernel began; as above */
int task_read_parent(const struct root *proc, pid_t id, pid_t *ret, struct error *e);

/* What is known of a task. */
struct task_facts {
	int64_t start;   /* as of task_read_start() */
	pid_t parent;    /* of its process; 0: none */
	bool is_kernels; /* a kernel thread */
	bool is_bound;   /* which the kernel keeps to its CPUs: nobody else can move it */
	bool is_ended;   /* it only waits to be reaped */
};

/* task_read_facts - all of that; -ESRCH when there is no such task, or -errno */
int task_read_facts(const struct root *proc, pid_t id, struct task_facts *ret, struct error *e);

/*
 * task_lives - whether the task that had @id at @seen still has it: 1, 0 or -errno
 * @seen: task_read_start(), or task_now() of any later moment at which it was there
 *
 * A process that only waits to be reaped lives no longer.
 */
int task_lives(const struct root *proc, pid_t id, int64_t seen, struct error *e);

/*
 * task_each - call @each for every thread @tid of every process @pid, in no order
 *
 * Those that end meanwhile may be left out. Ends when @each returns -errno, and returns that.
 */
int task_each(const struct root *proc, int (*each)(pid_t pid, pid_t tid, void *data), void *data,
	struct error *e);

/* tasks_open - the directory of process @pid's threads: a descriptor, -ESRCH, or -errno */
int tasks_open(const struct root *proc, pid_t pid, struct error *e);

/*
 * tasks_each - call @each for every thread of that directory @fd, from where it was read to on
 *
 * Ends when @each returns anything but 0, and returns that; -ESRCH when the process has ended.
 */
int tasks_each(int fd, int (*each)(pid_t tid, void *data), void *data);

/*
 * task_read_affinity - the CPUs that thread @tid may run on
 *
 * Returns 0, -ESRCH when there is no such thread, or -errno.
 */
int task_read_affinity(pid_t tid, struct cpus *ret, struct error *e);

/* task_set_affinity - sched_setaffinity(2); the kernel intersects it with the thread's cpuset */
int task_set_affinity(pid_t tid, const struct cpus *cpus, struct error *e);

/* "affinity": give thread id the CPU list value. Undo gives the old one back, if it still lives. */
extern const struct change_kind change_affinity;

#endif
