/* SPDX-License-Identifier: MIT */
/* hwloc, loaded for as long as the topology is read. */
#ifndef QPIN_HOST_TOPOLOGY_LIBRARY_H
#define QPIN_HOST_TOPOLOGY_LIBRARY_H

#include <hwloc.h>
#include <hwloc/cpukinds.h>

#include "base/library.h"

struct error;

#define HWLOC(X)                                                                                   \
	X(hwloc_, bitmap_first)                                                                    \
	X(hwloc_, bitmap_next)                                                                     \
	X(hwloc_, cpukinds_get_by_cpuset)                                                          \
	X(hwloc_, cpukinds_get_info)                                                               \
	X(hwloc_, cpukinds_get_nr)                                                                 \
	X(hwloc_, get_obj_by_depth)                                                                \
	X(hwloc_, get_type_depth)                                                                  \
	X(hwloc_, topology_destroy)                                                                \
	X(hwloc_, topology_init)                                                                   \
	X(hwloc_, topology_is_thissystem)                                                          \
	X(hwloc_, topology_load)                                                                   \
	X(hwloc_, topology_set_components)                                                         \
	X(hwloc_, topology_set_flags)                                                              \
	X(hwloc_, topology_set_synthetic)

struct hwloc {
	HWLOC(LIBRARY_MEMBER)
};

/* Its functions. Those of its inline ones that call others of it can't be used. */
extern struct hwloc hwloc;

/*
 * topology_library_open, topology_library_close - around the use of it
 *
 * Who will read the topology when it can't be loaded any more (confine()) opens it before, too.
 * Opening returns 0 or -ELIBACC.
 */
int topology_library_open(struct error *e);
void topology_library_close(void);

#endif
