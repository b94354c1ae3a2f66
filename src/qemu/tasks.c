/* SPDX-License-Identifier: MIT */
/* The names below /proc/PID/task, and each one's comm. */
#include "qemu/tasks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

enum {
	PATH_TEXT_BYTES = 64,
	TASKS_FIRST = 64, /* room at first */
};

/* Source: the FNV-1a hash, 64 bits. */
static const uint64_t print_start = 0xcbf29ce484222325, print_factor = 0x100000001b3;

void
tasks_done(struct tasks *tasks)
{
	free(tasks->list);
	*tasks = (struct tasks){0};
}

static void
task_know(struct task *task, const struct threads *known)
{
	task->role = TASK_EMULATOR;
	task->index = 0;
	task->id = NULL;
	for (size_t i = 0; i < known->vcpu_count; i++) {
		if (known->vcpus[i].tid != task->tid)
			continue;
		task->role = TASK_VCPU;
		task->index = known->vcpus[i].index;
		return;
	}
	for (size_t i = 0; i < known->iothread_count; i++) {
		if (known->iothreads[i].tid != task->tid)
			continue;
		task->role = TASK_IOTHREAD;
		task->id = known->iothreads[i].id;
		return;
	}
}

void
tasks_know(struct tasks *tasks, const struct threads *known)
{
	for (size_t i = 0; i < tasks->count; i++)
		task_know(&tasks->list[i], known);
}

/* Room for one more, which is returned; NULL without memory */
static struct task *
task_add(struct tasks *tasks, size_t *room)
{
	if (tasks->count == *room) {
		size_t more = *room > 0 ? *room * 2 : TASKS_FIRST;
		struct task *list = realloc(tasks->list, more * sizeof(*list));

		if (list == NULL)
			return NULL;
		tasks->list = list;
		*room = more;
	}
	return &tasks->list[tasks->count++];
}

/* One entry of the directory; a thread that ended meanwhile is none. */
static int
task_read(const struct root *proc, pid_t pid, const char *entry, struct tasks *ret, size_t *room)
{
	char path[PATH_TEXT_BYTES], name[FILE_TEXT_BYTES];
	struct error ignored;
	struct task *task;
	uint32_t tid;
	int r;

	if (num_parse_u32(entry, 1, INT32_MAX, &tid) < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "%d/task/%u/comm", pid, tid);
	r = file_read(proc, path, name, sizeof(name), &ignored);
	if (r < 0)
		return r == -ENOENT || r == -ESRCH ? 0 : r;
	if (ret->count == TASKS_MAX)
		return -E2BIG;
	task = task_add(ret, room);
	if (task == NULL)
		return -ENOMEM;
	*task = (struct task){.tid = (pid_t)tid};
	(void)snprintf(task->name, sizeof(task->name), "%.*s", TASK_NAME_BYTES - 1, name);
	return 0;
}

static int
directory_read(DIR *directory, const struct root *proc, pid_t pid, struct tasks *ret)
{
	size_t room = 0;

	for (;;) {
		const struct dirent *entry;
		int r;

		errno = 0;
		entry = readdir(directory);
		if (entry == NULL)
			return -errno;
		r = task_read(proc, pid, entry->d_name, ret, &room);
		if (r < 0)
			return r;
	}
}

static int
task_compare(const void *left, const void *right)
{
	const struct task *a = left, *b = right;

	return (a->tid > b->tid) - (a->tid < b->tid);
}

static DIR *
directory_open(const struct root *proc, pid_t pid)
{
	char name[PATH_TEXT_BYTES];
	DIR *directory;
	int fd, errnum;

	(void)snprintf(name, sizeof(name), "%d/task", pid);
	fd = openat(proc->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (directory == NULL && fd >= 0) {
		errnum = errno;
		(void)close(fd);
		errno = errnum;
	}
	return directory;
}

uint64_t
tasks_print(const struct root *proc, pid_t pid)
{
	DIR *directory = directory_open(proc, pid);
	const struct dirent *entry;
	uint64_t print = print_start;

	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL) {
		for (const char *at = entry->d_name; *at != '\0'; at++)
			print = (print ^ (unsigned char)*at) * print_factor;
		print = (print ^ '/') * print_factor;
	}
	(void)closedir(directory);
	return print;
}

int
tasks_read(const struct root *proc, pid_t pid, const struct threads *known, struct tasks *ret,
	struct error *e)
{
	char name[PATH_TEXT_BYTES], path[sizeof(proc->path) + PATH_TEXT_BYTES];
	DIR *directory;
	int r;

	*ret = (struct tasks){0};
	(void)snprintf(name, sizeof(name), "%d/task", pid);
	root_path(proc, name, path, sizeof(path));
	directory = directory_open(proc, pid);
	if (directory == NULL)
		return error_sys(e, errno == ENOENT ? ESRCH : errno, path, "list QEMU's threads");
	r = directory_read(directory, proc, pid, ret);
	(void)closedir(directory);
	if (r == 0 && ret->count == 0)
		r = -ESRCH;
	if (r < 0) {
		tasks_done(ret);
		return error_sys(e, -r, path, "list QEMU's threads");
	}
	qsort(ret->list, ret->count, sizeof(*ret->list), task_compare);
	tasks_know(ret, known);
	return 0;
}
