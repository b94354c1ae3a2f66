/* SPDX-License-Identifier: MIT */
/* QEMU's word on its threads, compared with the directory of them in /proc. */
#include "qemu/own.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "host/task.h"

enum {
	PROBLEM_TEXT_BYTES = 160,
};

/* A thread id and whose it is: index of the vCPU, or of the iothread behind all vCPUs. */
struct owner {
	pid_t tid;
	bool is_qemus;
	size_t index;
};

/* Sorted by thread. */
struct owners {
	struct owner *list; /* owned */
	size_t count, unseen;
	pid_t pid; /* the main thread, which never is a vCPU or an iothread */
};

static int
owner_compare(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;

	return (a->tid > b->tid) - (a->tid < b->tid);
}

static char *
owner_name(const struct threads *threads, size_t index, char *text, size_t size)
{
	if (index < threads->vcpu_count) {
		const struct vcpu_thread *v = &threads->vcpus[index];

		(void)snprintf(text, size, "vCPU %u.%u.%u", v->socket, v->core, v->thread);
	} else {
		(void)snprintf(text, size, "iothread '%s'",
			threads->iothreads[index - threads->vcpu_count].id);
	}
	return text;
}

static int
shared_tell(const struct threads *threads, const struct owner *first, struct error *e)
{
	char one[QMP_ID_BYTES + PROBLEM_TEXT_BYTES], other[sizeof(one)];

	if (threads_are_one(threads)) {
		(void)error_sys(e, ENOTUNIQ, NULL, "give each vCPU a CPU of its own");
		(void)error_why(e,
			"all %zu vCPUs run in one thread (%d): this is single-threaded TCG",
			threads->vcpu_count, first->tid);
		return error_hint(e, "start QEMU with `accel: tcg,thread=multi`, or with KVM");
	}
	(void)error_sys(e, ENOTUNIQ, NULL, "tell QEMU's threads apart");
	return error_why(e, "QEMU names thread %d for both %s and %s", first->tid,
		owner_name(threads, first[0].index, one, sizeof(one)),
		owner_name(threads, first[1].index, other, sizeof(other)));
}

/* @tid is QEMU's; 1 when all are. */
static int
owner_see(pid_t tid, void *data)
{
	struct owners *owners = data;
	const struct owner key = {.tid = tid};
	struct owner *found =
		bsearch(&key, owners->list, owners->count, sizeof(key), owner_compare);

	if (found == NULL || tid == owners->pid)
		return 0;
	while (found > owners->list && found[-1].tid == tid)
		found--;
	for (; found < owners->list + owners->count && found->tid == tid; found++) {
		owners->unseen -= !found->is_qemus;
		found->is_qemus = true;
	}
	return owners->unseen == 0;
}

static int
owners_see(struct owners *owners, const struct root *proc, int tasks_fd, struct error *e)
{
	auto_fd int own = tasks_fd < 0 ? tasks_open(proc, owners->pid, e) : -1;
	int r = 0;

	if (tasks_fd < 0 && own < 0)
		return own;
	if (owners->unseen > 0)
		r = tasks_each(own >= 0 ? own : tasks_fd, owner_see, owners);
	return r < 0 ? error_sys(e, -r, NULL, "check QEMU's threads") : 0;
}

/* Whether it is a thread of QEMU's, and the next one another. */
static int
owner_check(const struct threads *threads, const struct owners *owners, const struct owner *owner,
	struct error *e)
{
	char text[QMP_ID_BYTES + PROBLEM_TEXT_BYTES];
	bool is_last = owner + 1 == owners->list + owners->count;

	if (!owner->is_qemus) {
		(void)error_sys(e, ESRCH, NULL, "believe QEMU's (process %d) word on %s",
			owners->pid, owner_name(threads, owner->index, text, sizeof(text)));
		return error_why(e,
			owner->tid == owners->pid ? "thread %d is its main one"
						  : "thread %d isn't one of its own",
			owner->tid);
	}
	return is_last || owner[1].tid != owner->tid ? 0 : shared_tell(threads, owner, e);
}

int
threads_check(
	struct threads *threads, const struct root *proc, pid_t pid, int tasks_fd, struct error *e)
{
	size_t count = threads->vcpu_count + threads->iothread_count;
	struct owners owners = {.count = count, .unseen = count, .pid = pid};
	int r;

	owners.list = calloc(count + 1, sizeof(*owners.list));
	if (owners.list == NULL)
		return error_sys(e, ENOMEM, NULL, "check QEMU's threads");
	for (size_t i = 0; i < threads->vcpu_count; i++)
		owners.list[i] = (struct owner){.tid = threads->vcpus[i].tid, .index = i};
	for (size_t i = threads->vcpu_count; i < count; i++)
		owners.list[i] = (struct owner){
			.tid = threads->iothreads[i - threads->vcpu_count].tid, .index = i};
	qsort(owners.list, count, sizeof(*owners.list), owner_compare);
	threads->seen = task_now();
	r = owners_see(&owners, proc, tasks_fd, e);
	for (size_t i = 0; i < count && r == 0; i++)
		r = owner_check(threads, &owners, &owners.list[i], e);
	free(owners.list);
	return r;
}
