/* SPDX-License-Identifier: MIT */
/* Pinning the threads of a QEMU that somebody else started. */
#include "supervise/attach.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "change/change.h"
#include "host/host.h"
#include "host/task.h"
#include "qemu/names.h"
#include "qemu/spawn.h"
#include "qemu/tasks.h"
#include "supervise/saved.h"
#include "supervise/signals.h"

enum {
	PATH_BYTES = 4096,
	FOLLOW_STEP_MS = 1000, /* between two looks at the threads that there are */
};

static void
tasks_cleanup(struct tasks *tasks)
{
	tasks_done(tasks);
}

#define auto_tasks __attribute__((cleanup(tasks_cleanup)))

/* QEMU's program by its file, which only its own user and root may see; else by a vCPU's name. */
static bool
is_qemu(const struct host *host, pid_t pid, const struct tasks *tasks)
{
	char name[32], path[PATH_BYTES];
	struct thread_name thread;
	const char *base;
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d/exe", (int)pid);
	len = readlinkat(host->roots.proc.fd, name, path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	base = strrchr(path, '/');
	if (base != NULL && (strstr(base, "qemu") != NULL || strstr(base, "kvm") != NULL))
		return true;
	for (size_t i = 0; i < tasks->count; i++) {
		thread_name_parse(tasks->list[i].name, &thread);
		if (thread.kind == THREAD_VCPU)
			return true;
	}
	return false;
}

static int
threads_find(struct host *host, pid_t pid, struct tasks *ret, struct error *e)
{
	static const struct threads none;
	int r = tasks_read(&host->roots.proc, pid, &none, ret, e);

	if (r == -ESRCH) {
		error_refuse(e, ERROR_HOST, NULL, "pin the threads of process %d", (int)pid);
		return error_why(e, "there is no such process");
	}
	if (r < 0 || is_qemu(host, pid, ret))
		return r;
	error_refuse(e, ERROR_USAGE, NULL, "pin the threads of process %d", (int)pid);
	return error_why(e, "it is no QEMU, but '%s'", ret->list[0].name);
}

/* A CPU that is not there is an error; one that is offline only has no part in the mask. */
static int
cpus_check(const struct host *host, const struct selection *s, struct error *e)
{
	char text[FILE_TEXT_BYTES], absent[CPUS_TEXT_BYTES];
	struct cpus present;
	int r = file_read(&host->roots.sys, "devices/system/cpu/present", text, sizeof(text), e);

	if (r < 0 || cpus_parse(text, &present) < 0)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < s->count; i++) {
		struct cpus rest = s->list[i].cpus;

		cpus_subtract(&rest, &present);
		if (cpus_empty(&rest))
			continue;
		error_refuse(e, ERROR_USAGE, NULL, "take %s %s", select_option(s->list[i].group),
			s->list[i].word);
		return error_why(
			e, "the host has no CPU %s, but %s", cpus_format(&rest, absent), text);
	}
	return 0;
}

/* Without their names threads can't be told apart. */
static int
names_hint(const struct tasks *tasks, struct error *e)
{
	for (size_t i = 1; i < tasks->count; i++) {
		if (!str_eq(tasks->list[i].name, tasks->list[0].name))
			return error_code(e);
	}
	return error_hint(e,
		"its threads have no names: start it with -name NAME,debug-threads=on; -p, -q and "
		"-t work without");
}

static int
change_make(const struct task *task, const struct selector *s, struct change_list *ret)
{
	char cpus[CPUS_TEXT_BYTES];
	struct change *c =
		change_add(ret, &change_affinity, task->name, NULL, cpus_format(&s->cpus, cpus));

	if (c == NULL)
		return -ENOMEM;
	c->id = task->tid;
	c->role = strdup(task->name);
	return c->role != NULL ? 0 : -ENOMEM;
}

/* A thread gets its name when it runs: one that has another by now is new, too. */
static bool
is_known(const struct tasks *before, const struct task *task)
{
	for (size_t i = 0; i < before->count; i++) {
		if (before->list[i].tid == task->tid)
			return str_eq(before->list[i].name, task->name);
	}
	return false;
}

/* For those of @tasks that are not in @before. */
static int
changes_make(const struct attach *attach, const struct tasks *tasks, const struct tasks *before,
	struct change_list *ret, struct error *e)
{
	auto_free const struct selector **of =
		calloc(tasks->count, sizeof(const struct selector *));
	int r;

	if (of == NULL)
		return error_sys(e, ENOMEM, NULL, "select QEMU's threads");
	r = select_threads(attach->selection, tasks, attach->pid, !attach->follow, of, e);
	if (r < 0)
		return r == -EINVAL ? names_hint(tasks, e) : r;
	for (size_t i = 0; i < tasks->count && r == 0; i++) {
		if (of[i] != NULL && !is_known(before, &tasks->list[i]))
			r = change_make(&tasks->list[i], of[i], ret);
	}
	return r < 0 ? error_sys(e, -r, NULL, "select QEMU's threads") : 0;
}

