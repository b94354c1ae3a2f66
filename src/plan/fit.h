/* SPDX-License-Identifier: MIT */
/* Which of the cores at hand a guest gets: as near to each other as they can be. */
#ifndef QPIN_PLAN_FIT_H
#define QPIN_PLAN_FIT_H

#include "plan/cores.h"

/* Cores that have these ids; an id of FIT_ANY leaves it open. */
struct domain {
	int package, node, cache;
};

enum {
	FIT_ANY = -2, /* ids are numbers, or -1 */
};

/*
 * fit_units - give @units units of @shape to free cores within @within, which hold them
 *
 * Of one cache when one holds all, else of one node, else of one package, else of as few as
 * possible. Among several: not the one where the host's own core is, then the fullest, then the
 * first. Marks the cores: their units.
 */
void fit_units(
	struct cores *cores, struct domain within, const struct shape *shape, unsigned units);

/*
 * fit_socket - find the package (or node: @by_node) for one of several guest sockets of @units
 * units, one that no earlier call has taken cores from
 *
 * Returns whether there is one: *@ret.
 */
bool fit_socket(struct cores *cores, const struct shape *shape, bool by_node, unsigned units,
	struct domain *ret);

#endif
