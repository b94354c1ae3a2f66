/* SPDX-License-Identifier: MIT */
/* The host's tasks by their cgroups: all that are in none of qpin's own. */
#ifndef QPIN_CGROUP_ROSTER_H
#define QPIN_CGROUP_ROSTER_H

#include "cgroup/origins.h"

struct host;
struct error;

/*
 * roster_file - what lists and takes the members of a cgroup like @path
 *
 * On v2 these are processes: one write moves all threads. On v1 they are threads, of which each may
 * have a cpuset of its own.
 */
const char *roster_file(const char *path);

/*
 * roster_read - the tasks of the hierarchy of @pool that are neither there nor in a VM
 * @ret: gets them, with when they began; the caller calls origins_done()
 *
 * Left out are the cgroup above @pool with all that is in it, qpin.slice, scopes of VMs, and what
 * is in a threaded cgroup: a process of those can't be moved as one. Who ends meanwhile isn't in
 * it. Returns 0 or -errno.
 */
int roster_read(const struct host *host, const char *pool, struct origins *ret, struct error *e);

/* roster_members - the ids in one cgroup, with @group as their origin; 0 or -errno */
int roster_members(
	const struct host *host, const char *group, struct origins *ret, struct error *e);

#endif
