/* SPDX-License-Identifier: MIT */
/* The host's CPUs, and what they share, by Linux number: through hwloc and sysfs. */
#ifndef QPIN_HOST_TOPOLOGY_H
#define QPIN_HOST_TOPOLOGY_H

#include "host/facts.h"

struct error;
struct roots;

/*
 * topology_load - read this machine's topology
 * @roots: the lists of CPUs are read below its sys; the rest is what hwloc says of this machine
 *
 * CPUs that a cpuset keeps from us are there all the same. No thread is bound anywhere for it.
 * Returns 0 or -errno; the caller calls topology_done() on @ret, which is untouched on failure.
 * Source: Linux Documentation/admin-guide/cputopology.rst (present, online);
 * drivers/base/cpu.c (isolated, nohz_full).
 */
int topology_load(const struct roots *roots, struct topology *ret, struct error *e);

/*
 * topology_again - the same by what is @known, for who can't load hwloc any more (confine())
 *
 * The lists of CPUs are read anew. What a CPU shares that wasn't online then isn't known. Returns 0
 * or -errno; the caller calls topology_done() on @ret, which is untouched on failure.
 */
int topology_again(const struct roots *roots, const struct topology *known, struct topology *ret,
	struct error *e);

/*
 * topology_synthetic - the topology that hwloc makes of a description such as
 * "pack:2 [numa] core:16 pu:2", all CPUs online; for tests and for plans without a host
 *
 * Returns 0 or -errno; the caller calls topology_done() on @ret.
 * Source: hwloc, "Synthetic topologies".
 */
int topology_synthetic(const char *description, struct topology *ret, struct error *e);

#endif
