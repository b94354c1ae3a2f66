/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller; by libcgroup. */
#ifndef QPIN_HOST_MOUNT_H
#define QPIN_HOST_MOUNT_H

#include <stdbool.h>
#include <stddef.h>

/* mount_find_v2 - where cgroup2 is mounted; false when it isn't */
bool mount_find_v2(char *path, size_t size);

/* mount_find_v1_cpuset - where the cpuset controller of cgroup v1 is mounted; false when it isn't
 */
bool mount_find_v1_cpuset(char *path, size_t size);

#endif
