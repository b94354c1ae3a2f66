/* SPDX-License-Identifier: MIT */
/* An ordinary user's part of the cgroup tree, which his own service manager has from systemd. */
#include "host/user_facts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "host/facts.h"
#include "host/host.h"
#include "host/scope.h"

enum {
	PATH_BYTES = 512, /* of a cgroup and a control file in it */
};

/* Read control file @file of cgroup @path; false when it isn't there. */
static bool
control_read(const struct host *host, const char *path, const char *file, char *text)
{
	char name[PATH_BYTES];
	struct error ignored;

	(void)snprintf(name, sizeof(name), "%s/%s", path + 1, file);
	return file_read(&host->roots.cgroup, name, text, FILE_TEXT_BYTES, &ignored) >= 0;
}

/* Whether we may make cgroups with cpusets below @path. */
static bool
is_delegated(const struct host *host, const char *path)
{
	char name[PATH_BYTES], text[FILE_TEXT_BYTES];
	char *rest = text, *word;

	(void)snprintf(name, sizeof(name), "%s/cgroup.subtree_control", path + 1);
	if (faccessat(host->roots.cgroup.fd, name, W_OK, 0) < 0 ||
		!control_read(host, path, "cgroup.controllers", text))
		return false;
	while ((word = strsep(&rest, " ")) != NULL) {
		if (str_eq(word, "cpuset"))
			return true;
	}
	return false;
}

static bool
is_partition(const struct host *host, const char *path)
{
	char text[FILE_TEXT_BYTES];

	return control_read(host, path, "cpuset.cpus.partition", text) &&
	       (str_eq(text, "root") || str_eq(text, "isolated"));
}

/* Cut @path to the cgroup above; false when that is the root. */
static bool
path_ascend(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/*
 * What our cgroups, made in @place, can have: its CPUs, or, while it isn't there or has no cpuset,
 * those of what it will be in; and the valid partition that is nearest.
 */
static void
place_read(const struct host *host, const char *place, struct cgroup_facts *ret)
{
	char path[sizeof(ret->partition)], text[FILE_TEXT_BYTES];
	bool found;

	(void)snprintf(path, sizeof(path), "%s", place);
	do
		found = control_read(host, path, "cpuset.cpus.effective", text);
	while (!found && path_ascend(path));
	if (!found || cpus_parse(text, &ret->user.reach) < 0)
		return;
	do
		found = is_partition(host, path);
	while (!found && path_ascend(path));
	if (!found || !control_read(host, path, "cpuset.cpus.effective", text))
		return;
	memcpy(ret->partition, path, sizeof(path));
	(void)cpus_parse(text, &ret->partition_cpus);
}

void
user_facts_read(const struct host *host, const char *manager, struct cgroup_facts *ret)
{
	struct user_facts *user = &ret->user;

	user->has_manager = true;
	(void)snprintf(user->slice, sizeof(user->slice), "%.140s/" QPIN_SLICE, manager);
	user->delegated = is_delegated(host, manager);
	if (user->delegated)
		place_read(host, user->slice, ret);
}

void
user_facts_load(struct host *host, struct cgroup_facts *ret)
{
	char manager[sizeof(ret->user.slice) - sizeof("/" QPIN_SLICE)];
	struct error e;

	if (ret->own_is_delegated) {
		ret->user.delegated = is_delegated(host, ret->own);
		if (ret->user.delegated)
			place_read(host, ret->own, ret);
	} else if (manager_read_cgroup(&host->manager, manager, sizeof(manager), &e) == 0 &&
		   manager[0] == '/') {
		user_facts_read(host, manager, ret);
	} else {
		(void)snprintf(ret->user.no_manager, sizeof(ret->user.no_manager), "%.120s",
			e.why[0] != '\0' ? e.why : strerror(e.errnum));
	}
}
