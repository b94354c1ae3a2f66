/* SPDX-License-Identifier: MIT */
/* The threads of a QEMU, for who only looks. */
#include "supervise/crew.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "host/online.h"
#include "host/task.h"
#include "qemu/names.h"
#include "supervise/strangers.h"

static const char vcpu_prefix[] = "vCPU ", iothread_prefix[] = "iothread ";

int
crew_sources_load(const struct host *host, struct crew_sources *sources, struct error *e)
{
	struct cpus online;
	int r = 0;

	if ((sources->wants & STATUS_WANT_IRQS) != 0)
		r = irq_counts_load(&host->roots.proc, &sources->irqs, e);
	if (r < 0 || (sources->wants & STATUS_WANT_SPOT) == 0)
		return r;
	r = online_read(&host->roots.sys, &online, e);
	return r < 0 ? r : spots_load(&host->roots.sys, &online, &sources->spots, e);
}

void
crew_sources_done(struct crew_sources *sources)
{
	irq_counts_done(&sources->irqs);
	spots_done(&sources->spots);
}

/* The role that the journal gives to this very thread, which began at @start; NULL: none */
static const char *
role_find(const struct journal *j, pid_t tid, int64_t start)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		const struct change *c = &j->changes.list[i];

		if (!j->undone[i] && c->id == tid && c->start >= start && c->role != NULL &&
			(str_starts(c->role, vcpu_prefix) || str_starts(c->role, iothread_prefix)))
			return c->role;
	}
	return NULL;
}

/* "vCPU 0.1.0": socket, core and thread, as plan_vcpu_text() writes it. */
static void
vcpu_describe(const char *role, struct status_thread *t)
{
	unsigned *const places[] = {&t->socket, &t->core, &t->thread};
	char text[sizeof(t->label)];
	char *rest = text, *word;
	size_t count = 0;

	t->role = STATUS_VCPU;
	(void)snprintf(text, sizeof(text), "%.79s", role + strlen(vcpu_prefix));
	while ((word = strsep(&rest, ".")) != NULL && count < COUNT(places) &&
		num_parse_u32(word, 0, UINT32_MAX, places[count]) == 0)
		count++;
	t->has_place = count == COUNT(places) && word == NULL;
}

/* Without a word of the journal's, by its name. */
static void
name_describe(const struct task *task, struct status_thread *t)
{
	static const enum status_role roles[] = {
		[THREAD_OTHER] = STATUS_OTHER,
		[THREAD_VCPU] = STATUS_VCPU,
		[THREAD_IO] = STATUS_IOTHREAD,
		[THREAD_WORKER] = STATUS_WORKER,
		[THREAD_VHOST] = STATUS_VHOST,
		[THREAD_DISPLAY] = STATUS_OTHER,
		[THREAD_RCU] = STATUS_OTHER,
	};
	struct thread_name name;

	thread_name_parse(task->name, &name);
	t->role = roles[name.kind];
	if (name.kind == THREAD_VCPU || name.kind == THREAD_IO)
		(void)snprintf(t->label, sizeof(t->label), "%s%.60s",
			name.kind == THREAD_VCPU ? vcpu_prefix : iothread_prefix, name.part);
	else if (t->role == STATUS_OTHER)
		(void)snprintf(t->label, sizeof(t->label), "%.63s", task->name);
	else
		(void)snprintf(t->label, sizeof(t->label), "%s", status_role_text(t->role));
}

static void
thread_describe(
	const struct journal *j, const struct task *task, pid_t qemu, struct status_thread *t)
{
	const char *role = role_find(j, t->tid, t->start);

	(void)snprintf(t->name, sizeof(t->name), "%s", task->name);
	if (role != NULL) {
		(void)snprintf(t->label, sizeof(t->label), "%.79s", role);
		t->role = STATUS_IOTHREAD;
		if (str_starts(role, vcpu_prefix))
			vcpu_describe(role, t);
	} else if (t->tid == qemu) {
		t->role = STATUS_EMULATOR;
		(void)snprintf(t->label, sizeof(t->label), "emulator");
	} else {
		name_describe(task, t);
	}
}

