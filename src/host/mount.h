/* SPDX-License-Identifier: MIT */
/* Where the cgroup hierarchies are mounted, and which has the cpuset controller; by libcgroup. */
#ifndef QPIN_HOST_MOUNT_H
#define QPIN_HOST_MOUNT_H

enum {
	MOUNT_BYTES = 256,
};

/* Where they are mounted; "": nowhere, or too deep. */
struct mounts {
	char v2[MOUNT_BYTES];        /* cgroup2 */
	char v1_cpuset[MOUNT_BYTES]; /* the cpuset controller of cgroup v1 */
};

/* mount_find - look for them */
void mount_find(struct mounts *ret);

#endif
