/* SPDX-License-Identifier: MIT */
/* hwloc, loaded for as long as the topology is read. */
#include "host/topology_library.h"

#include "base/cleanup.h"

struct hwloc hwloc;

static const char *const names[] = {HWLOC(LIBRARY_NAME)};

static struct library library = {
	.file = "libhwloc.so.15",
	.package = "libhwloc15",
	.names = names,
	.count = COUNT(names),
	.table = &hwloc,
};

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
