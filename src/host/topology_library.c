/* SPDX-License-Identifier: MIT */
/* hwloc, loaded for as long as the topology is read. */
#include "host/topology_library.h"

struct hwloc hwloc;

static struct library library = LIBRARY("libhwloc.so.15", "libhwloc15", HWLOC, hwloc);

int
topology_library_open(struct error *e)
{
	return library_open(&library, e);
}

void
topology_library_close(void)
{
	library_close(&library);
}
