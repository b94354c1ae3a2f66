/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller; by libcgroup. */
#include "host/mount.h"

#include <dlfcn.h>
#include <libcgroup.h>
#include <link.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
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

/* libcgroup finds mounts by controller; a cgroup2 without any is in one of two places by habit. */
void
mount_find(struct mounts *ret)
{
	static const char *const habits[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct cgroup_mount_point mount;
	void *handle = NULL;
	int r = cgroup_init();

	*ret = (struct mounts){0};
	if (r == 0) {
		for (r = cgroup_get_controller_begin(&handle, &mount); r == 0;
			r = cgroup_get_controller_next(&handle, &mount))
			take(&mount, ret);
		(void)cgroup_get_controller_end(&handle);
	}
	table_empty();
	for (size_t i = 0; i < COUNT(habits) && ret->v2[0] == '\0'; i++) {
		if (is_v2(habits[i]))
			(void)snprintf(ret->v2, sizeof(ret->v2), "%s", habits[i]);
	}
}
