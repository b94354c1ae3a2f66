/* SPDX-License-Identifier: MIT */
/* Cpusets that aren't qpin's, and to which users systemd passes the controller. */
#include "host/foreign.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/survey.h"

enum {
	PATH_BYTES = 512,
};

/* Call @each for every directory in @path of @root, in no order. */
static void
directories_each(const struct root *root, const char *path,
	void (*each)(const struct root *root, const char *name, void *data), void *data)
{
	int fd = openat(root->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (entries == NULL && fd >= 0)
		(void)close(fd);
	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			each(root, entry->d_name, data);
	}
	if (entries != NULL)
		(void)closedir(entries);
}

/* Source: cgroup/pool.h, host/scope.h: all that qpin makes at the top is called so. */
static bool
is_own(const char *name)
{
	return str_starts(name, "qpin.") || str_starts(name, "qpin-") || str_starts(name, "qpin@");
}

static void
cpuset_look(const struct root *cgroup, const char *name, void *data)
{
	struct tree_facts *tree = data;
	struct foreign_cpuset found = {0};
	char path[PATH_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	if (is_own(name) || tree->cpuset_count >= SURVEY_CPUSETS)
		return;
	(void)snprintf(path, sizeof(path), "%s/cpuset.cpus", name);
	if (file_read(cgroup, path, text, sizeof(text), &ignored) <= 0 ||
		cpus_parse(text, &found.cpus) < 0 || cpus_empty(&found.cpus))
		return;
	(void)snprintf(found.name, sizeof(found.name), "%.63s", name);
	(void)snprintf(path, sizeof(path), "%s/cpuset.cpus.partition", name);
	found.is_partition = file_read(cgroup, path, text, sizeof(text), &ignored) > 0 &&
			     !str_eq(text, "member");
	tree->cpusets[tree->cpuset_count++] = found;
}

static bool
has_word(char *text, const char *wanted)
{
	char *rest = text, *word;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (str_eq(word, wanted))
			return true;
	}
	return false;
}

/* user.slice/user-1000.slice has the user's manager: user@1000.service. */
static void
user_look(const struct root *cgroup, const char *name, void *data)
{
	static const char prefix[] = "user-", suffix[] = ".slice";
	struct tree_facts *tree = data;
	char path[PATH_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	if (!str_starts(name, prefix) || !str_ends(name, suffix) ||
		strlen(name) < sizeof(prefix) + sizeof(suffix) - 2)
		return;
	(void)snprintf(path, sizeof(path), "user.slice/%s/user@%.*s.service/cgroup.controllers",
		name, (int)(strlen(name) - (sizeof(prefix) - 1) - (sizeof(suffix) - 1)),
		name + sizeof(prefix) - 1);
	if (file_read(cgroup, path, text, sizeof(text), &ignored) < 0)
		return;
	tree->managers++;
	tree->delegated += has_word(text, "cpuset");
}

void
foreign_load(const struct roots *roots, struct survey *ret)
{
	if (roots->cgroup.fd >= 0) {
		directories_each(&roots->cgroup, ".", cpuset_look, &ret->tree);
		directories_each(&roots->cgroup, "user.slice", user_look, &ret->tree);
	}
	/* Source: cset-shield(1): the sets are called so, unless told otherwise. */
	ret->cset_shield = roots->cpuset_v1.fd >= 0 &&
			   file_exists(&roots->cpuset_v1, "user/tasks") &&
			   file_exists(&roots->cpuset_v1, "system/tasks");
}
