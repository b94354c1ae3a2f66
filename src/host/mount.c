/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller; by libcgroup. */
#include "host/mount.h"

#include <dlfcn.h>
#include <libcgroup.h>
#include <link.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool
is_v2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/*
 * libcgroup's table of mounts has room for a hundred long paths, which it clears each time: 800 KiB
 * that a supervisor would keep for as long as its guest runs. Emptied pages are cleared ones, and
 * who looks for mounts again fills it anew.
 */
static void
table_empty(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), before, size;
	char *table = dlsym(RTLD_DEFAULT, "cg_mount_table");
	void *symbol = NULL;
	Dl_info info;

	if (table == NULL || dladdr1(table, &info, &symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL)
		return;
	size = ((const ElfW(Sym) *)symbol)->st_size;
	before = (page - (uintptr_t)table % page) % page; /* a page has something else, too */
	if (size >= before + page)
		(void)madvise(table + before, (size - before) / page * page, MADV_DONTNEED);
}

/* libcgroup finds mounts by controller; a cgroup2 without any is in one of two places by habit. */
static bool
find(const char *controller, bool v2, char *path, size_t size)
{
	struct cgroup_mount_point mount;
	void *handle = NULL;
	bool found = false;
	int r = cgroup_init();

	if (r == 0) {
		for (r = cgroup_get_controller_begin(&handle, &mount); r == 0 && !found;
			r = cgroup_get_controller_next(&handle, &mount)) {
			found = is_v2(mount.path) == v2 &&
				(controller == NULL || str_eq(mount.name, controller));
			if (found)
				(void)snprintf(path, size, "%s", mount.path);
		}
		(void)cgroup_get_controller_end(&handle);
	}
	table_empty();
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
