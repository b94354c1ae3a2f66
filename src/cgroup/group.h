/* SPDX-License-Identifier: MIT */
/*
 * A cgroup by its path: its control files, in the kernel's words. "/a/b" is in the v2 tree,
 * "cpuset:/a/b" in the cpuset hierarchy of cgroup v1.
 */
#ifndef QPIN_CGROUP_GROUP_H
#define QPIN_CGROUP_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"

struct host;
struct root;
struct error;

enum {
	GROUP_PATH_BYTES = 512, /* of a cgroup and a control file in it */
};

/* group_is_v1 - whether @path is a cpuset of cgroup v1 */
bool group_is_v1(const char *path);

/* group_is_vms - whether @path is in the scope of a VM of qpin's, whoever runs that: in
 * qpin-NAME.scope */
bool group_is_vms(const char *path);

/* group_root - the mount that @path is below; its fd is -1 where that isn't mounted */
const struct root *group_root(const struct host *host, const char *path);

/* group_name - the path of control file @file of cgroup @path ("/" or "/a/b"), below the mount */
const char *group_name(const char *path, const char *file, char *name);

/* group_top - the topmost cgroup of the hierarchy of @path: "/" or "cpuset:/" */
const char *group_top(const char *path);

/* group_up - cut @path to the cgroup above; false, and nothing is cut, at the topmost */
bool group_up(char *path);

/*
 * group_of_task - the cgroup of task @id in the hierarchy of @path; -ENOENT when it has none
 *
 * See host_own_cgroup(), host_own_cpuset().
 */
int group_of_task(const struct host *host, const char *path, pid_t id, char *ret, size_t size,
	struct error *e);

/* group_effective - the control file with the CPUs that the tasks of a cgroup like @path have */
const char *group_effective(const char *path);

/* group_threads - the control file that lists the threads of a cgroup like @path, and takes them */
const char *group_threads(const char *path);

/* group_read, group_write - one control file, trimmed; see file_read() and file_write() */
int group_read(const struct host *host, const char *path, const char *file, char *text, size_t size,
	struct error *e);
int group_write(const struct host *host, const char *path, const char *file, const char *value,
	struct error *e);

/* group_read_cpus - a control file that is a CPU list; @ret is untouched on failure */
int group_read_cpus(const struct host *host, const char *path, const char *file, struct cpus *ret,
	struct error *e);

/* group_exists - whether the cgroup is there */
bool group_exists(const struct host *host, const char *path);

/*
 * group_undone - what access @r to a file of a cgroup is to an undo: 0 when the cgroup goes or is
 * gone, and what was made there with it
 *
 * A scope's goes with its last task, by systemd's hand: its controllers' files before it itself.
 * Source: Linux kernel/cgroup/cgroup.c, cgroup_destroy_locked().
 */
int group_undone(int r);

/*
 * group_has_only - whether @path holds the @count threads @tids and no other
 *
 * Returns 0, or -EINVAL with the strangers (or the missing) named in @e, or -errno.
 */
int group_has_only(const struct host *host, const char *path, const pid_t *tids, size_t count,
	struct error *e);

enum {
	GROUP_STRANGERS_MAX = 64,
};

/*
 * group_strangers - the threads in @path that are none of the @count ones in @tids
 * @ret: room for GROUP_STRANGERS_MAX; the others are left out
 *
 * Returns how many are in @ret, or -errno.
 */
int group_strangers(const struct host *host, const char *path, const pid_t *tids, size_t count,
	pid_t *ret, struct error *e);

/*
 * group_rouse - make every sleeping thread of a leaf run there for a moment, by freezing and
 * thawing
 *
 * Waits at most 1 s for the kernel to freeze it. Returns 0, or -errno with the leaf thawed.
 */
int group_rouse(const struct host *host, const char *path, struct error *e);

#endif
