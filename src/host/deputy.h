/* SPDX-License-Identifier: MIT */
/*
 * A process that does something as an ordinary user for us, who are root: what it opens and whom it
 * speaks to is that user's affair, and nothing of ours is in its hands.
 */
#ifndef QPIN_HOST_DEPUTY_H
#define QPIN_HOST_DEPUTY_H

#include <sys/types.h>

struct error;

/*
 * deputy_run - run @work in a child that is user @uid: ids, groups, an environment with
 * XDG_RUNTIME_DIR alone, and none of our descriptors
 * @work: returns 0 or -errno with its struct error filled; must not rely on threads or on stdio
 *
 * Waits at most 30 s, then the child is killed. The user may have a hand in what it answers: only
 * what is read from the kernel afterwards counts. Returns what @work did; -ENOENT when the host has
 * no such user; -ETIMEDOUT, or -errno.
 */
int deputy_run(uid_t uid, int (*work)(const void *data, struct error *e), const void *data,
	struct error *e);

#endif
