/* SPDX-License-Identifier: MIT */
/* Tasks that leave a cgroup while a CPU is offline. */
#ifndef QPIN_CGROUP_OFFLINE_H
#define QPIN_CGROUP_OFFLINE_H

struct host;

/*
 * offline_forget - before tasks go from cgroup @path to another one: let them have all CPUs there
 *
 * A task that goes to a cgroup with the same effective CPUs keeps its mask (cpuset_attach(), seen
 * with 6.12), and @path took the CPUs from it that are offline: when these come back, they would be
 * lost to it. So while one is offline @path, which is about to be removed, gives up one CPU.
 */
void offline_forget(const struct host *host, const char *path);

#endif
