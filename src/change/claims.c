/* SPDX-License-Identifier: MIT */
/* Who has which host CPU: read from the journals of all VMs. */
#include "change/claims.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "change/journal.h"
#include "change/look.h"
#include "change/record.h"

static const struct change_kind *const no_kinds[] = {NULL};

static void
directory_cleanup(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

/* The first line of @dir's journal, for its CPUs; a line that is cut claims none. */
static int
claim_read_cpus(const struct root *dir, struct cpus *ret, struct error *e)
{
	char path[sizeof(dir->path) + sizeof("/" JOURNAL_FILE)];
	auto_free char *text = NULL;
	struct record record;
	char *end;
	int r = file_load(dir, JOURNAL_FILE, JOURNAL_MAX_BYTES, &text, e);

	if (r < 0)
		return r;
	root_path(dir, JOURNAL_FILE, path, sizeof(path));
	end = memchr(text, '\n', (size_t)r);
	if (end == NULL)
		return 0; /* died while it wrote that line: it has done nothing */
	r = record_parse(text, (size_t)(end - text), no_kinds, path, &record, e);
	if (r == 0 && record.type != RECORD_HEADER) {
		r = error_refuse(e, ERROR_HOST, path, "read a journal");
		error_why(e, "its first line does not say whose it is");
	}
	if (r < 0)
		return r == -EINVAL ? record_hint(e, path) : r;
	*ret = record.header.cpus;
	return 0;
}

/* What VM @name claims: 1; 0 when there is no journal; -errno with a claim that is damaged. */
static int
claim_read(const struct root *state, const char *name, struct claim *ret, struct error *e)
{
	struct root dir = {.fd = -1};
	int r = root_open_own(state, name, &dir, e);

	*ret = (struct claim){0};
	(void)snprintf(ret->name, sizeof(ret->name), "%.64s", name);
	if (r == 0) {
		ret->alive = journal_is_held(&dir);
		r = claim_read_cpus(&dir, &ret->cpus, e);
	}
	root_close(&dir);
	if (r == -ENOENT || r == -ENOTDIR) /* gone meanwhile, or no VM's */
		return 0;
	ret->damaged = r < 0;
	return r < 0 ? r : 1;
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
claims_list(const struct root *state, struct claim **ret, struct error *e)
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
		struct claim claim;

		if (!name_is_safe(entry->d_name) ||
			claim_read(state, entry->d_name, &claim, e) == 0)
			continue;
		if (claims_add(&list, count++, &claim) < 0)
			return error_sys(e, ENOMEM, state->path, "read the claims");
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), claim_compare);
	*ret = heap_release(&list);
	return (int)count;
}

int
claims_read(const struct root *state, struct claim **ret, struct error *e)
{
	auto_free struct claim *list = NULL;
	int count = claims_list(state, &list, e);

	*ret = NULL;
	if (count < 0 || list == NULL)
		return count;
	for (int i = 0; i < count; i++) {
		struct claim again = {0}; /* for the reason */
		int r = list[i].damaged ? claim_read(state, list[i].name, &again, e) : 0;

		if (r < 0)
			return r;
		if (list[i].damaged)
			list[i] = again; /* mended, or gone */
	}
	*ret = heap_release(&list);
	return count;
}

int
claims_read_process(const struct root *state, const char *name, enum record_type type,
	struct record_process *ret, struct error *e)
{
	auto_free char *text = NULL;
	struct error ignored;
	char path[160];
	char *line, *end;
	int len;

	*ret = (struct record_process){0};
	(void)snprintf(path, sizeof(path), "%.64s/" JOURNAL_FILE, name);
	len = file_load(state, path, JOURNAL_MAX_BYTES, &text, e);
	for (line = text;
		len > 0 && (end = memchr(line, '\n', (size_t)(text + len - line))) != NULL;
		line = end + 1) {
		struct record record;

		/* Of changes the kinds aren't known here: these are left out. */
		if (record_parse(line, (size_t)(end - line), no_kinds, path, &record, &ignored) ==
				0 &&
			record.type == type)
			*ret = record.process;
	}
	return len < 0 ? len : 0;
}

/* @name is no journal any more, or was to become one. */
static void
remains_remove(const struct root *state, const char *name)
{
	static const char *const files[] = {
		JOURNAL_NEW_FILE, JOURNAL_MONITOR_FILE, JOURNAL_LOCK_FILE};
	struct root dir = {.fd = -1};
	auto_fd int dir_fd =
		openat(state->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	dir.fd = dir_fd;
	if (dir_fd < 0 || file_exists(&dir, JOURNAL_FILE) || journal_is_held(&dir))
		return;
	for (size_t i = 0; i < COUNT(files); i++)
		(void)unlinkat(dir_fd, files[i], 0);
	(void)unlinkat(state->fd, name, AT_REMOVEDIR);
}

void
claims_tidy(const struct root *state)
{
	__attribute__((cleanup(directory_cleanup))) DIR *entries = NULL;
	const struct dirent *entry;
	int fd = openat(state->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	entries = fd >= 0 ? fdopendir(fd) : NULL;
	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;

		if (name_is_safe(name[0] == '.' ? name + 1 : name))
			remains_remove(state, name);
	}
}
