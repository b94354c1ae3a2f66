/* SPDX-License-Identifier: MIT */
/* What there is of cgroup v1's cpuset controller, and what our predecessor's users set for it. */
#ifndef QPIN_HOST_V1_FACTS_H
#define QPIN_HOST_V1_FACTS_H

struct host;
struct v1_facts;

/*
 * v1_facts_load - read the mount, /proc/cgroups, and the environment
 *
 * $QEMU_LAUNCHER_CPUSET_MOUNT_PATH is where to mount it (/sys/fs/cgroup/cpuset without it),
 * $QEMU_LAUNCHER_CPUSET_PREFIX in which cpuset all others are made (qemu).
 */
void v1_facts_load(const struct host *host, struct v1_facts *ret);

#endif
