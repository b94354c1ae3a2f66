/* SPDX-License-Identifier: MIT */
/* The legend of a map: what occurs in it, and nothing else. */
#ifndef QPIN_REPORT_TOPOLOGY_LEGEND_H
#define QPIN_REPORT_TOPOLOGY_LEGEND_H

#include "report/topology_grid.h"

/* legend_lay_out - from where @grid is, an entry a line; of many VMs and users several a line */
void legend_lay_out(const struct map *map, struct map_grid *grid);

#endif