/* The kernel's own word for the cgroup that it is in. */
static void
partition_read(const struct host *host, struct status_thread *t)
{
	char path[GROUP_PATH_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	if (host->roots.cgroup.fd >= 0 &&
		host_own_cgroup(host, t->tid, path, sizeof(path), &ignored) == 0 &&
		group_read(host, path, CPUSET_CPUS_PARTITION, text, sizeof(text), &ignored) > 0)
		(void)snprintf(t->partition, sizeof(t->partition), "%.127s", text);
}

static void
cpu_describe(const struct crew_sources *sources, struct status_thread *t)
{
	int os_cpu = cpus_next(&t->cpus, 0);

	t->spot = spot_of(&sources->spots, UINT32_MAX);
	if (cpus_count(&t->cpus) != 1)
		return;
	t->spot = spot_of(&sources->spots, (unsigned)os_cpu);
	if ((size_t)os_cpu >= sources->irqs.cpu_count)
		return;
	t->usage.has[USAGE_IRQS] = true;
	t->usage.of[USAGE_IRQS] = sources->irqs.count[os_cpu];
}

static void
thread_read(const struct host *host, const struct crew_sources *sources, pid_t qemu,
	struct status_thread *t)
{
	struct error ignored;

	if ((sources->wants & (STATUS_WANT_USAGE | STATUS_WANT_MIGRATIONS)) != 0)
		usage_read(&host->roots.proc, qemu, t->tid,
			(sources->wants & STATUS_WANT_MIGRATIONS) != 0, &t->usage);
	if ((sources->wants & STATUS_WANT_SCHEDULING) != 0)
		(void)scheduling_read(t->tid, &t->scheduling, &ignored);
	if ((sources->wants & STATUS_WANT_PARTITION) != 0)
		partition_read(host, t);
	cpu_describe(sources, t);
}

static int
number_compare(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int
thread_compare(const void *left, const void *right)
{
	const struct status_thread *a = left, *b = right;
	int by = number_compare(a->role, b->role);

	if (by == 0)
		by = number_compare(a->socket, b->socket);
	if (by == 0)
		by = number_compare(a->core, b->core);
	if (by == 0)
		by = number_compare(a->thread, b->thread);
	return by != 0 ? by : number_compare((unsigned)a->tid, (unsigned)b->tid);
}

int
crew_read(const struct host *host, const struct journal *j, const struct crew_sources *sources,
	struct status_vm *vm)
{
	const struct threads none = {0};
	__attribute__((cleanup(tasks_done))) struct tasks tasks = {0};
	struct error e;
	int r = tasks_read(&host->roots.proc, vm->qemu, &none, &tasks, &e);

	if (r == 0)
		vm->threads = calloc(tasks.count + 1, sizeof(*vm->threads));
	if (r < 0 || vm->threads == NULL)
		return r == 0 ? -ENOMEM : 0;
	for (size_t i = 0; i < tasks.count; i++) {
		struct status_thread *t = &vm->threads[vm->thread_count];

		*t = (struct status_thread){.tid = tasks.list[i].tid};
		if (task_read_start(&host->roots.proc, t->tid, &t->start, &e) < 0 ||
			task_read_affinity(t->tid, &t->cpus, &e) < 0)
			continue;
		thread_describe(j, &tasks.list[i], vm->qemu, t);
		thread_read(host, sources, vm->qemu, t);
		vm->thread_count++;
	}
	if (vm->thread_count > 0)
		qsort(vm->threads, vm->thread_count, sizeof(*vm->threads), thread_compare);
	if ((sources->wants & STATUS_WANT_FOREIGN) != 0)
		return strangers_count(&host->roots.proc, j, vm);
	return 0;
}
