/* SPDX-License-Identifier: MIT */
/* The QEMU that attach is about, and what is known of its threads. */
#ifndef QPIN_SUPERVISE_TARGET_H
#define QPIN_SUPERVISE_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "qemu/smp.h"
#include "qemu/tasks.h"
#include "qemu/threads.h"

struct error;
struct host;

/* How it is named; all is borrowed. */
struct target_request {
	pid_t pid;             /* 0: not given */
	const char *qmp;       /* path of its QMP socket; NULL: not given */
	const char *name;      /* of its -name, without a pid and qmp; NULL: not given */
	const struct smp *smp; /* the guest's topology; NULL: not known */
	bool roles;            /* QMP shall tell them if its command line says where that is */
};

/* Starts as {0}. */
struct target {
	struct target_request request;
	pid_t pid;
	bool by_qmp;
	struct threads known; /* owned: vCPUs and iothreads, by QMP; or, where it can't be asked and
				 with an smp, by their names; else none */
};

/*
 * target_find - whom @request means, and its threads
 * @ret_tasks: all of them, with the roles that are known; the caller calls tasks_done()
 *
 * A QMP that was given must answer; of one that is found a notice tells why it doesn't.
 * Returns 0; -ESRCH without such a process; -EINVAL (ERROR_USAGE) for one that is no QEMU; or as
 * reach_given(), threads_read(), threads_by_name() and find_named(). The caller calls target_done()
 * in any case, which has to outlive @ret_tasks.
 */
int target_find(struct host *host, const struct target_request *request, struct target *ret,
	struct tasks *ret_tasks, struct error *e);

/*
 * target_look - the threads that it has now
 * @before: those that it had; QMP is asked again when there are others
 *
 * Returns 0, -ESRCH when it has ended, or -errno.
 */
int target_look(struct host *host, struct target *target, const struct tasks *before,
	struct tasks *ret, struct error *e);

/* target_hint - what to do when a thread isn't found, added to @e; returns error_code(@e) */
int target_hint(const struct target *target, const struct tasks *tasks, struct error *e);

void target_done(struct target *target);

#endif