/* It is no thread any more: nothing is to be done for it, nor to be undone. */
static void
change_drop(struct change *c)
{
	log_info("thread %d ('%s') has ended", (int)c->id, c->role);
	c->id = 0;
}

/* Whether the thread whose beginning was just noted is QEMU's: its id may be another's by now. */
static bool
is_qemus(const struct host *host, pid_t pid, const struct change *c)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%d/task/%d", (int)pid, (int)c->id);
	return file_exists(&host->roots.proc, name);
}

static int
changes_look(struct host *host, pid_t pid, struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		r = change_affinity.look(host, &list->list[i], e);
		if (r == -ESRCH || (r == 0 && !is_qemus(host, pid, &list->list[i]))) {
			change_drop(&list->list[i]);
			r = 0;
		}
	}
	return r;
}

static int
change_do(struct host *host, struct change *c, struct error *e)
{
	char text[256];
	int r = task_lives(&host->roots.proc, (pid_t)c->id, c->start, e);

	if (r >= 0)
		r = r > 0 ? change_affinity.apply(host, c, e) : -ESRCH;
	if (r == 0)
		r = change_affinity.verify(host, c, e);
	if (r == -ESRCH) {
		change_drop(c);
		return 0;
	}
	c->kind->describe(c, text, sizeof(text));
	if (r == 0)
		log_info("%s, before %s", text, c->before);
	return r;
}

/* Undo the first @count, the last first; returns the first failure. */
static int
changes_undo(struct host *host, const struct change_list *list, size_t count, struct error *e)
{
	struct error other;
	int r = 0;

	while (count-- > 0) {
		const struct change *c = &list->list[count];
		int one = c->id != 0 ? change_affinity.undo(host, c, r == 0 ? e : &other) : 0;

		r = r == 0 ? one : r;
	}
	return r;
}

static int
changes_do(struct host *host, struct change_list *list, struct error *e)
{
	struct error second;

	for (size_t i = 0; i < list->count; i++) {
		int r = list->list[i].id != 0 ? change_do(host, &list->list[i], e) : 0;

		if (r == 0)
			continue;
		if (changes_undo(host, list, i + 1, &second) < 0)
			log_failure(LOG_LEVEL_WARNING, &second);
		return r;
	}
	return 0;
}

static void
changes_tell(const struct change_list *list)
{
	char text[256];

	for (size_t i = 0; i < list->count; i++) {
		list->list[i].kind->describe(&list->list[i], text, sizeof(text));
		(void)printf("%s\n", text);
	}
}

/* Pin the threads that are new since @before, which becomes what there is now. */
static int
follow_step(struct host *host, const struct attach *attach, struct tasks *before, struct error *e)
{
	static const struct threads none;
	auto_change_list struct change_list list = {0};
	struct tasks now = {0};
	int r = tasks_read(&host->roots.proc, attach->pid, &none, &now, e);

	if (r == 0)
		r = changes_make(attach, &now, before, &list, e);
	if (r == 0)
		r = changes_look(host, attach->pid, &list, e);
	if (r == 0)
		r = changes_do(host, &list, e);
	tasks_done(before);
	*before = now;
	return r == -ESRCH ? 0 : r; /* it ends: that is seen at once */
}

/* Threads have no event for who isn't their parent: these are looked for. */
static int
follow(struct host *host, const struct attach *attach, struct tasks *before, struct error *e)
{
	sigset_t ignored;
	auto_fd int process = (int)syscall(SYS_pidfd_open, attach->pid, 0), signals = -1;
	struct pollfd fds[] = {{.fd = process, .events = POLLIN}, {.events = POLLIN}};
	int r;

	if (process < 0)
		return errno == ESRCH ? 0 : error_sys(e, errno, NULL, "wait for QEMU's end");
	spawn_ignored_read(&ignored);
	signals = signals_open(&ignored, NULL, e);
	if (signals < 0)
		return signals;
	fds[1].fd = signals;
	do {
		r = follow_step(host, attach, before, e);
	} while (r == 0 && poll(fds, COUNT(fds), FOLLOW_STEP_MS) == 0);
	return r;
}

int
attach_pin(struct host *host, const struct attach *attach, struct error *e)
{
	static const struct tasks nobody;
	auto_change_list struct change_list list = {0};
	auto_tasks struct tasks tasks = {0};
	int r = threads_find(host, attach->pid, &tasks, e);

	if (r == 0)
		r = cpus_check(host, attach->selection, e);
	if (r == 0)
		r = changes_make(attach, &tasks, &nobody, &list, e);
	if (r == 0 && attach->dry_run) {
		changes_tell(&list);
		return 0;
	}
	if (r == 0)
		r = changes_look(host, attach->pid, &list, e);
	if (r == 0 && attach->save != NULL)
		r = saved_write(&list, attach->save, e);
	if (r == 0)
		r = changes_do(host, &list, e);
	return r == 0 && attach->follow ? follow(host, attach, &tasks, e) : r;
}

int
attach_undo(struct host *host, const char *file, struct error *e)
{
	auto_change_list struct change_list list = {0};
	int r = saved_load(file, &list, e);

	return r < 0 ? r : changes_undo(host, &list, list.count, e);
}
