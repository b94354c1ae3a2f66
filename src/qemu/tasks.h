/* SPDX-License-Identifier: MIT */
/* All threads of a process as /proc lists them, and the role of each. */
#ifndef QPIN_QEMU_TASKS_H
#define QPIN_QEMU_TASKS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/files.h"
#include "qemu/threads.h"

enum {
	TASKS_MAX = 32768,    /* more threads than that is no QEMU */
	TASK_NAME_BYTES = 64, /* the kernel's is 15, and a few kinds of tasks show more */
};

enum task_role {
	TASK_EMULATOR, /* main loop, workers, and whatever is neither of the others */
	TASK_VCPU,
	TASK_IOTHREAD,
};

struct task {
	pid_t tid;
	enum task_role role;
	unsigned index; /* QEMU's cpu-index of a TASK_VCPU; else 0 */
	const char *id; /* of a TASK_IOTHREAD, borrowed from the struct threads; else NULL */
	char name[TASK_NAME_BYTES]; /* as QEMU names it: untrusted bytes */
};

struct tasks {
	struct task *list; /* owned; ascending by tid */
	size_t count;
};

/*
 * tasks_read - the threads that process @pid has now
 * @known: those with a role of their own
 *
 * Threads come and go meanwhile: who must have all of them reads until nothing is new.
 * Returns 0, -ESRCH when there is no such process, or -errno; the caller calls tasks_done() in any
 * case.
 */
int tasks_read(const struct root *proc, pid_t pid, const struct threads *known, struct tasks *ret,
	struct error *e);
void tasks_done(struct tasks *tasks);

/* tasks_know - give @tasks the roles that @known tells, which must outlive them */
void tasks_know(struct tasks *tasks, const struct threads *known);

/*
 * tasks_print - a number that differs when process @pid has other threads than before
 *
 * Cheap: one listing of its directory, no file of any thread is read. 0 when it can't be told.
 */
uint64_t tasks_print(const struct root *proc, pid_t pid);

#endif
