/* SPDX-License-Identifier: MIT */
/* Files of the host: small texts of /proc and sysfs, control files, state files. */
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/kept.h"
#include "base/text.h"

enum {
	PATH_TEXT_BYTES = 512,
	NAME_MAX_BYTES = 64,
	LINE_BYTES = 16,              /* of a list, at most */
	FIRST_ROOM_BYTES = 16 * 1024, /* most files that are loaded need no more */
};

int
root_open(struct root *root, const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_sys(e, errno, path, "open a directory");
	*root = (struct root){.fd = fd};
	(void)snprintf(root->path, sizeof(root->path), "%s", path);
	return 0;
}

int
root_open_own(const struct root *parent, const char *name, struct root *ret, struct error *e)
{
	struct root root = {.own = true, .user = parent->user};

	if ((size_t)snprintf(root.path, sizeof(root.path), "%s/%s", parent->path, name) >=
		sizeof(root.path))
		return error_sys(e, ENAMETOOLONG, root.path, "open a directory of qpin's own");
	root.fd = file_open_own(parent, name, O_RDONLY | O_DIRECTORY, 0, e);
	if (root.fd < 0)
		return root.fd;
	*ret = root;
	return 0;
}

/* Whether what was opened as @path can be a file of @user's (0: ours), or a directory. */
static int
own_check(const struct stat *st, bool directory, uid_t user, const char *path, struct error *e)
{
	error_sys(e, EPERM, path, "use a file of qpin's own");
	if (directory ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
		return error_why(e, "it is not a %s", directory ? "directory" : "regular file");
	if (st->st_uid != (user != 0 ? user : geteuid()))
		return error_why(e, "it belongs to user %u", (unsigned)st->st_uid);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		error_why(e, "others can write there");
		return error_hint(e, "chmod go-w %s", path);
	}
	if (!directory && st->st_nlink > 1)
		return error_why(e, "it has another name elsewhere");
	return 0;
}

static int
directory_check(int fd, const char *path, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_sys(e, errno, path, "look at a directory");
	return own_check(&st, true, 0, path, e);
}

int
root_descend_take(struct root root, const char *path, struct root *ret, struct error *e)
{
	char name[NAME_MAX + 1];
	struct root next;
	int r = directory_check(root.fd, root.path[0] != '\0' ? root.path : "/", e);

	root.own = true;
	while (r == 0 && *(path += strspn(path, "/")) != '\0') {
		size_t len = strcspn(path, "/");

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, path);
		path += len;
		r = root_open_own(&root, name, &next, e);
		root_close(&root);
		if (r == 0)
			root = next;
	}
	if (r < 0)
		root_close(&root);
	else
		*ret = root;
	return r;
}

int
root_open_trusted(const char *path, struct root *ret, struct error *e)
{
	/* Without a path, so that what is below "/" has one slash alone. */
	struct root root = {.fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};

	if (root.fd < 0)
		return error_sys(e, errno, "/", "open a directory");
	return root_descend_take(root, path, ret, e);
}

void
root_close(struct root *root)
{
	root_keep_none(root);
	if (root->fd >= 0)
		(void)close(root->fd);
	root->fd = -1;
}

char *
root_path(const struct root *root, const char *name, char *path, size_t size)
{
	(void)snprintf(path, size, "%s/%s", root->path, name);
	return path;
}

