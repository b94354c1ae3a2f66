/* SPDX-License-Identifier: MIT */
/* Who has which host CPU: read from the journals of all VMs. */
#include "change/claims.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "change/record.h"

static const struct change_kind *const no_kinds[] = {NULL};

static void
directory_cleanup(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

static bool
lock_is_held(const struct root *dir)
{
	auto_fd int fd = openat(dir->fd, "lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* The first line of a journal: 1 with the claim, 0 when there is no journal. */
static int
claim_read(const struct root *state, const char *name, struct claim *ret, struct error *e)
{
	struct root dir = {.fd = -1};
	auto_fd int dir_fd =
		openat(state->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	auto_free char *text = NULL;
	struct record record;
	char *end;
	int r;

	if (dir_fd < 0)
		return 0; /* gone meanwhile, or no directory */
	dir.fd = dir_fd;
	root_path(state, name, dir.path, sizeof(dir.path));
	if (!file_exists(&dir, "journal"))
		return 0;
	r = file_load(&dir, "journal", JOURNAL_MAX_BYTES, &text, e);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	end = strchr(text, '\n');
	if (end == NULL)
		return 0; /* died while it wrote the first line: it has done nothing */
	r = record_parse(text, (size_t)(end - text), no_kinds, dir.path, &record, e);
	if (r < 0)
		return r;
	if (record.type != RECORD_HEADER)
		return 0;
	(void)snprintf(ret->name, sizeof(ret->name), "%.64s", name);
	ret->cpus = record.header.cpus;
	ret->alive = lock_is_held(&dir);
	return 1;
}

static int
claim_compare(const void *a, const void *b)
{
	const struct claim *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int
claims_add(struct claim **list, size_t count, const struct claim *claim)
{
	struct claim *bigger = reallocarray(*list, count + 1, sizeof(*bigger));

	if (bigger == NULL)
		return -ENOMEM;
	*list = bigger;
	bigger[count] = *claim;
	return 0;
}

int
claims_read(const struct root *state, struct claim **ret, struct error *e)
{
	__attribute__((cleanup(directory_cleanup))) DIR *entries = NULL;
	auto_free struct claim *list = NULL;
	const struct dirent *entry;
	size_t count = 0;
	int fd;

	if (state->fd < 0) {
		*ret = NULL;
		return 0;
	}
	fd = openat(state->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	entries = fd >= 0 ? fdopendir(fd) : NULL;
	if (entries == NULL)
		return error_sys(e, errno, state->path, "read the claims");
	while ((entry = readdir(entries)) != NULL) {
		struct claim claim = {0};
		int r = name_is_safe(entry->d_name) ? claim_read(state, entry->d_name, &claim, e)
						    : 0;

		if (r > 0 && claims_add(&list, count++, &claim) < 0)
			return error_sys(e, ENOMEM, state->path, "read the claims");
		if (r < 0)
			return r;
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), claim_compare);
	*ret = heap_release(&list);
	return (int)count;
}
