/* SPDX-License-Identifier: MIT */
/* The two answers taken apart, strictly typed. */
#include "qemu/threads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "qemu/own.h"

enum {
	TID_MAX = 4 * 1024 * 1024, /* the kernel's PID_MAX_LIMIT */
	PROBLEM_TEXT_BYTES = 160,
};

static const char ask_vcpus[] = THREADS_ASK_VCPUS;
static const char ask_iothreads[] = THREADS_ASK_IOTHREADS;

void
threads_done(struct threads *threads)
{
	for (size_t i = 0; i < threads->iothread_count; i++)
		free(threads->iothreads[i].id);
	free(threads->iothreads);
	free(threads->vcpus);
	*threads = (struct threads){0};
}

/* The answer isn't what QEMU's schema promises. */
static int
unlike_schema(const char *command, struct error *e, const char *why)
{
	(void)error_sys(e, EPROTO, NULL, "read QEMU's answer to %s", command);
	return error_why(e, "%s", why);
}

/* Whether @answer is a list of that shape, of at least @least items; 0 or -EPROTO */
static int
list_check(const struct qmp_message *answer, enum qmp_shape shape, const char *command,
	struct error *e)
{
	bool is_empty = answer->shape == QMP_LIST && answer->count == 0;

	if (answer->shape != shape && !is_empty)
		return unlike_schema(command, e, "it is no list of them");
	if (answer->count > 0 && message_items_bytes(answer) == 0)
		return unlike_schema(command, e, "it has too many items");
	return 0;
}

bool
threads_place_vcpu(const struct smp *smp, struct vcpu_thread *vcpu)
{
	vcpu->socket = vcpu->core = 0;
	vcpu->thread = vcpu->index;
	if (smp == NULL)
		return true;
	vcpu->thread = vcpu->index % smp->threads;
	vcpu->core = vcpu->index / smp->threads % smp->cores;
	vcpu->socket = vcpu->index / smp->threads / smp->cores;
	return vcpu->index < smp->maxcpus;
}

/* A number that may be missing: then it is 0. False: it is none, or more than @max. */
static bool
place_get(const struct qmp_vcpu *item, enum qmp_place place, unsigned max, unsigned *ret)
{
	int32_t value = item->place[place];

	*ret = value >= 0 ? (unsigned)value : 0;
	return value == QMP_ABSENT || (value >= 0 && *ret <= max);
}

/*
 * By what `props` tell. Cores are numbered within their module, modules within their cluster, and
 * clusters within their die; smp->cores counts all of a socket.
 */
static bool
place_by_props(const struct qmp_vcpu *item, const struct smp *smp, struct vcpu_thread *ret)
{
	unsigned die, cluster, module, core;
	unsigned module_cores = smp->cores / smp->dies / smp->clusters / smp->modules;

	if (!place_get(item, QMP_SOCKET, smp->sockets - 1, &ret->socket) ||
		!place_get(item, QMP_DIE, smp->dies - 1, &die) ||
		!place_get(item, QMP_CLUSTER, smp->clusters - 1, &cluster) ||
		!place_get(item, QMP_MODULE, smp->modules - 1, &module) ||
		!place_get(item, QMP_CORE, module_cores - 1, &core) ||
		!place_get(item, QMP_THREAD, smp->threads - 1, &ret->thread))
		return false;
	ret->core = ((die * smp->clusters + cluster) * smp->modules + module) * module_cores + core;
	return true;
}

/* Where the vCPU is; what is wrong with that, or NULL. */
static const char *
place_read(const struct qmp_vcpu *item, const struct smp *smp, struct vcpu_thread *ret)
{
	if (!item->props_are_object)
		return "a vCPU's props are no object";
	if (smp == NULL || item->place[QMP_SOCKET] == QMP_ABSENT)
		(void)threads_place_vcpu(smp, ret); /* the index was looked at */
	else if (!place_by_props(item, smp, ret))
		return "a vCPU has a place that -smp can't have";
	return NULL;
}

/* One item; what is wrong with it, or NULL. */
static const char *
vcpu_read(const struct qmp_vcpu *item, const struct smp *smp, struct vcpu_thread *ret)
{
	unsigned count = smp != NULL ? smp->maxcpus : QMP_VCPUS_MAX;

	*ret = (struct vcpu_thread){0};
	if (!item->is_object)
		return "an item is no object";
	if (item->index < 0 || (unsigned)item->index >= count)
		return "a vCPU has no cpu-index that -smp can have";
	if (item->tid < 1 || item->tid > TID_MAX)
		return "a vCPU has no thread-id";
	ret->index = (unsigned)item->index;
	ret->tid = (pid_t)item->tid;
	return place_read(item, smp, ret);
}

static int
vcpu_compare(const void *left, const void *right)
{
	const struct vcpu_thread *a = left, *b = right;

	if (a->socket != b->socket)
		return a->socket < b->socket ? -1 : 1;
	if (a->core != b->core)
		return a->core < b->core ? -1 : 1;
	return (a->thread > b->thread) - (a->thread < b->thread);
}

/* The items in their order, then sorted; twice the same place is refused. */
static int
vcpus_read(const struct qmp_message *answer, const struct smp *smp, struct threads *ret,
	struct error *e)
{
	char text[PROBLEM_TEXT_BYTES];
	size_t count = answer->count;

