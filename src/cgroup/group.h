/* SPDX-License-Identifier: MIT */
/* A cgroup of the v2 tree by its path: its control files, in the kernel's words. */
#ifndef QPIN_CGROUP_GROUP_H
#define QPIN_CGROUP_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"

struct host;
struct error;

enum {
	GROUP_PATH_BYTES = 512, /* of a cgroup and a control file in it */
};

/* group_name - the path of control file @file of cgroup @path ("/" or "/a/b"), below the mount */
const char *group_name(const char *path, const char *file, char *name);

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
 * group_has_only - whether cgroup.threads of @path holds the @count threads @tids and no other
 *
 * Returns 0, or -EINVAL with the strangers (or the missing) named in @e, or -errno.
 */
int group_has_only(const struct host *host, const char *path, const pid_t *tids, size_t count,
	struct error *e);

/*
 * group_rouse - make every sleeping thread of a leaf run there for a moment, by freezing and
 * thawing
 *
 * Waits at most 1 s for the kernel to freeze it. Returns 0, or -errno with the leaf thawed.
 */
int group_rouse(const struct host *host, const char *path, struct error *e);

#endif
