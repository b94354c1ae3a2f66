/* SPDX-License-Identifier: MIT */
/* systemd's slice and scope of our VMs, as changes. */
#ifndef QPIN_HOST_SCOPE_H
#define QPIN_HOST_SCOPE_H

#include "change/change.h"

#define QPIN_SLICE "qpin.slice"

/* The cgroup that the host's tasks are moved into: where VMs are in the slice, and where not. */
#define QPIN_POOL     "/" QPIN_SLICE "/pool"
#define QPIN_POOL_TOP "/qpin.pool"

/*
 * "slice": start unit target, whose cgroup is key. Undo stops it, unless it was active before or
 * has units of others.
 */
extern const struct change_kind change_slice;

/*
 * "scope": start transient scope target in the slice whose cgroup is key ("/": in none), around
 * process id (0 in a plan: qpin itself); value: seconds that systemd waits at a stop. Undo moves
 * the process back to where it was, or out of the slice when it may not go there, and waits until
 * systemd has removed the empty scope; without the process, it stops the scope.
 */
extern const struct change_kind change_scope;

#endif
