/* SPDX-License-Identifier: MIT */
/* A QEMU whose qpin died: whether it still runs, and its end. */
#ifndef QPIN_SUPERVISE_ORPHAN_H
#define QPIN_SUPERVISE_ORPHAN_H

#include "change/journal.h"
#include "host/host.h"

struct error;

/*
 * owner_check - whether who calls us may do with @j's VM as he likes
 *
 * Everybody but the caller of a set-uid root qpin may, and he with those that root started for him.
 * Returns 0 or -EPERM.
 */
int owner_check(const struct journal *j, struct error *e);

/*
 * orphan_check - whether @j may be undone
 *
 * Returns 0 when the VM's QEMU has ended, or it is one that ran before qpin, which goes back to
 * where it was; -EBUSY (ERROR_CLAIMED) when it still runs, or something else is in its cgroup: then
 * nothing of it may be taken, and nobody else start it.
 */
int orphan_check(const struct host *host, const struct journal *j, struct error *e);

/*
 * orphan_open - a pidfd of the process that @j tells of, never of another that has its id by now
 *
 * Returns 0, or -ESRCH when it has ended. The caller closes @ret_pidfd.
 */
int orphan_open(const struct host *host, const struct journal *j, int *ret_pidfd, struct error *e);

/*
 * orphan_end - kill the VM's QEMU, and on v2 what else is in its cgroup; not one that ran before
 *
 * Returns 0 when it has ended; -ETIMEDOUT when it doesn't in 10 s; or another -errno.
 */
int orphan_end(const struct host *host, const struct journal *j, struct error *e);

#endif
