/* SPDX-License-Identifier: MIT */
/* What each of QEMU's threads is, by what it is called with -name …,debug-threads=on. Pure. */
#ifndef QPIN_QEMU_NAMES_H
#define QPIN_QEMU_NAMES_H

#include "qemu/tasks.h"

struct error;

enum {
	THREAD_TEXT_BYTES = QMP_ID_BYTES + 16,
};

enum thread_kind {
	THREAD_OTHER,
	THREAD_VCPU,    /* "CPU 3/KVM", "CPU 3/TCG", …; "ALL CPUs/TCG" */
	THREAD_IO,      /* "IO disk": -object iothread,id=disk */
	THREAD_WORKER,  /* "worker": of the thread pool; they come and go */
	THREAD_VHOST,   /* "vhost-4711": since Linux 6.4 they are threads of QEMU's */
	THREAD_DISPLAY, /* "vnc_worker", "SPICE Worker" */
	THREAD_RCU,     /* "call_rcu": frees what no other thread reads any more */
};

/* Taken apart. */
struct thread_name {
	enum thread_kind kind;
	unsigned index;          /* of a vCPU; else 0 */
	char part[QMP_ID_BYTES]; /* "3", "disk"; the whole name of the others */
};

/*
 * thread_name_parse - read a thread's name
 *
 * One of more than 15 bytes can't be given to a thread: an iothread whose id has more than 12 is
 * called like the thread that made it.
 * Source: QEMU accel/accel-common.c and the accelerators' *_start_vcpu_thread(), iothread.c,
 * util/thread-pool.c, util/rcu.c, ui/vnc-jobs.c; Linux drivers/vhost/vhost.c,
 * vhost_worker_create(); libspice-server.
 */
void thread_name_parse(const char *name, struct thread_name *ret);

/* thread_identify - the same of a thread whose role QEMU may have told, which counts more */
void thread_identify(const struct task *task, struct thread_name *ret);

/* thread_text - "vCPU 3", "iothread disk", "a worker", … into @text, of THREAD_TEXT_BYTES */
char *thread_text(const struct task *task, char *text);

/*
 * threads_by_name - QEMU's vCPUs and iothreads, as the names of @tasks tell
 * @smp: the guest's topology; NULL: not known
 *
 * Returns 0, also when no name tells any; -EINVAL for a vCPU that @smp can't have; -ENOTUNIQ for
 * two of one number; -ENOMEM. The caller calls threads_done() in any case.
 */
int threads_by_name(
	const struct tasks *tasks, const struct smp *smp, struct threads *ret, struct error *e);

#endif
