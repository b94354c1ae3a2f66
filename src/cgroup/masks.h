/* SPDX-License-Identifier: MIT */
/*
 * Affinity masks of the host's tasks are what they were before. The kernel rewrites masks whenever
 * a partition comes or goes, a cpuset controller is enabled, or a task moves between cgroups: Linux
 * before 6.2 forgets those that somebody set, and every kernel adds the CPUs isolated at boot.
 *
 * How to use it: a backend whose changes do any of that begins its list with change_masks, shared.
 * All that is made and undone then happens between masks_watch() and masks_mend(), which
 * supervise/prepare.c and supervise/unwind.c call; nobody else needs to. (Who changes cpusets of
 * others outside of these two, calls both around it, under the global lock.) Tasks that are moved
 * meanwhile, and those born meanwhile, are taken care of.
 *
 * The list is MASKS_FILE in the state directory (masklist.h), written before anything is changed.
 * A mask that differs from what we left is somebody's wish, and kept from then on.
 */
#ifndef QPIN_CGROUP_MASKS_H
#define QPIN_CGROUP_MASKS_H

#include "change/change.h"

struct host;
struct error;

/*
 * "masks": remember the masks of all tasks that may not run everywhere. Target: any word. Undo puts
 * them back, as far as the kernel hasn't, and forgets them.
 */
extern const struct change_kind change_masks;

/*
 * masks_watch - before a change: take note of new tasks, and of masks that somebody set meanwhile
 *
 * The global lock is held. Nothing when no list is kept. Returns 0 or -errno.
 */
int masks_watch(struct host *host, struct error *e);

/*
 * masks_mend - after changes, done or failed or undone: put back the masks that the kernel changed
 *
 * What its cpuset leaves of a mask is what a task gets; a task none of whose CPUs is left keeps
 * what the kernel gave it, until there is one again. The global lock is held. Nothing when no list
 * is kept. Returns 0 or -errno.
 */
int masks_mend(struct host *host, struct error *e);

#endif
