/* SPDX-License-Identifier: MIT */
/* Where definitions are: a VM's name or a path to the text of its file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/privilege.h"
#include "base/text.h"
#include "config/catalog.h"
#include "config/definition.h"
#include "config/findings.h"
#include "config/source.h"

/* Open @path; a FIFO doesn't block us. */
static int
path_open(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0)
		return fd;
	error_sys(e, errno, path, "open a definition");
	if (e->errnum == ENOENT || e->errnum == ENOTDIR)
		e->kind = ERROR_DEFINITION;
	return error_code(e);
}

/* For a caller whom root works for: it must be root's word alone. */
static int
file_open_trusted(const char *directory, const char *file, struct error *e)
{
	struct root root = {.fd = -1};
	int fd = root_open_trusted(directory, &root, e);

	if (fd == 0)
		fd = file_open_own(&root, file, O_RDONLY, 0, e);
	root_close(&root);
	if (fd < 0 && fd != -ENOENT)
		(void)error_while(e, "take a definition as root's");
	return fd;
}

/* Open @file of the configuration directory @directory, where no name leads out of it. */
static int
file_open_named(const char *directory, const char *file, const char *path, struct error *e)
{
	struct root root = {.fd = -1};
	int fd;

	if (privilege_caller() != NULL)
		return file_open_trusted(directory, file, e);
	fd = root_open(&root, directory, e);

	if (fd < 0)
		return fd;
	fd = file_open_beneath(&root, file, O_RDONLY, 0);
	root_close(&root);
	if (fd >= 0)
		return fd;
	error_sys(e, -fd, path, "open a definition");
	if (fd != -ELOOP)
		return fd;
	(void)error_why(e, "it is a symbolic link");
	return error_hint(e, "a VM's name leads to no link, but a path may: qpin run PATH");
}

static int
regular_check(int fd, const char *path, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_sys(e, errno, path, "look at a definition");
	if (S_ISREG(st.st_mode))
		return 0;
	(void)error_refuse(e, ERROR_DEFINITION, path, "read a definition");
	return error_why(e, S_ISDIR(st.st_mode) ? "it is a directory" : "it is not a regular file");
}

/* The whole of @fd, or one byte more than a definition may have. */
static int
text_read(int fd, const char *path, struct buf *ret, struct error *e)
{
	enum { CHUNK_BYTES = 4096 };
	char chunk[CHUNK_BYTES];

	while (ret->len <= SOURCE_MAX_BYTES) {
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_sys(e, errno, path, "read a definition");
		if (got == 0)
			break;
		buf_add_bytes(ret, chunk, (size_t)got);
	}
	return ret->failed ? error_sys(e, ENOMEM, path, "read a definition") : 0;
}

/* Read the definition that is open as @fd; what @from says else is known. */
static int
fd_load(int fd, struct definition_text *from, struct definition *ret, struct problems *problems,
	struct error *e)
{
	auto_buf struct buf text = {0};
	int r = regular_check(fd, from->path, e);

	if (r == 0)
		r = text_read(fd, from->path, &text, e);
	if (r < 0)
		return r;
	from->text = text.text != NULL ? text.text : "";
	from->len = text.len;
	return definition_parse(from, ret, problems, e);
}

static int
path_load(const char *path, struct definition *ret, struct problems *problems, struct error *e)
{
	struct definition_text from = {.path = path, .dialect = DIALECT_QPIN};
	auto_fd int fd = path_open(path, e);

	return fd < 0 ? fd : fd_load(fd, &from, ret, problems, e);
}

/* NAME.yml, which is safe, in one of the directories. */
static int
directory_load(const char *directory, const char *name, enum dialect dialect,
	struct definition *ret, struct problems *problems, struct error *e)
{
	auto_free char *path = text_printf("%s/%s.yml", directory, name);
	struct definition_text from = {.path = path, .dialect = dialect};
	auto_fd int fd = -1;

	if (path == NULL)
		return error_sys(e, ENOMEM, directory, "find a definition");
	fd = file_open_named(directory, path + strlen(directory) + 1, path, e);
	return fd < 0 ? fd : fd_load(fd, &from, ret, problems, e);
}

static int
nowhere(const char *name, enum dialect dialect, const struct directories *dirs, struct error *e)
{
	bool two = dirs->count > 1;

	(void)error_refuse(e, ERROR_DEFINITION, "", "find a definition of '%s'", name);
	(void)error_why(e, "there is no %s.yml in %s%s%s", name, dirs->path[0], two ? " or " : "",
		two ? dirs->path[1] : "");
	e->errnum = ENOENT;
	if (privilege_caller() != NULL)
		return error_hint(e, "it's root's to put it there; a path is for root, too");
	return error_hint(
		e, dialect == DIALECT_QPIN
			   ? "QPIN_CONFIG_DIR names another directory; a path works as well"
			   : "QEMU_LAUNCHER_CONFIG_DIR names another directory");
}

static int
name_refuse(const char *name, enum dialect dialect, struct error *e)
{
	(void)error_refuse(e, ERROR_USAGE, "", "take '%s' as a VM's name", quote(name).text);
	(void)error_why(
		e, "it has up to 64 letters, digits and . _ - : @, and neither . nor - first");
	if (privilege_caller() != NULL)
		return error_hint(e, "a path is for root: sudo qpin run PATH");
	return error_hint(e, dialect == DIALECT_QPIN
				     ? "a path has a slash or ends in .yml"
				     : "the file NAME.yml gives it; `qpin run` takes a path, too");
}

static int
name_load(const char *name, enum dialect dialect, struct definition *ret, struct problems *problems,
	struct error *e)
{
	struct directories dirs = directories_find(dialect);

	if (!name_is_safe(name))
		return name_refuse(name, dialect, e);
	for (size_t i = 0; i < dirs.count; i++) {
		int r = directory_load(dirs.path[i], name, dialect, ret, problems, e);

		if (r != -ENOENT && r != -ENOTDIR)
			return r;
	}
	return nowhere(name, dialect, &dirs, e);
}

int
definition_load(const char *name, enum dialect dialect, struct definition *ret,
	struct problems *problems, struct error *e)
{
	bool path =
		(strchr(name, '/') != NULL || str_ends(name, ".yml")) && privilege_caller() == NULL;

	*ret = (struct definition){0};
	*problems = (struct problems){0};
	if (path && dialect == DIALECT_QPIN)
		return path_load(name, ret, problems, e);
	return name_load(name, dialect, ret, problems, e);
}
