/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller; by libcgroup. */
#include "host/mount.h"

#include <libcgroup.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool
is_v2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* libcgroup finds mounts by controller; a cgroup2 without any is in one of two places by habit. */
static bool
find(const char *controller, bool v2, char *path, size_t size)
{
	struct cgroup_mount_point mount;
	void *handle = NULL;
	bool found = false;
	int r;

	if (cgroup_init() != 0)
		return false;
	for (r = cgroup_get_controller_begin(&handle, &mount); r == 0 && !found;
		r = cgroup_get_controller_next(&handle, &mount)) {
		found = is_v2(mount.path) == v2 &&
			(controller == NULL || str_eq(mount.name, controller));
		if (found)
			(void)snprintf(path, size, "%s", mount.path);
	}
	(void)cgroup_get_controller_end(&handle);
	return found;
}

bool
mount_find_v2(char *path, size_t size)
{
	static const char *const habits[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	if (find(NULL, true, path, size))
		return true;
	for (size_t i = 0; i < COUNT(habits); i++) {
		if (is_v2(habits[i])) {
			(void)snprintf(path, size, "%s", habits[i]);
			return true;
		}
	}
	return false;
}

bool
mount_find_v1_cpuset(char *path, size_t size)
{
	return find("cpuset", false, path, size);
}
