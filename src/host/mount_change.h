/* SPDX-License-Identifier: MIT */
/* Mounting a hierarchy of cgroup v1, as a change. */
#ifndef QPIN_HOST_MOUNT_CHANGE_H
#define QPIN_HOST_MOUNT_CHANGE_H

#include "change/change.h"

/*
 * "mount": mount the hierarchy of cgroup v1 that has controller value on directory target, which is
 * made when it isn't there. The host's cpuset_v1 is opened anew. Undo unmounts it, and removes a
 * directory that was made, unless the hierarchy was mounted before.
 *
 * A kernel that has no such controller, or whose cgroup v2 owns it, refuses: ERROR_ISOLATION.
 */
extern const struct change_kind change_mount;

#endif
