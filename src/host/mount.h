/* SPDX-License-Identifier: MIT */
/*
 * Where the cgroup hierarchies are mounted, and which has the cpuset controller: as libcgroup finds
 * them, unless they are where nearly all have them.
 */
#ifndef QPIN_HOST_MOUNT_H
#define QPIN_HOST_MOUNT_H

struct error;

enum {
	MOUNT_BYTES = 256,
};

/* Where they are mounted; "": nowhere, or too deep. */
struct mounts {
	char v2[MOUNT_BYTES];        /* cgroup2 */
	char v1_cpuset[MOUNT_BYTES]; /* the cpuset controller of cgroup v1 */
};

/* mount_find - look for them; 0, or -ELIBACC without libcgroup where that is needed */
int mount_find(struct mounts *ret, struct error *e);

/*
 * mount_library_open - have libcgroup for good
 *
 * For who looks for mounts when it can't be loaded any more (confine()), on a host where cgroup v1
 * may have the cpuset controller; on others it is not needed. Returns 0 or -ELIBACC.
 */
int mount_library_open(struct error *e);

#endif