	for (size_t i = 0; i < count; i++) {
		const char *wrong = vcpu_read(&answer->vcpus[i], smp, &ret->vcpus[i]);

		if (wrong != NULL)
			return unlike_schema(ask_vcpus, e, wrong);
	}
	ret->vcpu_count = count;
	qsort(ret->vcpus, count, sizeof(*ret->vcpus), vcpu_compare);
	for (size_t i = 1; i < count; i++) {
		const struct vcpu_thread *v = &ret->vcpus[i];

		if (vcpu_compare(v - 1, v) != 0)
			continue;
		(void)snprintf(text, sizeof(text), "vCPU %u.%u.%u is told twice", v->socket,
			v->core, v->thread);
		return unlike_schema(ask_vcpus, e, text);
	}
	return 0;
}

int
threads_parse_vcpus(const struct qmp_message *answer, const struct smp *smp, struct threads *ret,
	struct error *e)
{
	int r = list_check(answer, QMP_VCPUS, ask_vcpus, e);

	if (r < 0)
		return r;
	if (answer->count == 0)
		return unlike_schema(ask_vcpus, e, "it has no vCPU");
	free(ret->vcpus);
	ret->vcpu_count = 0;
	ret->vcpus = calloc(answer->count, sizeof(*ret->vcpus));
	if (ret->vcpus == NULL)
		return error_sys(e, ENOMEM, NULL, "read QEMU's answer to %s", ask_vcpus);
	return vcpus_read(answer, smp, ret, e);
}

/* The next one of @threads; what is wrong with it, or NULL. Ids are names: of two, one is a lie. */
static const char *
iothread_read(
	const struct qmp_iothread *item, const struct threads *threads, struct iothread_thread *ret)
{
	if (item->id[0] == '\0')
		return "an iothread has no id, or too long a one";
	if (threads_find_iothread(threads, item->id) != NULL)
		return "an iothread is told twice";
	if (item->tid < 1 || item->tid > TID_MAX)
		return "an iothread has no thread-id";
	ret->tid = (pid_t)item->tid;
	ret->id = strdup(item->id);
	return ret->id != NULL ? NULL : "out of memory";
}

int
threads_parse_iothreads(const struct qmp_message *answer, struct threads *ret, struct error *e)
{
	int r = list_check(answer, QMP_IOTHREADS, ask_iothreads, e);

	if (r < 0 || answer->count == 0)
		return r;
	ret->iothreads = calloc(answer->count, sizeof(*ret->iothreads));
	if (ret->iothreads == NULL)
		return error_sys(e, ENOMEM, NULL, "read QEMU's answer to %s", ask_iothreads);
	for (size_t i = 0; i < answer->count; i++) {
		const char *wrong = iothread_read(&answer->iothreads[i], ret, &ret->iothreads[i]);

		if (wrong != NULL)
			return unlike_schema(ask_iothreads, e, wrong);
		ret->iothread_count++;
	}
	return 0;
}

const struct vcpu_thread *
threads_find_vcpu(const struct threads *threads, unsigned socket, unsigned core, unsigned thread)
{
	const struct vcpu_thread key = {.socket = socket, .core = core, .thread = thread};

	if (threads->vcpu_count == 0)
		return NULL;
	return bsearch(&key, threads->vcpus, threads->vcpu_count, sizeof(key), vcpu_compare);
}

const struct vcpu_thread *
threads_next_missing(const struct threads *in, const struct threads *other, size_t *at)
{
	while (*at < in->vcpu_count) {
		const struct vcpu_thread *v = &in->vcpus[(*at)++];
		const struct vcpu_thread *same =
			threads_find_vcpu(other, v->socket, v->core, v->thread);

		if (same == NULL || same->tid != v->tid)
			return v;
	}
	return NULL;
}

const struct iothread_thread *
threads_find_iothread(const struct threads *threads, const char *id)
{
	for (size_t i = 0; i < threads->iothread_count; i++) {
		if (str_eq(threads->iothreads[i].id, id))
			return &threads->iothreads[i];
	}
	return NULL;
}

bool
threads_are_one(const struct threads *threads)
{
	for (size_t i = 1; i < threads->vcpu_count; i++) {
		if (threads->vcpus[i].tid != threads->vcpus[0].tid)
			return false;
	}
	return threads->vcpu_count > 1;
}

int
threads_read(const struct threads_question *question, struct threads *ret, struct error *e)
{
	auto_message struct qmp_message vcpus = {0}, iothreads = {0};
	struct threads made = {0};
	int r;

	*ret = made;
	r = qmp_command(question->qmp, ask_vcpus, question->timeout_ms, &vcpus, e);
	if (r == 0)
		r = qmp_command(question->qmp, ask_iothreads, question->timeout_ms, &iothreads, e);
	if (r == 0)
		r = threads_parse_vcpus(&vcpus, question->smp, &made, e);
	if (r == 0)
		r = threads_parse_iothreads(&iothreads, &made, e);
	if (r == 0 && question->smp == NULL && threads_are_one(&made))
		made.vcpu_count = 1;
	if (r == 0)
		r = threads_check(&made, question->proc, question->pid, question->tasks_fd, e);
	if (r < 0) {
		threads_done(&made);
		return r;
	}
	*ret = made;
	return 0;
}
