/* SPDX-License-Identifier: MIT */
/* Undoing: the one way in which a VM's changes, and those that all VMs share, are taken back. */
#ifndef QPIN_SUPERVISE_UNWIND_H
#define QPIN_SUPERVISE_UNWIND_H

#include "change/journal.h"
#include "host/host.h"

/*
 * shared_apply - make a change that all VMs share, unless an earlier one made it and it still is so
 *
 * The global lock is held. Returns 0 or -errno.
 */
int shared_apply(struct host *host, const struct change *c, struct error *e);

/* unwind_tell - warn that @c stays, and why: for journal_undo() and journal_revert() */
void unwind_tell(const struct change *c, const struct error *e);

/*
 * unwind_journal - undo all of @j, whose directory is in @dir, and delete it; closes @j
 *
 * Returns 0, or -EIO when something stayed, which is warned of.
 */
int unwind_journal(struct host *host, const struct root *dir, struct journal *j, struct error *e);

/*
 * unwind_locked - unwind_journal() of one in the state directory, and put back the masks of tasks
 * that the kernel changed
 *
 * The global lock is held.
 */
int unwind_locked(struct host *host, struct journal *j, struct error *e);

/*
 * unwind - undo all of @j, delete it, and after the last VM what all shared; closes @j
 *
 * Takes the global lock when it isn't held. What can't be undone is warned of, and stays in the
 * journal. Returns 0, or -EIO when something stayed.
 */
int unwind(struct host *host, struct journal *j, struct error *e);

/*
 * shared_unwind - undo what all VMs share, and remove the state directory, if there is no VM
 *
 * The global lock is held. Returns 0 or -errno.
 */
int shared_unwind(struct host *host, struct error *e);

/*
 * let_go - have the qpin that keeps the attached VM @name put everything back and end
 *
 * The global lock is free: it takes it. From then on @host has no cpuset_v1. Returns 0 when it has
 * ended; 1, with @e undefined, when there is none; -ETIMEDOUT or another -errno.
 */
int let_go(struct host *host, const char *name, struct error *e);

/*
 * release - unwind what a qpin that died left of VM @name
 * @kill: end its QEMU first, if that still runs (orphan_end())
 *
 * The global lock is held. Returns 0; -ENOENT when there is nothing; -EBUSY (ERROR_CLAIMED) when it
 * is running, or its QEMU still is; -EINVAL when its journal is damaged; -EIO when something
 * stayed.
 */
int release(struct host *host, const char *name, bool kill, struct error *e);

/*
 * release_all - release every VM whose qpin is dead, and what they shared when none is left
 *
 * The global lock is held, unless there is no state directory. What can't be released is no reason
 * to leave the others: returns 0 or the first failure; later ones are warned of.
 */
int release_all(struct host *host, bool kill, struct error *e);

#endif
