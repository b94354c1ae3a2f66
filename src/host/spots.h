/* SPDX-License-Identifier: MIT */
/* Core, cache and node of a few CPUs, straight from sysfs: quicker than all of the topology. */
#ifndef QPIN_HOST_SPOTS_H
#define QPIN_HOST_SPOTS_H

#include <stddef.h>

#include "base/cpus.h"
#include "base/files.h"

struct error;

/* As in struct host_cpu, with the same numbers; -1 where the host has none, or it is offline. */
struct spot {
	int core;
	int cache; /* the last-level one */
	int node;
};

/* Starts as {0}. */
struct spots {
	struct spot *list; /* owned; of CPUs 0 … count - 1 */
	size_t count;
};

/*
 * spots_load - those of CPUs up to the highest of @wanted
 *
 * What this host doesn't tell is left out. Returns 0 or -errno; the caller calls spots_done().
 * Source: Linux Documentation/ABI/stable/sysfs-devices-system-cpu and -node.
 */
int spots_load(
	const struct root *sys, const struct cpus *wanted, struct spots *ret, struct error *e);
void spots_done(struct spots *spots);

/* spot_of - that of @os_cpu, or one that has nothing */
struct spot spot_of(const struct spots *spots, unsigned os_cpu);

#endif
