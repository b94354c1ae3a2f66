/* SPDX-License-Identifier: MIT */
/* A grid of lines and columns with texts and boxes on it. */
#include "report/topology_grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
grid_begin(struct map_grid *grid, unsigned width)
{
	*grid = (struct map_grid){.width = width < MAP_WIDTH_MIN ? MAP_WIDTH_MIN : width};
}

void
grid_done(struct map_grid *grid)
{
	if (grid == NULL)
		return;
	free(grid->items);
	*grid = (struct map_grid){0};
}

void
grid_line(struct map_grid *grid, unsigned indent)
{
	grid->line++;
	grid->indent = indent;
	grid->column = indent;
}

void
grid_need(struct map_grid *grid, unsigned columns)
{
	if (grid->column > grid->indent && grid->column + columns > grid->width)
		grid_line(grid, grid->indent);
}

void
grid_skip(struct map_grid *grid, unsigned columns)
{
	grid->column += columns;
}

/* A VM's name is safe, a user's comes from whatever knows the host's users. */
static void
text_clean(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

size_t
grid_put(struct map_grid *grid, const struct map_item *like, const char *format, ...)
{
	struct map_item *bigger = reallocarray(grid->items, grid->count + 1, sizeof(*bigger)),
			*item;
	va_list args;

	if (bigger == NULL) {
		grid->failed = true;
		return grid->count;
	}
	grid->items = bigger;
	item = &bigger[grid->count];
	*item = *like;
	va_start(args, format);
	(void)vsnprintf(item->text, sizeof(item->text), format, args);
	va_end(args);
	text_clean(item->text);
	item->line = grid->line;
	item->column = grid->column;
	if (item->text[0] != '\0') {
		item->lines = 1;
		item->columns = (unsigned)strlen(item->text);
		grid->column += item->columns;
	}
	return grid->count++;
}

void
grid_list(struct map_grid *grid, const struct map_item *like, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES], *rest = cpus_format(cpus, text), *range;

	while ((range = strsep(&rest, ",")) != NULL) {
		const char *comma = rest != NULL ? "," : "";

		grid_need(grid, (unsigned)(strlen(range) + strlen(comma)));
		if (*range != '\0')
			(void)grid_put(grid, like, "%s%s", range, comma);
	}
}
