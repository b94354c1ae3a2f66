/* SPDX-License-Identifier: MIT */
/* Which definitions there are, in the directories where they are looked for. */
#include "config/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

static const char suffix[] = ".yml";
static const char own_directory[] = SYSCONFDIR "/qpin";
static const char launcher_directory[] = "/usr/local/etc/qemu-launcher";

static const char *
environment_get(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

struct directories
directories_find(enum dialect dialect)
{
	const char *given = NULL;

	if (dialect == DIALECT_QPIN)
		given = environment_get("QPIN_CONFIG_DIR");
	if (given == NULL)
		given = environment_get("QEMU_LAUNCHER_CONFIG_DIR");
	if (given == NULL && dialect == DIALECT_LAUNCHER)
		given = launcher_directory;
	if (given != NULL)
		return (struct directories){.path = {given}, .count = 1};
	return (struct directories){
		.path = {own_directory, launcher_directory},
		.count = DIRECTORIES_MAX,
	};
}

void
catalog_done(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->count; i++)
		free(catalog->list[i].path);
	free(catalog->list);
	*catalog = (struct catalog){0};
}

/* The name of the VM whose definition @file is; false when it is none's. */
static bool
file_name(const char *file, char *name, size_t size)
{
	if (!str_ends(file, suffix))
		return false;
	if ((size_t)snprintf(name, size, "%.*s", (int)(strlen(file) - strlen(suffix)), file) >=
		size)
		return false;
	return name_is_safe(name);
}

static bool
catalog_has(const struct catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->count; i++) {
		if (str_eq(catalog->list[i].name, name))
			return true;
	}
	return false;
}

static int
catalog_add(struct catalog *catalog, const char *directory, const char *name)
{
	struct catalog_entry *bigger =
		reallocarray(catalog->list, catalog->count + 1, sizeof(*catalog->list));
	struct catalog_entry entry = {
		.path = text_printf("%s/%s%s", directory, name, suffix),
	};

	if (bigger != NULL)
		catalog->list = bigger;
	if (bigger == NULL || entry.path == NULL) {
		free(entry.path);
		return -ENOMEM;
	}
	(void)snprintf(entry.name, sizeof(entry.name), "%s", name);
	bigger[catalog->count++] = entry;
	return 0;
}

static int
directory_add(struct catalog *catalog, const char *path, struct error *e)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int r = 0;

	if (directory == NULL && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (directory == NULL)
		return error_sys(e, errno, path, "list the definitions");
	while (r == 0 && (entry = readdir(directory)) != NULL) {
		char name[sizeof(catalog->list->name)];

		if (file_name(entry->d_name, name, sizeof(name)) && !catalog_has(catalog, name))
			r = catalog_add(catalog, path, name);
	}
	(void)closedir(directory);
	return r < 0 ? error_sys(e, -r, path, "list the definitions") : 0;
}

static int
entry_compare(const void *a, const void *b)
{
	return strcmp(
		((const struct catalog_entry *)a)->name, ((const struct catalog_entry *)b)->name);
}

int
catalog_read(struct catalog *ret, struct error *e)
{
	struct directories dirs = directories_find(DIALECT_QPIN);
	int r = 0;

	*ret = (struct catalog){0};
	for (size_t i = 0; i < dirs.count && r == 0; i++)
		r = directory_add(ret, dirs.path[i], e);
	if (ret->count > 0)
		qsort(ret->list, ret->count, sizeof(*ret->list), entry_compare);
	return r;
}
