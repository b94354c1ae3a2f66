/* SPDX-License-Identifier: MIT */
/* What QEMU calls its threads. */
#include "qemu/names.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static const char cpu_prefix[] = "CPU ", all_cpus[] = "ALL CPUs/", io_prefix[] = "IO ";

/* Names of which nothing is taken apart. */
static const struct {
	const char *name;
	bool begins; /* it goes on */
	enum thread_kind kind;
} whole_names[] = {
	{"worker", false, THREAD_WORKER},
	{"vhost-", true, THREAD_VHOST},
	{"vnc_worker", false, THREAD_DISPLAY},
	{"SPICE Worker", false, THREAD_DISPLAY},
	{"call_rcu", false, THREAD_RCU},
};

/* "3/KVM": a number, and the accelerator's name. */
static bool
vcpu_parse(const char *text, struct thread_name *ret)
{
	const char *slash = strchr(text, '/');
	char number[16];
	uint32_t index;

	if (slash == NULL || slash[1] == '\0' || (size_t)(slash - text) >= sizeof(number))
		return false;
	(void)snprintf(number, sizeof(number), "%.*s", (int)(slash - text), text);
	if (num_parse_u32(number, 0, QMP_VCPUS_MAX - 1, &index) < 0)
		return false;
	ret->kind = THREAD_VCPU;
	ret->index = index;
	(void)snprintf(ret->part, sizeof(ret->part), "%u", index);
	return true;
}

static enum thread_kind
whole_parse(const char *name)
{
	for (size_t i = 0; i < COUNT(whole_names); i++) {
		if (whole_names[i].begins ? str_starts(name, whole_names[i].name)
					  : str_eq(name, whole_names[i].name))
			return whole_names[i].kind;
	}
	return THREAD_OTHER;
}

void
thread_name_parse(const char *name, struct thread_name *ret)
{
	*ret = (struct thread_name){0};
	if (str_starts(name, cpu_prefix) && vcpu_parse(name + strlen(cpu_prefix), ret))
		return;
	if (str_starts(name, all_cpus)) {
		ret->kind = THREAD_VCPU;
		(void)snprintf(ret->part, sizeof(ret->part), "0");
		return;
	}
	if (str_starts(name, io_prefix) && name[strlen(io_prefix)] != '\0') {
		ret->kind = THREAD_IO;
		name += strlen(io_prefix);
	} else {
		ret->kind = whole_parse(name);
	}
	(void)snprintf(ret->part, sizeof(ret->part), "%s", name);
}

void
thread_identify(const struct task *task, struct thread_name *ret)
{
	if (task->role == TASK_EMULATOR) {
		thread_name_parse(task->name, ret);
		return;
	}
	*ret = (struct thread_name){.index = task->index};
	if (task->role == TASK_VCPU) {
		ret->kind = THREAD_VCPU;
		(void)snprintf(ret->part, sizeof(ret->part), "%u", task->index);
	} else {
		ret->kind = THREAD_IO;
		(void)snprintf(ret->part, sizeof(ret->part), "%s", task->id);
	}
}

char *
thread_text(const struct task *task, char *text)
{
	static const char *const kinds[] = {
		[THREAD_OTHER] = "another one",
		[THREAD_VCPU] = "vCPU ",
		[THREAD_IO] = "iothread ",
		[THREAD_WORKER] = "a worker",
		[THREAD_VHOST] = "vhost's",
		[THREAD_DISPLAY] = "a display's",
		[THREAD_RCU] = "the RCU thread",
	};
	struct thread_name name;
	bool has_part;

	thread_identify(task, &name);
	has_part = name.kind == THREAD_VCPU || name.kind == THREAD_IO;
	(void)snprintf(
		text, THREAD_TEXT_BYTES, "%s%s", kinds[name.kind], has_part ? name.part : "");
	return text;
}

static int
vcpu_add(struct threads *threads, const struct smp *smp, unsigned index, pid_t tid, struct error *e)
{
	struct vcpu_thread *v = &threads->vcpus[threads->vcpu_count++];

	*v = (struct vcpu_thread){.index = index, .tid = tid};
	if (threads_place_vcpu(smp, v))
		return 0;
	error_refuse(e, ERROR_HOST, NULL, "find the place of QEMU's vCPU %u", index);
	return error_why(e, "the topology has no more than %u vCPUs", smp->maxcpus);
}

static int
iothread_add(struct threads *threads, const char *id, pid_t tid, struct error *e)
{
	struct iothread_thread *io = &threads->iothreads[threads->iothread_count];

	*io = (struct iothread_thread){.id = strdup(id), .tid = tid};
	if (io->id == NULL)
		return error_sys(e, ENOMEM, NULL, "tell QEMU's threads apart");
	threads->iothread_count++;
	return 0;
}

static int
index_compare(const void *left, const void *right)
{
	const struct vcpu_thread *a = left, *b = right;

	return (a->index > b->index) - (a->index < b->index);
}

/* Their order by number is that by place, too. */
static int
vcpus_sort(struct threads *threads, struct error *e)
{
	struct vcpu_thread *v = threads->vcpus;

	qsort(v, threads->vcpu_count, sizeof(*v), index_compare);
	for (size_t i = 1; i < threads->vcpu_count; i++) {
		if (v[i - 1].index != v[i].index)
			continue;
		(void)error_sys(e, ENOTUNIQ, NULL, "tell QEMU's threads apart");
		return error_why(e, "threads %d and %d are both called vCPU %u", (int)v[i - 1].tid,
			(int)v[i].tid, v[i].index);
	}
	return 0;
}

int
threads_by_name(
	const struct tasks *tasks, const struct smp *smp, struct threads *ret, struct error *e)
{
	int r = 0;

	*ret = (struct threads){
		.vcpus = calloc(tasks->count + 1, sizeof(*ret->vcpus)),
		.iothreads = calloc(tasks->count + 1, sizeof(*ret->iothreads)),
	};
	if (ret->vcpus == NULL || ret->iothreads == NULL)
		return error_sys(e, ENOMEM, NULL, "tell QEMU's threads apart");
	for (size_t i = 0; i < tasks->count && r == 0; i++) {
		const struct task *task = &tasks->list[i];
		struct thread_name name;

		thread_name_parse(task->name, &name);
		if (name.kind == THREAD_VCPU)
			r = vcpu_add(ret, smp, name.index, task->tid, e);
		else if (name.kind == THREAD_IO)
			r = iothread_add(ret, name.part, task->tid, e);
	}
	return r < 0 ? r : vcpus_sort(ret, e);
}
