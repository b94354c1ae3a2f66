/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller. */
#include "host/mount.h"

#include <libcgroup.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/library.h"
#include "base/text.h"

#define CGROUP(X)                                                                                  \
	X(cgroup_, get_controller_begin)                                                           \
	X(cgroup_, get_controller_end)                                                             \
	X(cgroup_, get_controller_next)                                                            \
	X(cgroup_, init)

static struct {
	CGROUP(LIBRARY_MEMBER)
} cgroup;

static struct library library = LIBRARY("libcgroup.so.2", "libcgroup2", CGROUP, cgroup);

static bool
is_v2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Then v1 hasn't: Linux Documentation/admin-guide/cgroup-v2.rst, Mounting. */
static bool
has_cpuset(const char *v2)
{
	char text[FILE_TEXT_BYTES];
	struct root root = {.fd = -1};
	struct error ignored;
	bool has = root_open(&root, v2, &ignored) == 0 &&
		   file_read(&root, "cgroup.controllers", text, sizeof(text), &ignored) >= 0 &&
		   strstr(text, "cpuset") != NULL;

	root_close(&root);
	return has;
}

/* Take what is not taken yet; of hierarchies with several controllers each one comes. */
static void
take(const struct cgroup_mount_point *mount, struct mounts *ret)
{
	size_t len = strlen(mount->path);
	bool v2 = is_v2(mount->path);
	char *path = v2 ? ret->v2 : ret->v1_cpuset;

	if (path[0] == '\0' && len < MOUNT_BYTES && (v2 || str_eq(mount->name, "cpuset")))
		memcpy(path, mount->path, len + 1);
}

/* By controller; a cgroup2 without any isn't among them. */
static void
find_all(struct mounts *ret)
{
	struct cgroup_mount_point mount;
	void *handle = NULL;

	if (cgroup.init() != 0)
		return;
	for (int r = cgroup.get_controller_begin(&handle, &mount); r == 0;
		r = cgroup.get_controller_next(&handle, &mount))
		take(&mount, ret);
	(void)cgroup.get_controller_end(&handle);
}

int
mount_find(struct mounts *ret, struct error *e)
{
	static const char *const habits[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	int r = 0;

	*ret = (struct mounts){0};
	if (!is_v2(habits[0]) || !has_cpuset(habits[0])) {
		r = library_open(&library, e);
		if (r < 0)
			return r;
		find_all(ret);
		library_close(&library);
	}
	for (size_t i = 0; i < COUNT(habits) && ret->v2[0] == '\0'; i++) {
		if (is_v2(habits[i]))
			(void)snprintf(ret->v2, sizeof(ret->v2), "%s", habits[i]);
	}
	return 0;
}

int
mount_library_open(struct error *e)
{
	return library_open(&library, e);
}
