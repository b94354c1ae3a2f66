/* SPDX-License-Identifier: MIT */
/* The map of the host as a picture. */
#ifndef QPIN_REPORT_TOPOLOGY_SVG_H
#define QPIN_REPORT_TOPOLOGY_SVG_H

#include <stdio.h>

#include "report/topology.h"

/*
 * report_topology_svg - the map and its legend as an SVG document that needs nothing else
 *
 * Dark where who looks at it prefers that. Returns 0 or -errno, also when @out can't be written to.
 * Source: W3C, "Scalable Vector Graphics (SVG) 1.1".
 */
int report_topology_svg(FILE *out, const struct map *map, struct error *e);

#endif
