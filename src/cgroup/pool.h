/* SPDX-License-Identifier: MIT */
/* The pool: the cgroup of the host's tasks, where these are moved, as changes. Pure. */
#ifndef QPIN_CGROUP_POOL_H
#define QPIN_CGROUP_POOL_H

#include "cgroup/backend.h"

/*
 * pool_prepare - append what makes the pool and moves the host's tasks there; nothing without one
 *
 * The pool and the moving are shared by all VMs; each takes its own CPUs out of it. The cgroup
 * above is there by then, and has the cpuset controller. 0 or -ENOMEM.
 */
int pool_prepare(const struct layout *layout, struct change_list *list);

/* pool_leave - append what takes the layout's pinned CPUs out of the pool; nothing without one.
 * 0 or -ENOMEM. */
int pool_leave(const struct layout *layout, struct change_list *list);

#endif
