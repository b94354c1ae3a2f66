/* SPDX-License-Identifier: MIT */
/* Which CPUs are online now. */
#ifndef QPIN_HOST_ONLINE_H
#define QPIN_HOST_ONLINE_H

#include "base/cpus.h"

struct error;
struct root;

/*
 * online_read - the CPUs that the kernel has now
 * @sys: /sys
 *
 * Returns 0 or -errno; @ret is untouched on failure. Source: Linux
 * Documentation/admin-guide/cputopology.rst.
 */
int online_read(const struct root *sys, struct cpus *ret, struct error *e);

/*
 * online_check - whether all of @cpus are
 * @what: that is to be done with them, an infinitive: "verify CPUs"
 *
 * Returns 0; -EINVAL (ERROR_USAGE) with those that aren't; or -errno.
 */
int online_check(
	const struct root *sys, const struct cpus *cpus, const char *what, struct error *e);

#endif
