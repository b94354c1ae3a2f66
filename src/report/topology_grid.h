/* SPDX-License-Identifier: MIT */
/* A grid of lines and columns with texts and boxes on it: what text and picture have in common. */
#ifndef QPIN_REPORT_TOPOLOGY_GRID_H
#define QPIN_REPORT_TOPOLOGY_GRID_H

#include "report/topology.h"

enum map_style {
	MAP_STYLE_PLAIN,
	MAP_STYLE_TITLE,
	MAP_STYLE_DIM,
	MAP_STYLE_SIGN, /* coloured by use and tenant */
};

enum map_shape {
	MAP_SHAPE_TEXT,
	MAP_SHAPE_CPU,   /* text, too */
	MAP_SHAPE_CORE,  /* a box without text; what is in it follows */
	MAP_SHAPE_PLACE, /* likewise */
};

enum {
	MAP_WIDTH_MIN = 40,
	MAP_TEXT_BYTES = 224,
};

struct map_item {
	enum map_shape shape;
	enum map_style style;
	enum map_use use;          /* of MAP_STYLE_SIGN */
	int tenant;                /* likewise; MAP_TENANT_NONE */
	unsigned line, column;     /* from 0 */
	unsigned lines, columns;   /* what it has of the grid; filled in for texts */
	char text[MAP_TEXT_BYTES]; /* printable ASCII */
};

struct map_grid {
	struct map_item *items; /* owned; in reading order */
	size_t count;
	unsigned width;                /* columns; what is wider than all goes beyond */
	unsigned line, column, indent; /* where the next text comes, and lines begin */
	bool failed;                   /* out of memory: further items are lost */
};

/* grid_begin - an empty grid; of less than MAP_WIDTH_MIN columns it has these */
void grid_begin(struct map_grid *grid, unsigned width);
void grid_done(struct map_grid *grid);

/* grid_line - go on at the begin of the next line, which is @indent from now on */
void grid_line(struct map_grid *grid, unsigned indent);

/* grid_need - go on in the next line, unless @columns fit in this one or nothing is in it */
void grid_need(struct map_grid *grid, unsigned columns);

/* grid_skip - leave columns free */
void grid_skip(struct map_grid *grid, unsigned columns);

/*
 * grid_put - a text, or a box as large as @like says, where we are
 * @like: all but where it is and the text
 *
 * Bytes that aren't printable ASCII become '?'. Returns its index; that of no item without memory.
 */
size_t grid_put(struct map_grid *grid, const struct map_item *like, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* grid_list - @cpus as the kernel's list, broken behind commas where it has to be */
void grid_list(struct map_grid *grid, const struct map_item *like, const struct cpus *cpus);

static inline void
grid_cleanup(struct map_grid *grid)
{
	grid_done(grid);
}

#define auto_grid __attribute__((cleanup(grid_cleanup)))

#endif
