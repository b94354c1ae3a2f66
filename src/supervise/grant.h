/* SPDX-License-Identifier: MIT */
/* Giving CPUs to an ordinary user's own, and taking them back. All of it is root's. */
#ifndef QPIN_SUPERVISE_GRANT_H
#define QPIN_SUPERVISE_GRANT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "host/grants.h"
#include "host/host.h"

/* Who a grant is for. */
struct grantee {
	uid_t uid;
	char name[65]; /* for messages; his number when the host knows no name */
};

/*
 * grantee_find - the user with this name, or number (a text of digits is always a number)
 * @gone: also a number that no user of this host has (any more)
 *
 * Returns 0; -EINVAL (ERROR_DEFINITION) when there is no such user, or it is root; -errno.
 */
int grantee_find(const char *user, bool gone, struct grantee *ret, struct error *e);

/*
 * grant_give - give @cpus to a user for good, and enforce it if his service manager runs
 *
 * The same again mends what is no longer so. On failure nothing is left behind. Takes and releases
 * the global lock. Returns 1 when the grant is in force, 0 when it waits for the user's log-in;
 * refusals as grant_check(), and -EBUSY (ERROR_CLAIMED) when he has other CPUs; -errno.
 */
int grant_give(
	struct host *host, const struct grantee *who, const struct cpus *cpus, struct error *e);

/*
 * grant_revoke - take back all that grant_give() did
 * @force: even if something runs there, which goes on, pinned, but no longer alone
 *
 * Returns 0; -ENOENT when there is no grant; -EBUSY (ERROR_CLAIMED) when something of the user runs
 * there; -EIO when something stayed.
 */
int grant_revoke(struct host *host, const struct grantee *who, bool force, struct error *e);

/*
 * grant_start, grant_stop - what the unit does: enforce the grant while the user's service manager
 * runs; idempotent
 */
int grant_start(struct host *host, uid_t uid, struct error *e);
int grant_stop(struct host *host, uid_t uid, struct error *e);

/* grant_observe - fill in in_force and state of @grant, by what the kernel says now */
void grant_observe(struct host *host, struct grant *grant);

#endif
