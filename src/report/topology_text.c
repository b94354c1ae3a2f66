/* SPDX-License-Identifier: MIT */
/* The map of the host as text. */
#include "report/topology_text.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "report/topology_layout.h"

/* Parameters of "select graphic rendition". */
static const char *const of_tenant[] = {
	"1;36", "1;35", "1;33", "1;34", "1;32", "1;95", "1;96", "1;94"};
static const char *const of_use[MAP_USE_COUNT] = {
	[MAP_SEVERAL] = "1;31", [MAP_SPARE] = "32", [MAP_OTHER] = "31", [MAP_OFFLINE] = "2"};

/* NULL for what isn't coloured. */
static const char *
colour_of(const struct map_item *item)
{
	switch (item->style) {
	case MAP_STYLE_TITLE:
		return "1";
	case MAP_STYLE_DIM:
		return "2";
	case MAP_STYLE_SIGN:
		return item->tenant >= 0 ? of_tenant[(size_t)item->tenant % COUNT(of_tenant)]
					 : of_use[item->use];
	case MAP_STYLE_PLAIN:
		break;
	}
	return NULL;
}

static void
item_print(FILE *out, const struct map_item *item, bool colour)
{
	const char *sequence = colour ? colour_of(item) : NULL;

	if (sequence != NULL)
		(void)fprintf(out, "\033[%sm%s\033[0m", sequence, item->text);
	else
		(void)fputs(item->text, out);
}

int
report_topology(FILE *out, const struct map *map, unsigned width, bool colour, struct error *e)
{
	auto_grid struct map_grid grid = {0};
	unsigned line = 0, column = 0;
	int r = map_lay_out(map, width, &grid, e);

	for (size_t i = 0; i < grid.count && r == 0; i++) {
		const struct map_item *item = &grid.items[i];

		if (item->text[0] == '\0')
			continue;
		for (; line < item->line; line++, column = 0)
			(void)fputc('\n', out);
		for (; column < item->column; column++)
			(void)fputc(' ', out);
		item_print(out, item, colour);
		column += item->columns;
	}
	if (r == 0 && (fputc('\n', out) < 0 || fflush(out) != 0))
		return error_sys(e, errno, NULL, "print the map");
	return r;
}