int
file_open_beneath(const struct root *root, const char *name, int flags, mode_t mode)
{
	const struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
		.mode = mode,
		/* Another user could mount there what answers when it likes. */
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   (root->user != 0 ? (unsigned)RESOLVE_NO_XDEV : 0U),
	};
	long fd = syscall(SYS_openat2, root->fd, name, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

int
file_open_own(const struct root *root, const char *name, int flags, mode_t mode, struct error *e)
{
	auto_fd int fd = file_open_beneath(root, name, flags, mode);
	char path[PATH_TEXT_BYTES];
	struct stat st;
	int r;

	root_path(root, name, path, sizeof(path));
	if (fd < 0) {
		error_sys(e, -fd, path, "open a file of qpin's own");
		return fd == -ELOOP ? error_why(e, "it is a symbolic link") : fd;
	}
	if (fstat(fd, &st) < 0)
		return error_sys(e, errno, path, "look at a file of qpin's own");
	r = own_check(&st, (flags & O_DIRECTORY) != 0, root->user, path, e);
	return r < 0 ? r : fd_release(&fd);
}

static int
file_open(const struct root *root, const char *name, int flags, struct error *e)
{
	char path[PATH_TEXT_BYTES];
	int fd;

	if (root->own)
		return file_open_own(root, name, flags, 0, e);
	fd = openat(root->fd, name, flags | O_CLOEXEC);
	if (fd < 0)
		return error_sys(e, errno, root_path(root, name, path, sizeof(path)),
			"open a file for %s",
			(flags & O_ACCMODE) == O_RDONLY ? "reading" : "writing");
	return fd;
}

/* Read to the end, or until @size bytes are there. */
static ssize_t
descriptor_read(int fd, char *text, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, text + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

/*
 * All of a small file at once. The text of a control file, or of a file of /proc that is one
 * record, is made as a whole, and the first read gets as much of it as it has room for: a second
 * one would only tell that there is no more. Source: Linux fs/seq_file.c, seq_read_iter().
 */
static ssize_t
descriptor_read_small(int fd, bool again, char *text, size_t size)
{
	ssize_t got;

	do
		got = again ? pread(fd, text, size, 0) : read(fd, text, size);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

int
file_read(const struct root *root, const char *name, char *text, size_t size, struct error *e)
{
	char path[PATH_TEXT_BYTES];
	const int kept = kept_to_read(root, name);
	auto_fd int fd = kept >= 0 ? -1 : file_open(root, name, O_RDONLY, e);
	ssize_t len;

	if (kept < 0 && fd < 0)
		return fd;
	len = descriptor_read_small(kept >= 0 ? kept : fd, kept >= 0, text, size);
	if (len == (ssize_t)size)
		len = -EFBIG;
	text[len > 0 ? len : 0] = '\0'; /* also for who takes a failure for an empty file */
	if (len < 0)
		return error_sys(
			e, (int)-len, root_path(root, name, path, sizeof(path)), "read a file");
	return (int)strlen(str_trim(text));
}

/* Read all of @fd into *@text, which grows with it; at most @most bytes, and room for a NUL. */
static ssize_t
descriptor_load(int fd, size_t most, char **text)
{
	size_t room = 0, len = 0;

	while (len == room) {
		size_t more = room > 0 ? room : FIRST_ROOM_BYTES;
		char *bigger = len > most ? NULL : realloc(*text, room + more + 1);
		ssize_t got;

		if (bigger == NULL)
			return len > most ? -EFBIG : -ENOMEM;
		*text = bigger;
		got = descriptor_read(fd, bigger + room, more);
		if (got < 0)
			return got;
		room += more;
		len += (size_t)got;
	}
	return len > most ? -EFBIG : (ssize_t)len;
}

int
file_load(const struct root *root, const char *name, size_t most, char **ret, struct error *e)
{
	char path[PATH_TEXT_BYTES];
	auto_fd int fd = file_open(root, name, O_RDONLY, e);
	auto_free char *text = NULL;
	ssize_t len;

	if (fd < 0)
		return fd;
	len = descriptor_load(fd, most, &text);
	if (len < 0)
		return error_sys(
			e, (int)-len, root_path(root, name, path, sizeof(path)), "read a file");
	text[len] = '\0';
	*ret = heap_release(&text);
	return (int)len;
}

/*
 * One read brings as many whole lines as a page has room for: with room for another one, it was
 * all. Source: Linux fs/seq_file.c, seq_read_iter().
 */
int
file_load_list(const struct root *root, const char *name, size_t most, char **ret, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int len = file_read(root, name, text, sizeof(text), e);

	if (len == -EFBIG || len > FILE_TEXT_BYTES - 2 * LINE_BYTES)
		return file_load(root, name, most, ret, e);
	if (len < 0)
		return len;
	*ret = strdup(text);
	return *ret != NULL ? len : error_sys(e, ENOMEM, NULL, "read a file");
}

int
file_write(const struct root *root, const char *name, const char *value, struct error *e)
{
	char path[PATH_TEXT_BYTES];
	const int kept = kept_to_write(root, name);
	auto_fd int fd = kept >= 0 ? -1 : file_open(root, name, O_WRONLY, e);
	ssize_t done;

	if (kept < 0 && fd < 0)
		return fd;
	root_path(root, name, path, sizeof(path));
	done = write(kept >= 0 ? kept : fd, value, strlen(value));
	if (done < 0)
		return error_sys(e, errno, path, "write \"%s\"", value);
	if ((size_t)done != strlen(value)) /* the rest would be a second store */
		return error_sys(e, EIO, path, "write \"%s\" at once", value);
	return 0;
}

bool
file_exists(const struct root *root, const char *name)
{
	return faccessat(root->fd, name, F_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
}

int
file_delete(const struct root *root, const char *name, int flags)
{
	int errnum = unlinkat(root->fd, name, flags) < 0 ? errno : 0;

	return errnum == ENOENT && !file_exists(root, name) ? 0 : -errnum;
}

bool
name_is_safe(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-:@";
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && name[0] != '.' && name[0] != '-' &&
	       strspn(name, allowed) == len;
}
