/* SPDX-License-Identifier: MIT */
/* What the changes need that take CPUs out of masks of the host's (exclusion.h): read from them and
 * from the host. */
#ifndef QPIN_HOST_TAKING_H
#define QPIN_HOST_TAKING_H

#include "change/change.h"
#include "host/exclusion.h"

/* taking_list - the CPU list @list, which is a part of @c; 0 or -errno */
int taking_list(const struct change *c, const char *list, struct cpus *ret, struct error *e);

/* taking_read - the CPUs of value, the pool in key, and which are online; 0 or -errno */
int taking_read(const struct host *host, const struct change *c, struct exclusion_wish *ret,
	struct error *e);

/* taking_others - the CPUs that VMs have, those of a qpin that died too */
void taking_others(const struct host *host, struct cpus *ret);

#endif
