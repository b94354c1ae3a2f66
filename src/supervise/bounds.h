/* SPDX-License-Identifier: MIT */
/* Whether a thread can have, and has, all of the CPUs that it is pinned to. */
#ifndef QPIN_SUPERVISE_BOUNDS_H
#define QPIN_SUPERVISE_BOUNDS_H

struct change;
struct error;
struct host;

/*
 * bounds_check - before change @c, of kind change_affinity: nothing keeps its CPUs from the thread
 *
 * A CPU that is offline has no part in it. Returns 0; -EINVAL when none is online, or the thread's
 * cgroup leaves some out (see bound_check()); or -errno.
 */
int bounds_check(const struct host *host, const struct change *c, struct error *e);

/*
 * bounds_confirm - after it: the thread has these CPUs, all that are online, and no other
 *
 * Returns 0; -ESRCH when the thread has ended; -EINVAL as above; or -errno.
 */
int bounds_confirm(struct host *host, const struct change *c, struct error *e);

#endif
