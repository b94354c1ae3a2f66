/* SPDX-License-Identifier: MIT */
/* The map of the host as text. */
#ifndef QPIN_REPORT_TOPOLOGY_TEXT_H
#define QPIN_REPORT_TOPOLOGY_TEXT_H

#include <stdio.h>

#include "report/topology.h"

/*
 * report_topology - the map and its legend
 * @width:  columns of the terminal
 * @colour: by escape sequences (ECMA-48); nothing is told by that alone
 *
 * Returns 0 or -errno, also when @out can't be written to.
 */
int report_topology(FILE *out, const struct map *map, unsigned width, bool colour, struct error *e);

#endif
