/* SPDX-License-Identifier: MIT */
/* The map of the host as a picture. */
#include "report/topology_svg.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "report/topology_layout.h"

/* In the picture's units, which are pixels unless it is scaled. */
enum {
	PICTURE_COLUMNS = 110,
	COLUMN = 8, /* of the grid; texts are stretched to that */
	LINE = 24,
	BASELINE = 16, /* of a text in its line */
	MARGIN = 16,
	PLACE_MARGIN = 6,
	CPU_TOP = 3, /* of its box in the line */
	CORE_TOP = 1,
	ROUND = 4,
};

/*
 * The CPUs' own colours are light ones with dark text on them, in the dark as well. An offline CPU,
 * and one that several have, differ by their outline, too.
 */
static const char style[] =
	"text { font: 13px monospace; fill: #1a1a1a; white-space: pre }\n"
	".paper { fill: #ffffff }\n"
	".title { font-weight: bold }\n"
	".dim { fill: #5a5a5a }\n"
	".place { fill: #f4f5f7; stroke: #b9bec6 }\n"
	".core { fill: #ffffff; stroke: #8a9099 }\n"
	"text.sign { fill: #1a1a1a }\n"
	"rect.pool { fill: #e4e7eb }\n"
	"rect.several { fill: #ffffff; stroke: #c1121f; stroke-width: 2 }\n"
	"rect.spare { fill: #d3efd0; stroke: #3d7a37 }\n"
	"rect.other { fill: #f3c9c2; stroke: #a33b2a }\n"
	"rect.offline { fill: #ffffff; stroke: #8a9099; stroke-dasharray: 3 2 }\n"
	".t0 { fill: #8fd3f4 } .t1 { fill: #ffc6e5 } .t2 { fill: #ffe08a } .t3 { fill: #b9c4ff }\n"
	".t4 { fill: #a8e6a1 } .t5 { fill: #ffbf94 } .t6 { fill: #9fe6dc } .t7 { fill: #dcc1f5 }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"text { fill: #e6e6e6 }\n"
	".paper { fill: #16181d }\n"
	".dim { fill: #a6adb8 }\n"
	".place { fill: #20242c; stroke: #4a515d }\n"
	".core { fill: #2b303a; stroke: #6b7482 }\n"
	"}\n";

enum {
	TENANT_COLOURS = 8, /* t0 to t7 */
};

static const char *const use_class[MAP_USE_COUNT] = {
	[MAP_POOL] = "pool",
	[MAP_VM] = "vm",
	[MAP_SEVERAL] = "several",
	[MAP_USER] = "user",
	[MAP_SPARE] = "spare",
	[MAP_OTHER] = "other",
	[MAP_OFFLINE] = "offline",
};

static const char *const text_class[] = {
	[MAP_STYLE_PLAIN] = "plain",
	[MAP_STYLE_TITLE] = "title",
	[MAP_STYLE_DIM] = "dim",
	[MAP_STYLE_SIGN] = "sign",
};

static void
escaped_print(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			(void)fputs("&amp;", out);
		else if (*text == '<')
			(void)fputs("&lt;", out);
		else if (*text == '>')
			(void)fputs("&gt;", out);
		else
			(void)fputc(*text, out);
	}
}

static unsigned
x_of(unsigned column)
{
	return MARGIN + column * COLUMN;
}

static unsigned
y_of(unsigned line)
{
	return MARGIN + line * LINE;
}

static void
place_print(FILE *out, const struct map_item *item)
{
	(void)fprintf(out,
		"<rect class=\"place\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"%d\"/>\n",
		x_of(item->column) - PLACE_MARGIN, y_of(item->line),
		item->columns * COLUMN + 2 * PLACE_MARGIN, item->lines * LINE, ROUND);
}

static void
core_print(FILE *out, const struct map_item *item)
{
	(void)fprintf(out,
		"<rect class=\"core\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\" rx=\"%d\"/>\n",
		x_of(item->column), y_of(item->line) + CORE_TOP, item->columns * COLUMN,
		LINE - 2 * CORE_TOP, ROUND);
}

/* What has a colour has it as a box below its text. */
static void
sign_print(FILE *out, const struct map_item *item)
{
	(void)fputs("<rect class=\"", out);
	if (item->tenant >= 0)
		(void)fprintf(out, "t%d", item->tenant % TENANT_COLOURS);
	else
		(void)fputs(use_class[item->use], out);
	(void)fprintf(out, "\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\"/>\n",
		x_of(item->column), y_of(item->line) + CPU_TOP, item->columns * COLUMN,
		LINE - 2 * CPU_TOP);
}

static void
text_print(FILE *out, const struct map_item *item)
{
	unsigned blank = (unsigned)strspn(item->text, " ");
	const char *text = item->text + blank;

	if (item->style == MAP_STYLE_SIGN)
		sign_print(out, item);
	if (*text == '\0')
		return;
	(void)fprintf(out, "<text class=\"%s\" x=\"%u\" y=\"%u\" textLength=\"%u\">",
		text_class[item->style], x_of(item->column + blank), y_of(item->line) + BASELINE,
		(item->columns - blank) * COLUMN);
	escaped_print(out, text);
	(void)fputs("</text>\n", out);
}

static void
item_print(FILE *out, const struct map_item *item)
{
	switch (item->shape) {
	case MAP_SHAPE_PLACE:
		place_print(out, item);
		break;
	case MAP_SHAPE_CORE:
		core_print(out, item);
		break;
	case MAP_SHAPE_TEXT:
	case MAP_SHAPE_CPU:
		text_print(out, item);
		break;
	}
}

/* As wide as the grid, or as what goes beyond it. */
static unsigned
columns_of(const struct map_grid *grid)
{
	unsigned columns = grid->width;

	for (size_t i = 0; i < grid->count; i++) {
		unsigned end = grid->items[i].column + grid->items[i].columns;

		columns = end > columns ? end : columns;
	}
	return columns;
}

int
report_topology_svg(FILE *out, const struct map *map, struct error *e)
{
	auto_grid struct map_grid grid = {0};
	unsigned width, height;
	int r = map_lay_out(map, PICTURE_COLUMNS, &grid, e);

	if (r < 0)
		return r;
	width = columns_of(&grid) * COLUMN + 2 * MARGIN;
	height = y_of(grid.line) + MARGIN;
	(void)fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
		"viewBox=\"0 0 %u %u\" role=\"img\">\n"
		"<title>CPUs of the host, and who has them</title>\n<style>\n%s</style>\n"
		"<rect class=\"paper\" width=\"%u\" height=\"%u\"/>\n",
		width, height, width, height, style, width, height);
	for (size_t i = 0; i < grid.count; i++)
		item_print(out, &grid.items[i]);
	if (fputs("</svg>\n", out) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "draw the map");
	return 0;
}
