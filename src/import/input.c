/* SPDX-License-Identifier: MIT */
/* What an import reads: a file, or standard input; the command line of a process. */
#include "import/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "config/findings.h"
#include "import/words.h"

enum {
	CHUNK_BYTES = 16384,
	NAME_BYTES = 32,
};

static int
descriptor_load(int fd, const char *where, struct buf *ret, struct error *e)
{
	char chunk[CHUNK_BYTES];

	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_sys(e, errno, where, "read a file");
		if (got == 0)
			break;
		if (ret->len + (size_t)got > INPUT_MAX_BYTES)
			return error_sys(e, EFBIG, where, "read more than 1 MiB");
		buf_add_bytes(ret, chunk, (size_t)got);
	}
	buf_add(ret, "");
	return ret->failed ? error_sys(e, ENOMEM, where, "read a file") : 0;
}

const char *
input_name(const char *path)
{
	return str_eq(path, "-") ? "standard input" : path;
}

int
input_load(const char *path, struct buf *ret, struct error *e)
{
	auto_fd int fd = -1;

	if (str_eq(path, "-"))
		return descriptor_load(STDIN_FILENO, input_name(path), ret, e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? error_sys(e, errno, path, "open a file for reading")
		      : descriptor_load(fd, path, ret, e);
}

static int
process_refuse(pid_t pid, struct error *e)
{
	return error_refuse(
		e, ERROR_USAGE, NULL, "import the command line of process %d", (int)pid);
}

/* The words are each followed by a NUL. */
static int
words_add(const char *text, size_t len, struct argv *ret, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < len && r == 0; i += strlen(text + i) + 1)
		r = argv_add(ret, text + i, e);
	return r;
}

/* The program's file, which only its own user and root may see; else "". */
static void
program_read(const struct root *proc, pid_t pid, char *path, size_t size)
{
	char name[NAME_BYTES];
	ssize_t len;

	(void)snprintf(name, sizeof(name), "%d/exe", (int)pid);
	len = readlinkat(proc->fd, name, path, size - 1);
	path[len > 0 ? len : 0] = '\0';
}

static int
qemu_check(const struct root *proc, pid_t pid, const struct argv *words, struct error *e)
{
	char program[PATH_MAX];

	if (words->count == 0) {
		(void)process_refuse(pid, e);
		return error_why(e, "it has no command line: it is a kernel thread, or has ended");
	}
	program_read(proc, pid, program, sizeof(program));
	if (words_name_qemu(program[0] != '\0' ? program : words->list[0]))
		return 0;
	(void)process_refuse(pid, e);
	return error_why(e, "it is no QEMU, but '%s'",
		quote(program[0] != '\0' ? program : words->list[0]).text);
}

int
input_process(const struct root *proc, pid_t pid, struct argv *ret, struct error *e)
{
	auto_buf struct buf text = {0};
	char name[NAME_BYTES], path[PATH_MAX];
	auto_fd int fd = -1;
	int r;

	(void)snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	root_path(proc, name, path, sizeof(path));
	fd = openat(proc->fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		(void)process_refuse(pid, e);
		(void)error_why(e, "there is no such process, or this user may not see it");
		return -ESRCH;
	}
	if (fd < 0)
		return error_sys(e, errno, path, "read a command line");
	r = descriptor_load(fd, path, &text, e);
	if (r == 0)
		r = words_add(text.text, text.len, ret, e);
	return r == 0 ? qemu_check(proc, pid, ret, e) : r;
}
