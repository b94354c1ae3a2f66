/* SPDX-License-Identifier: MIT */
/* A list of names and descriptors for each root. */
#include "base/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"

enum {
	KEPT_MAX = 256, /* a process may have 1,024 files by default */
};

struct kept_file {
	struct kept_file *next; /* owned */
	int fd;                 /* owned; -1: it can't be opened */
	int flags;
	char name[];
};

struct kept_files {
	bool more; /* there may be */
	int flags;
	struct kept_file *first; /* owned */
	size_t count;
};

void
root_keep(struct root *root, int flags)
{
	root_keep_none(root);
	root->kept = calloc(1, sizeof(*root->kept));
	if (root->kept == NULL)
		return;
	root->kept->flags = flags;
	root->kept->more = true;
}

void
root_keep_no_more(struct root *root)
{
	if (root->kept != NULL)
		root->kept->more = false;
}

void
root_keep_none(struct root *root)
{
	while (root->kept != NULL && root->kept->first != NULL) {
		struct kept_file *first = root->kept->first;

		root->kept->first = first->next;
		if (first->fd >= 0)
			(void)close(first->fd);
		free(first);
	}
	free(root->kept);
	root->kept = NULL;
}

static const struct kept_file *
kept_find(const struct root *root, const char *name)
{
	const struct kept_file *at = root->kept != NULL ? root->kept->first : NULL;

	while (at != NULL && !str_eq(at->name, name))
		at = at->next;
	return at;
}

static void
kept_add(struct kept_files *kept, const struct root *root, const char *name)
{
	struct kept_file *one = malloc(sizeof(*one) + strlen(name) + 1);

	if (one == NULL)
		return;
	one->next = kept->first;
	kept->first = one;
	kept->count++;
	memcpy(one->name, name, strlen(name) + 1);
	one->flags = kept->flags;
	one->fd = openat(root->fd, name, one->flags | O_CLOEXEC);
	if (one->fd >= 0 || errno != EACCES)
		return;
	one->flags = O_RDONLY;
	one->fd = openat(root->fd, name, one->flags | O_CLOEXEC);
}

int
kept_to_read(const struct root *root, const char *name)
{
	const struct kept_file *one = kept_find(root, name);

	if (one == NULL && root->kept != NULL && root->kept->more && root->kept->count < KEPT_MAX) {
		kept_add(root->kept, root, name);
		one = kept_find(root, name);
	}
	return one != NULL ? one->fd : -1;
}

int
kept_to_write(const struct root *root, const char *name)
{
	const struct kept_file *one = kept_find(root, name);

	return one != NULL && one->flags == O_RDWR ? one->fd : -1;
}
