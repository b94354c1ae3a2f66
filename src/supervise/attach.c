/* SPDX-License-Identifier: MIT */
/* Pinning the threads of a QEMU that somebody else started. */
#include "supervise/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "change/change.h"
#include "change/record.h"
#include "host/host.h"
#include "host/task.h"
#include "qemu/names.h"
#include "qemu/tasks.h"

enum {
	PATH_BYTES = 4096,
	SAVE_MODE = 0600,
};

static const struct change_kind *const saved_kinds[] = {&change_affinity, NULL};

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
		error_refuse(e, ERROR_USAGE, NULL, "take %s %s", select_option(s->list[i].class),
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

static int
changes_make(const struct attach *attach, const struct tasks *tasks, struct change_list *ret,
	struct error *e)
{
	auto_free const struct selector **of =
		calloc(tasks->count, sizeof(const struct selector *));
	int r;

	if (of == NULL)
		return error_sys(e, ENOMEM, NULL, "select QEMU's threads");
	r = select_threads(attach->selection, tasks, attach->pid, of, e);
	if (r < 0)
		return r == -EINVAL ? names_hint(tasks, e) : r;
	for (size_t i = 0; i < tasks->count && r == 0; i++) {
		if (of[i] != NULL)
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

static int
changes_look(struct host *host, struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		r = change_affinity.look(host, &list->list[i], e);
		if (r == -ESRCH) {
			change_drop(&list->list[i]);
			r = 0;
		}
	}
	return r;
}

static int
changes_save(const struct change_list *list, const char *path, struct error *e)
{
	auto_buf struct buf text = {0};
	FILE *file;
	int fd, r = 0;

	for (size_t i = 0; i < list->count; i++) {
		auto_free char *line = NULL;

		if (list->list[i].id == 0)
			continue;
		line = record_change_line(&list->list[i]);
		if (line == NULL)
			text.failed = true;
		else
			buf_add(&text, line);
	}
	if (text.failed)
		return error_sys(e, ENOMEM, path, "save what threads had");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SAVE_MODE);
	if (fd < 0)
		return error_sys(e, errno, path, "save what threads had");
	file = fdopen(fd, "w");
	if (file == NULL || fputs(text.text != NULL ? text.text : "", file) < 0)
		r = -errno;
	if (file != NULL && fclose(file) != 0)
		r = -errno;
	return r < 0 ? error_sys(e, -r, path, "save what threads had") : 0;
}

static int
change_do(struct host *host, struct change *c, struct error *e)
{
	char text[256];
	int r = change_affinity.apply(host, c, e);

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

int
attach_pin(struct host *host, const struct attach *attach, struct error *e)
{
	auto_change_list struct change_list list = {0};
	auto_tasks struct tasks tasks = {0};
	int r = threads_find(host, attach->pid, &tasks, e);

	if (r == 0)
		r = cpus_check(host, attach->selection, e);
	if (r == 0)
		r = changes_make(attach, &tasks, &list, e);
	if (r == 0 && attach->dry_run) {
		changes_tell(&list);
		return 0;
	}
	if (r == 0)
		r = changes_look(host, &list, e);
	if (r == 0 && attach->save != NULL)
		r = changes_save(&list, attach->save, e);
	return r < 0 ? r : changes_do(host, &list, e);
}

static int
saved_parse(char *text, const char *file, struct change_list *ret, struct error *e)
{
	int r = 0;

	for (char *line = strsep(&text, "\n"); line != NULL && r == 0; line = strsep(&text, "\n")) {
		struct record record = {0};
		struct change *bigger;

		if (*line == '\0')
			continue;
		r = record_parse(line, strlen(line), saved_kinds, file, &record, e);
		if (r == 0 && record.type != RECORD_CHANGE) {
			error_refuse(e, ERROR_USAGE, file, "undo it");
			r = error_why(e, "it is not what --save writes");
		}
		if (r < 0)
			break;
		bigger = reallocarray(ret->list, ret->count + 1, sizeof(*bigger));
		if (bigger == NULL) {
			change_done(&record.change);
			return error_sys(e, ENOMEM, file, "read what threads had");
		}
		ret->list = bigger;
		bigger[ret->count++] = record.change;
	}
	return r;
}

int
attach_undo(struct host *host, const char *file, struct error *e)
{
	const struct root here = {.fd = AT_FDCWD};
	auto_change_list struct change_list list = {0};
	auto_free char *text = NULL;
	int r = file_load(&here, file, JOURNAL_MAX_BYTES, &text, e);

	if (r < 0)
		(void)snprintf(e->where, sizeof(e->where), "%s", file);
	else
		r = saved_parse(text, file, &list, e);
	return r < 0 ? r : changes_undo(host, &list, list.count, e);
}
