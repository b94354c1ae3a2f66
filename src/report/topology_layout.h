/* SPDX-License-Identifier: MIT */
/* The map of the host on a grid. */
#ifndef QPIN_REPORT_TOPOLOGY_LAYOUT_H
#define QPIN_REPORT_TOPOLOGY_LAYOUT_H

#include "report/topology_grid.h"

/*
 * map_lay_out - all of @map, and below a legend of what occurs in it
 *
 * A paragraph for each package and node, with the devices near it, then its caches and cores; boxes
 * around what is of one place, and of one core. Returns 0 or -ENOMEM; the caller calls grid_done()
 * in any case.
 */
int map_lay_out(const struct map *map, unsigned width, struct map_grid *ret, struct error *e);

#endif
