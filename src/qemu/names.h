/* SPDX-License-Identifier: MIT */
/* What QEMU calls its threads when it is started with -name …,debug-threads=on. Pure. */
#ifndef QPIN_QEMU_NAMES_H
#define QPIN_QEMU_NAMES_H

#include "qemu/tasks.h"

enum thread_kind {
	THREAD_OTHER,
	THREAD_VCPU,   /* "CPU 3/KVM", "CPU 3/TCG", …; "ALL CPUs/TCG" */
	THREAD_IO,     /* "IO disk": -object iothread,id=disk */
	THREAD_WORKER, /* "worker": of the thread pool; they come and go */
};

/* Taken apart. */
struct thread_name {
	enum thread_kind kind;
	unsigned index;             /* of a vCPU; else 0 */
	char part[TASK_NAME_BYTES]; /* "3", "disk"; the whole name of the others */
};

/*
 * thread_name_parse - read a thread's name
 *
 * One of more than 15 bytes can't be given to a thread: an iothread whose id has more than 12 is
 * called like the thread that made it.
 * Source: QEMU accel/accel-common.c and the accelerators' *_start_vcpu_thread(), iothread.c,
 * util/thread-pool.c.
 */
void thread_name_parse(const char *name, struct thread_name *ret);

#endif
