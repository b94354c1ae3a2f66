/* SPDX-License-Identifier: MIT */
/* The map of the host for programs. */
#ifndef QPIN_REPORT_TOPOLOGY_JSON_H
#define QPIN_REPORT_TOPOLOGY_JSON_H

#include <stdio.h>

#include "report/topology.h"

/*
 * report_topology_json - everything of the map as one JSON object and a newline
 *
 * Keys are stable. Sets of CPUs and nodes are lists in the kernel's format ("0-3,8"); what the host
 * doesn't have or doesn't tell is null. Returns 0 or -errno, also when @out can't be written to.
 */
int report_topology_json(FILE *out, const struct map *map, struct error *e);

#endif
