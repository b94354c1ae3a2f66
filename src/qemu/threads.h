/* SPDX-License-Identifier: MIT */
/* Which threads of a QEMU process are vCPUs and iothreads: asked over QMP, checked in /proc. */
#ifndef QPIN_QEMU_THREADS_H
#define QPIN_QEMU_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/files.h"
#include "qemu/message.h"
#include "qemu/qmp.h"
#include "qemu/smp.h"

struct vcpu_thread {
	unsigned socket, core, thread; /* as a definition names it: struct smp's cores; without a
					  struct smp 0, 0 and the index */
	unsigned index;                /* QEMU's cpu-index */
	pid_t tid;
};

struct iothread_thread {
	char *id; /* owned */
	pid_t tid;
};

/* The commands of threads_read(), in their order: who opens a monitor may ask them ahead. */
#define THREADS_ASK_VCPUS     "query-cpus-fast"
#define THREADS_ASK_IOTHREADS "query-iothreads"

/* Starts as {0}. */
struct threads {
	struct vcpu_thread *vcpus; /* owned; in the order socket, core, thread */
	size_t vcpu_count;
	struct iothread_thread *iothreads; /* owned; in QEMU's order */
	size_t iothread_count;
	int64_t seen; /* task_now() when all of them were there; 0: that wasn't looked at */
};

/*
 * threads_read - ask QEMU for its threads, and believe only what /proc confirms
 * @pid:        QEMU's process
 * @smp:        its topology; NULL: not known, and not asked for
 * @timeout_ms: for each of the two questions
 *
 * Returns 0; -EPROTO when an answer isn't what QEMU's schema promises; -ESRCH when a thread is none
 * of that process; -ENOTUNIQ when two vCPUs share a thread (single-threaded TCG); or as
 * qmp_command(). Without @smp the one thread of single-threaded TCG is vCPU 0's.
 * The caller calls threads_done() in any case.
 */
struct threads_question {
	struct qmp *qmp;         /* borrowed */
	const struct root *proc; /* borrowed: /proc */
	pid_t pid;
	int tasks_fd;          /* borrowed, not read from yet: tasks_open() of @pid; -1: not open */
	const struct smp *smp; /* borrowed; may be NULL */
	int timeout_ms;
};

int threads_read(const struct threads_question *question, struct threads *ret, struct error *e);
void threads_done(struct threads *threads);

/*
 * threads_parse_vcpus - the answer of query-cpus-fast
 *
 * Where a machine tells no socket-id, a vCPU's place follows from its cpu-index (QEMU counts
 * threads first, then cores, then sockets). -EPROTO when it isn't such an answer, or names a vCPU
 * twice, or one that @smp (may be NULL) can't have. Source: QEMU qapi/machine.json, CpuInfoFast and
 * CpuInstanceProperties.
 */
int threads_parse_vcpus(const struct qmp_message *answer, const struct smp *smp,
	struct threads *ret, struct error *e);

/*
 * threads_place_vcpu - fill in the place of @vcpu by its index; @smp may be NULL
 *
 * False when @smp has no such vCPU. QEMU counts threads first, then cores, then sockets.
 */
bool threads_place_vcpu(const struct smp *smp, struct vcpu_thread *vcpu);

/*
 * threads_parse_iothreads - the answer of query-iothreads; -EPROTO when it isn't such an answer, or
 * names an iothread twice. Source: QEMU qapi/misc.json
 */
int threads_parse_iothreads(const struct qmp_message *answer, struct threads *ret, struct error *e);

/* threads_are_one - whether one thread runs all vCPUs, more than one: single-threaded TCG */
bool threads_are_one(const struct threads *threads);

/* threads_find_vcpu - by name, or NULL; borrowed */
const struct vcpu_thread *threads_find_vcpu(
	const struct threads *threads, unsigned socket, unsigned core, unsigned thread);
/*
 * threads_next_missing - the first vCPU of @in, from index *@at on, that @other hasn't in the same
 * thread; NULL when there is none
 *
 * Leaves the index behind it in *@at. Asked of before and now it tells who has gone, of now and
 * before who has come. Borrowed from @in.
 */
const struct vcpu_thread *threads_next_missing(
	const struct threads *in, const struct threads *other, size_t *at);
/* threads_find_iothread - by id, or NULL; borrowed */
const struct iothread_thread *threads_find_iothread(const struct threads *threads, const char *id);

#endif
