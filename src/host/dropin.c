/* SPDX-License-Identifier: MIT */
/* A file of ours among the administrator's unit files, as a change. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/host.h"
#include "host/unit_change.h"
#include "host/unitfiles.h"

#define UNIT_FILES "/etc/systemd/system"
#define BESIDE     ".qpin-new" /* until it is whole */

enum {
	DIRECTORY_MODE = 0755,
	FILE_MODE = 0644,
	NAME_BYTES = 256,
};

static void
root_cleanup(struct root *root)
{
	root_close(root);
}

#define auto_root __attribute__((cleanup(root_cleanup)))

/* The directory of the files that configure unit target; -ENOENT where there are none. */
static int
directory_open(const struct change *c, struct root *ret, struct error *e)
{
	char name[NAME_BYTES];
	auto_root struct root all = {.fd = -1};
	int r, fd;

	if (!name_is_safe(c->target) || !name_is_safe(c->key)) {
		error_refuse(e, ERROR_HOST, UNIT_FILES, "configure the unit '%s'", c->target);
		return error_why(e, "that is no name of a unit");
	}
	r = root_open(&all, UNIT_FILES, e);
	if (r < 0)
		return r;
	(void)snprintf(name, sizeof(name), "%s.d", c->target);
	root_path(&all, name, ret->path, sizeof(ret->path));
	fd = openat(all.fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_sys(e, errno, ret->path, "open a unit's directory");
	ret->fd = fd;
	return 0;
}

static int
directory_make(const struct change *c, struct error *e)
{
	char path[NAME_BYTES + sizeof(UNIT_FILES)];

	(void)snprintf(path, sizeof(path), "%s/%s.d", UNIT_FILES, c->target);
	if (mkdir(path, DIRECTORY_MODE) == 0 || errno == EEXIST)
		return 0;
	return error_sys(e, errno, path, "make a unit's directory");
}

/* Whether the file is there: 1 as we write it, -EEXIST as another, 0 not at all, -errno. */
static int
file_is_ours(const struct root *dir, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES], path[NAME_BYTES + sizeof(dir->path)];
	int r = file_read(dir, c->key, text, sizeof(text), e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (strncmp(text, c->value, (size_t)r) == 0 &&
		strspn(c->value + r, "\n") == strlen(c->value + r))
		return 1;
	error_sys(e, EEXIST, root_path(dir, c->key, path, sizeof(path)), "configure a unit");
	error_why(e, "there is a file of that name that is not qpin's");
	return error_hint(e, "look at it; move it away or remove it");
}

/* Whole or not at all: written beside, and given its name when it is on the disk. */
static int
file_put(const struct root *dir, const struct change *c, struct error *e)
{
	auto_fd int fd = -1;
	size_t len = strlen(c->value);

	(void)unlinkat(dir->fd, BESIDE, 0); /* of one that died */
	fd = openat(
		dir->fd, BESIDE, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (fd >= 0 && fchmod(fd, FILE_MODE) == 0 && write(fd, c->value, len) == (ssize_t)len &&
		fsync(fd) == 0 && renameat(dir->fd, BESIDE, dir->fd, c->key) == 0)
		return 0;
	return error_sys(e, errno, dir->path, "write %s", c->key);
}

/* Where the file isn't: what was made for it, unless others have files there. */
static void
leavings_remove(const struct root *dir)
{
	(void)unlinkat(dir->fd, BESIDE, 0);
	(void)rmdir(dir->path);
}

static int
dropin_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
dropin_apply(struct host *host, struct change *c, struct error *e)
{
	auto_root struct root dir = {.fd = -1};
	int r = directory_open(c, &dir, e);

	if (r == -ENOENT) {
		r = directory_make(c, e);
		if (r == 0)
			r = directory_open(c, &dir, e);
	}
	if (r == 0)
		r = file_is_ours(&dir, c, e);
	if (r == 0)
		r = file_put(&dir, c, e);
	return r < 0 ? r : unitfiles_reload(&host->manager, e);
}

static int
dropin_verify(struct host *host, const struct change *c, struct error *e)
{
	auto_root struct root dir = {.fd = -1};
	int r = directory_open(c, &dir, e);

	(void)host;
	if (r == 0)
		r = file_is_ours(&dir, c, e);
	if (r != 0)
		return r < 0 ? r : 0;
	return error_sys(e, ENOENT, dir.path, "find %s", c->key);
}

static int
dropin_undo(struct host *host, const struct change *c, struct error *e)
{
	auto_root struct root dir = {.fd = -1};
	int r = directory_open(c, &dir, e);

	if (r == 0)
		r = file_is_ours(&dir, c, e);
	if (r == -EEXIST)
		return 0; /* no longer ours */
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 1 && unlinkat(dir.fd, c->key, 0) < 0)
		return error_sys(e, errno, dir.path, "remove %s", c->key);
	leavings_remove(&dir);
	/* Also of a file that is gone: who removed it may have died before systemd was told. */
	return unitfiles_reload(&host->manager, e);
}

static void
dropin_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "configure systemd's %s by " UNIT_FILES "/%s.d/%s", c->target,
		c->target, c->key);
}

const struct change_kind change_dropin = {
	.name = "dropin",
	.needs = CHANGE_KEY | CHANGE_VALUE,
	.look = dropin_look,
	.apply = dropin_apply,
	.verify = dropin_verify,
	.undo = dropin_undo,
	.describe = dropin_describe,
};
