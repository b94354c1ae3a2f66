/* SPDX-License-Identifier: MIT */
/* The CPUs that systemd allows a unit (AllowedCPUs=), read and set over its bus, and as changes. */
#ifndef QPIN_HOST_UNIT_CPUS_H
#define QPIN_HOST_UNIT_CPUS_H

#include "base/cpus.h"
#include "change/change.h"

struct manager;
struct error;

enum {
	UNIT_MASK_BYTES = CPUS_MAX / 8,
};

/* unit_mask_read - @mask of @len bytes, a bit for each CPU, the first in the lowest of the first */
void unit_mask_read(const unsigned char *mask, size_t len, struct cpus *ret);

/* unit_mask_write - the same backwards; returns its length, 0 for no CPU: no limit */
size_t unit_mask_write(const struct cpus *cpus, unsigned char *mask);

/* unit_cpus_get - the AllowedCPUs of a slice or scope; empty: no limit. 0 or -errno */
int unit_cpus_get(struct manager *m, const char *unit, struct cpus *ret, struct error *e);

/* unit_cpus_set - set them until the next boot; empty: no limit. 0 or -errno */
int unit_cpus_set(struct manager *m, const char *unit, const struct cpus *cpus, struct error *e);

/*
 * "limits": remember the AllowedCPUs of unit target. Undo gives these back; where there were none,
 * it lets the unit have all CPUs (value) first, for systemd does not take back what it wrote.
 */
extern const struct change_kind change_limits;

/*
 * "limit": have systemd keep unit target, a slice or scope straight below its root, off the CPUs of
 * value; key: all CPUs of the host. Undo gives those back that the unit had.
 */
extern const struct change_kind change_limit;

#endif
