/* SPDX-License-Identifier: MIT */
/* The two answers taken apart, strictly typed, and each thread id looked up in /proc. */
#include "qemu/threads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

enum {
	TID_MAX = 4 * 1024 * 1024, /* the kernel's PID_MAX_LIMIT */
	TASK_PATH_BYTES = 64,
	PROBLEM_TEXT_BYTES = 160,
};

static const char ask_vcpus[] = "query-cpus-fast";
static const char ask_iothreads[] = "query-iothreads";

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

/* How many items the array @answer has, at most @most; or -EPROTO */
static int
array_count(const cJSON *answer, int most, const char *command, struct error *e)
{
	int count = 0;

	if (!cJSON_IsArray(answer))
		return unlike_schema(command, e, "it is no list");
	for (const cJSON *item = answer->child; item != NULL; item = item->next) {
		if (++count > most)
			return unlike_schema(command, e, "it has too many items");
	}
	return count;
}

/* Member @key of @object: a number in 0..@max when it's there, else it stays. False: malformed. */
static bool
optional_id(const cJSON *object, const char *key, unsigned max, unsigned *ret)
{
	int64_t value;

	if (cJSON_GetObjectItemCaseSensitive(object, key) == NULL)
		return true;
	if (!json_int(object, key, 0, max, &value))
		return false;
	*ret = (unsigned)value;
	return true;
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

/*
 * By what `props` tell. Cores are numbered within their module, modules within their cluster, and
 * clusters within their die; smp->cores counts all of a socket.
 */
static bool
place_by_props(const cJSON *props, const struct smp *smp, struct vcpu_thread *ret)
{
	unsigned die = 0, cluster = 0, module = 0, core = 0;
	unsigned module_cores = smp->cores / smp->dies / smp->clusters / smp->modules;

	if (!optional_id(props, "socket-id", smp->sockets - 1, &ret->socket) ||
		!optional_id(props, "die-id", smp->dies - 1, &die) ||
		!optional_id(props, "cluster-id", smp->clusters - 1, &cluster) ||
		!optional_id(props, "module-id", smp->modules - 1, &module) ||
		!optional_id(props, "core-id", module_cores - 1, &core) ||
		!optional_id(props, "thread-id", smp->threads - 1, &ret->thread))
		return false;
	ret->core = ((die * smp->clusters + cluster) * smp->modules + module) * module_cores + core;
	return true;
}

/* Where the vCPU is; what is wrong with that, or NULL. */
static const char *
place_read(const cJSON *item, const struct smp *smp, struct vcpu_thread *ret)
{
	const cJSON *props = cJSON_GetObjectItemCaseSensitive(item, "props");

	if (props != NULL && !cJSON_IsObject(props))
		return "a vCPU's props are no object";
	if (smp == NULL || cJSON_GetObjectItemCaseSensitive(props, "socket-id") == NULL)
		(void)threads_place_vcpu(smp, ret); /* the index was looked at */
	else if (!place_by_props(props, smp, ret))
		return "a vCPU has a place that -smp can't have";
	return NULL;
}

/* One item; what is wrong with it, or NULL. */
static const char *
vcpu_read(const cJSON *item, const struct smp *smp, struct vcpu_thread *ret)
{
	int64_t most = smp != NULL ? smp->maxcpus : THREADS_VCPUS_MAX;
	int64_t index, tid;

	*ret = (struct vcpu_thread){0};
	if (!cJSON_IsObject(item))
		return "an item is no object";
	if (!json_int(item, "cpu-index", 0, most - 1, &index))
		return "a vCPU has no cpu-index that -smp can have";
	if (!json_int(item, "thread-id", 1, TID_MAX, &tid))
		return "a vCPU has no thread-id";
	ret->index = (unsigned)index;
	ret->tid = (pid_t)tid;
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
vcpus_read(const cJSON *answer, const struct smp *smp, struct threads *ret, struct error *e)
{
	char text[PROBLEM_TEXT_BYTES];
	size_t count = 0;

	for (const cJSON *item = answer->child; item != NULL; item = item->next) {
		const char *wrong = vcpu_read(item, smp, &ret->vcpus[count++]);

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
threads_parse_vcpus(
	const cJSON *answer, const struct smp *smp, struct threads *ret, struct error *e)
{
	int count = array_count(answer, THREADS_VCPUS_MAX, ask_vcpus, e);

	if (count < 0)
		return count;
	if (count == 0)
		return unlike_schema(ask_vcpus, e, "it has no vCPU");
	free(ret->vcpus);
	ret->vcpu_count = 0;
	ret->vcpus = calloc((size_t)count, sizeof(*ret->vcpus));
	if (ret->vcpus == NULL)
		return error_sys(e, ENOMEM, NULL, "read QEMU's answer to %s", ask_vcpus);
	return vcpus_read(answer, smp, ret, e);
}

/* The next one of @threads; what is wrong with it, or NULL. Ids are names: of two, one is a lie. */
static const char *
iothread_read(const cJSON *item, const struct threads *threads, struct iothread_thread *ret)
{
	const char *id = json_string(item, "id");
	int64_t tid;

	if (id == NULL || *id == '\0' || strlen(id) >= THREADS_ID_BYTES)
		return "an iothread has no id, or too long a one";
	if (threads_find_iothread(threads, id) != NULL)
		return "an iothread is told twice";
	if (!json_int(item, "thread-id", 1, TID_MAX, &tid))
		return "an iothread has no thread-id";
	ret->tid = (pid_t)tid;
	ret->id = strdup(id);
	return ret->id != NULL ? NULL : "out of memory";
}

int
threads_parse_iothreads(const cJSON *answer, struct threads *ret, struct error *e)
{
	int count = array_count(answer, THREADS_IOTHREADS_MAX, ask_iothreads, e);

	if (count <= 0)
		return count;
	ret->iothreads = calloc((size_t)count, sizeof(*ret->iothreads));
	if (ret->iothreads == NULL)
		return error_sys(e, ENOMEM, NULL, "read QEMU's answer to %s", ask_iothreads);
	for (const cJSON *item = answer->child; item != NULL; item = item->next) {
		const char *wrong = iothread_read(item, ret, &ret->iothreads[ret->iothread_count]);

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

/* A thread id and whose it is: index of the vCPU, or of the iothread behind all vCPUs. */
struct owner {
	pid_t tid;
	size_t index;
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

/* Single-threaded TCG: @tid runs them all. */
static bool
vcpus_share(const struct threads *threads, pid_t tid)
{
	for (size_t i = 0; i < threads->vcpu_count; i++) {
		if (threads->vcpus[i].tid != tid)
			return false;
	}
	return threads->vcpu_count > 1;
}

static int
shared_tell(const struct threads *threads, const struct owner *first, struct error *e)
{
	char one[THREADS_ID_BYTES + PROBLEM_TEXT_BYTES], other[sizeof(one)];

	if (vcpus_share(threads, first->tid)) {
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

/* Whether it is a thread of @pid, but not the main one, which never is a vCPU or an iothread. */
static int
owner_check(const struct threads *threads, const struct owner *owner, const struct root *proc,
	pid_t pid, struct error *e)
{
	char name[TASK_PATH_BYTES], text[THREADS_ID_BYTES + PROBLEM_TEXT_BYTES];

	(void)snprintf(name, sizeof(name), "%d/task/%d", pid, owner->tid);
	if (owner->tid != pid && file_exists(proc, name))
		return 0;
	(void)error_sys(e, ESRCH, NULL, "believe QEMU's (process %d) word on %s", pid,
		owner_name(threads, owner->index, text, sizeof(text)));
	return error_why(e,
		owner->tid == pid ? "thread %d is its main one" : "thread %d isn't one of its own",
		owner->tid);
}

int
threads_check(const struct threads *threads, const struct root *proc, pid_t pid, struct error *e)
{
	size_t count = threads->vcpu_count + threads->iothread_count;
	struct owner *owners = calloc(count + 1, sizeof(*owners));
	int r = 0;

	if (owners == NULL)
		return error_sys(e, ENOMEM, NULL, "check QEMU's threads");
	for (size_t i = 0; i < threads->vcpu_count; i++)
		owners[i] = (struct owner){threads->vcpus[i].tid, i};
	for (size_t i = threads->vcpu_count; i < count; i++)
		owners[i] = (struct owner){threads->iothreads[i - threads->vcpu_count].tid, i};
	qsort(owners, count, sizeof(*owners), owner_compare);
	for (size_t i = 0; i < count && r == 0; i++) {
		r = owner_check(threads, &owners[i], proc, pid, e);
		if (r == 0 && i + 1 < count && owners[i].tid == owners[i + 1].tid)
			r = shared_tell(threads, &owners[i], e);
	}
	free(owners);
	return r;
}

int
threads_read(const struct threads_question *question, struct threads *ret, struct error *e)
{
	auto_json cJSON *vcpus = NULL, *iothreads = NULL;
	struct threads made = {0};
	int r;

	*ret = made;
	r = qmp_command_take(question->qmp, ask_vcpus, NULL, question->timeout_ms, &vcpus, e);
	if (r == 0)
		r = qmp_command_take(
			question->qmp, ask_iothreads, NULL, question->timeout_ms, &iothreads, e);
	if (r == 0)
		r = threads_parse_vcpus(vcpus, question->smp, &made, e);
	if (r == 0)
		r = threads_parse_iothreads(iothreads, &made, e);
	if (r == 0 && question->smp == NULL && made.vcpu_count > 1 &&
		vcpus_share(&made, made.vcpus[0].tid))
		made.vcpu_count = 1;
	if (r == 0)
		r = threads_check(&made, question->proc, question->pid, e);
	if (r < 0) {
		threads_done(&made);
		return r;
	}
	*ret = made;
	return 0;
}
