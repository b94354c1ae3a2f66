/* SPDX-License-Identifier: MIT */
/* The QEMUs among the host's processes. */
#include "qemu/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/task.h"
#include "qemu/cmdline.h"

enum {
	FOUND_MAX = 64, /* of more the first ones tell enough */
};

struct found {
	pid_t pids[FOUND_MAX];
	size_t count;
};

/* "/usr/bin/qemu-system-x86_64", "/usr/libexec/qemu-kvm", "/usr/bin/kvm (deleted)" */
static bool
is_qemus_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;

	return strstr(base, "qemu") != NULL || strstr(base, "kvm") != NULL;
}

/* The program's file; false when it can't be seen. */
static bool
file_read_name(const struct root *proc, pid_t pid, char *ret, size_t size)
{
	char name[32];
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d/exe", (int)pid);
	len = readlinkat(proc->fd, name, ret, size - 1);
	ret[len > 0 ? len : 0] = '\0';
	return len > 0;
}

bool
find_is_qemu(const struct root *proc, pid_t pid)
{
	char path[PATH_MAX];

	return file_read_name(proc, pid, path, sizeof(path)) && is_qemus_file(path);
}

/* Whether it is a QEMU of that name. */
static bool
is_called(const struct root *proc, pid_t pid, const char *name)
{
	auto_cmdline struct cmdline line = {0};
	char path[PATH_MAX], its[CMDLINE_NAME_BYTES];
	bool seen = file_read_name(proc, pid, path, sizeof(path));
	struct error ignored;

	if (seen && !is_qemus_file(path))
		return false;
	if (cmdline_read(proc, pid, &line, &ignored) < 0 || line.count == 0)
		return false;
	return (seen || is_qemus_file(line.words[0])) && cmdline_name(&line, its) &&
	       str_eq(its, name);
}

static bool
has(const struct found *f, pid_t pid)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->pids[i] == pid)
			return true;
	}
	return false;
}

/* What QEMU forks has its command line: to tear down its memory, or until it runs a script. */
static void
children_drop(const struct root *proc, struct found *f)
{
	struct found parents = {0};
	struct error ignored;

	for (size_t i = 0; i < f->count; i++) {
		pid_t parent = 0;

		if (task_read_parent(proc, f->pids[i], &parent, &ignored) == 0 && !has(f, parent))
			parents.pids[parents.count++] = f->pids[i];
	}
	*f = parents;
}

/* Whether it is a kernel thread of that name. */
static bool
is_kernels(const struct root *proc, pid_t pid, const char *name)
{
	char file[32], its[FILE_TEXT_BYTES];
	struct task_facts facts;
	struct error ignored;

	(void)snprintf(file, sizeof(file), "%d/comm", (int)pid);
	return file_read(proc, file, its, sizeof(its), &ignored) >= 0 && str_eq(its, name) &&
	       task_read_facts(proc, pid, &facts, &ignored) == 0 && facts.is_kernels;
}

/* The processes of which @is_wanted says that they have to do with @name. */
static int
processes_look(const struct root *proc,
	bool (*is_wanted)(const struct root *proc, pid_t pid, const char *name), const char *name,
	struct found *ret, struct error *e)
{
	const struct dirent *entry;
	int fd = openat(proc->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (directory == NULL) {
		int r = error_sys(e, errno, proc->path, "list the host's processes");

		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	while (ret->count < FOUND_MAX && (entry = readdir(directory)) != NULL) {
		uint32_t pid;

		if (num_parse_u32(entry->d_name, 1, INT32_MAX, &pid) == 0 &&
			is_wanted(proc, (pid_t)pid, name))
			ret->pids[ret->count++] = (pid_t)pid;
	}
	(void)closedir(directory);
	return 0;
}

static int
several_tell(const struct found *f, const char *name, struct error *e)
{
	auto_buf struct buf pids = {0};

	for (size_t i = 0; i < f->count; i++)
		buf_printf(&pids, "%s%d", i > 0 ? ", " : "", (int)f->pids[i]);
	(void)error_sys(e, ENOTUNIQ, NULL, "find the QEMU that is called '%.100s'", name);
	e->kind = ERROR_USAGE;
	(void)error_why(
		e, "there are %zu: %s", f->count, pids.failed ? "out of memory" : pids.text);
	return error_hint(e, "give the PID of one of them");
}

int
find_named(const struct root *proc, const char *name, pid_t *ret, struct error *e)
{
	struct found found = {0};
	int r = processes_look(proc, is_called, name, &found, e);

	if (r < 0)
		return r;
	children_drop(proc, &found);
	if (found.count > 1)
		return several_tell(&found, name, e);
	if (found.count == 1) {
		*ret = found.pids[0];
		return 0;
	}
	(void)error_sys(e, ESRCH, NULL, "find the QEMU that is called '%.100s'", name);
	return error_why(e, "no QEMU was started with such a -name");
}

int
find_vhost(const struct root *proc, pid_t pid, pid_t *ret, size_t most, struct error *e)
{
	struct found found = {0};
	char name[32];
	size_t count;
	int r;

	(void)snprintf(name, sizeof(name), "vhost-%d", (int)pid);
	r = processes_look(proc, is_kernels, name, &found, e);
	if (r < 0)
		return r;
	count = found.count < most ? found.count : most;
	memcpy(ret, found.pids, count * sizeof(*ret));
	return (int)count;
}
