/* SPDX-License-Identifier: MIT */
/* Files of the host: small texts of /proc and sysfs, control files, state files. */
#ifndef QPIN_BASE_FILES_H
#define QPIN_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;

enum {
	FILE_TEXT_BYTES = 4096, /* a control file shows no more than one page */
};

/*
 * A directory of the host's that is kept open, with its name for messages. Everything below is
 * opened relative to it, so that tests hand in another tree.
 */
struct root {
	int fd;
	struct kept_files *kept; /* owned; NULL outside of root_keep() … root_keep_none() */
	char path[256];          /* without a trailing slash */
	bool own; /* it is qpin's own (state, grants): its files are opened with file_open_own() */
	uid_t user; /* whose qpin's own it is, for root, who looks at it; 0: ours */
};

/* The trees that qpin looks at. Opened by roots_open(), closed by roots_close(). */
struct roots {
	struct root sys;       /* /sys */
	struct root proc;      /* /proc */
	struct root cgroup;    /* the cgroup v2 mount; fd -1 where there is none */
	struct root cpuset_v1; /* the mount of cgroup v1's cpuset controller; fd -1 as well */
};

/*
 * root_open - open directory @path; the caller closes it with root_close()
 *
 * Returns 0 or -errno.
 */
int root_open(struct root *root, const char *path, struct error *e);

/*
 * root_open_own - open the directory @name of @parent as one of qpin's own; likewise
 *
 * As file_open_own(), also in that it has one name alone; @ret is of the same user as @parent.
 */
int root_open_own(const struct root *parent, const char *name, struct root *ret, struct error *e);
void root_close(struct root *root);

/*
 * root_descend_take - go from directory @root, which is closed, down to @path, each of which is one
 * of our own: nobody else can change what is there, or exchange it
 * @path: without "." and ".."; "" is @root itself
 *
 * Returns 0; -EPERM with the reason: of another user, or others can write there, or it's a file;
 * -ELOOP at a link; or another -errno.
 */
int root_descend_take(struct root root, const char *path, struct root *ret, struct error *e);

/* root_open_trusted - the same from "/": for who runs as root, what is root's word alone */
int root_open_trusted(const char *path, struct root *ret, struct error *e);

/*
 * root_path - the full path of @name below @root, for messages; cut to @size; returns @path
 */
char *root_path(const struct root *root, const char *name, char *path, size_t size);

/*
 * file_open_beneath - openat(2) that no link leads anywhere, and no ".." out of @root
 * @flags: of open(2); O_CLOEXEC is added, and nothing that is no file blocks us
 * @mode:  of a file that is made with O_CREAT; else 0
 *
 * Returns the descriptor; -ELOOP at a link; -EXDEV for what is outside; or another -errno.
 * Source: openat2(2): Linux 5.6.
 */
int file_open_beneath(const struct root *root, const char *name, int flags, mode_t mode);

/*
 * file_open_own - the same in a directory of qpin's own
 *
 * What is there must be a regular file (with O_DIRECTORY: a directory) of our user's, to which
 * nobody else can write, and which has no second name; of another user's directory (@root->user)
 * it must be his, and on the same mount. Returns the descriptor; -EPERM with the reason when it
 * isn't; or another -errno.
 */
int file_open_own(
	const struct root *root, const char *name, int flags, mode_t mode, struct error *e);

/*
 * file_read - read a small text file below @root into @text, without trailing white space
 * @name: relative to @root; one that the kernel makes of several records wants file_load()
 *
 * Returns the length, or -errno (-EFBIG when it has @size bytes or more). @text is untouched when
 * the file can't be opened, and "" when it can't be read.
 */
int file_read(const struct root *root, const char *name, char *text, size_t size, struct error *e);

/* file_load - like file_read(), of any length up to @most bytes; the caller frees @ret */
int file_load(const struct root *root, const char *name, size_t most, char **ret, struct error *e);

/* file_load_list - the same of a file of the kernel's with a line of a few bytes for each of what
 * it lists, without the last newline: a page of it is read at once */
int file_load_list(
	const struct root *root, const char *name, size_t most, char **ret, struct error *e);

/*
 * file_write - store @value with exactly one write(2), which is one store for a control file
 *
 * The file must exist. Returns 0 or -errno; what the kernel made of the value is seen by reading.
 */
int file_write(const struct root *root, const char *name, const char *value, struct error *e);

/* file_exists - whether @name is below @root */
bool file_exists(const struct root *root, const char *name);

/*
 * file_delete - unlinkat(2); 0 also for what isn't there, which is looked at
 * @flags: 0 or AT_REMOVEDIR
 *
 * Returns 0 or -errno.
 */
int file_delete(const struct root *root, const char *name, int flags);

/*
 * name_is_safe - whether a VM's or a file's name is one plain path component: letters, digits,
 * ".", "_", "-", ":" and "@", not starting with "." or "-", at most 64 bytes
 */
bool name_is_safe(const char *name);

#endif
