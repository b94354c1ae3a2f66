/* SPDX-License-Identifier: MIT */
/* A grant as it is in the cgroup tree, while the user's service manager runs. */
#ifndef QPIN_SUPERVISE_ENFORCEMENT_H
#define QPIN_SUPERVISE_ENFORCEMENT_H

#include "host/grants.h"
#include "host/host.h"

struct error;

/*
 * enforcement_begin - give the CPUs of @grant to the user's slice; idempotent
 *
 * Takes the global lock when it needs it, and leaves it free. Returns 1 when they are his now, 0
 * when his service manager doesn't run; -errno with all undone.
 */
int enforcement_begin(struct host *host, const struct grant *grant, struct error *e);

/* enforcement_end - undo that, if anything of it is there; the global lock is free after it */
int enforcement_end(struct host *host, uid_t uid, struct error *e);

/* enforcement_slice - the cgroup of the user's slice; false while his manager doesn't run */
bool enforcement_slice(struct host *host, uid_t uid, char *path, size_t size);

#endif
