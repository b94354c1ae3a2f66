/* SPDX-License-Identifier: MIT */
/* The map of the host on a grid. */
#include "report/topology_layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "report/topology_legend.h"

enum {
	LABEL_BYTES = 48,
	INDENT = 2,
	DEVICE_INDENT = 4,
	DEVICE_LINES = 3,  /* of one place; the others are counted */
	MORE_COLUMNS = 12, /* of "+12345 more" */
	LETTERS = 26 + 26, /* tenants behind these are digits, which could be the CPU's number's */
	KIB = 1024,
};

/* How all cores and CPUs of a map look. */
struct form {
	const struct map *map;
	struct map_grid *grid;
	unsigned digits; /* of the largest number */
	unsigned label;  /* columns of the longest label of a cache */
	unsigned gap;    /* between cores */
	bool apart;      /* a colon is between number and sign */
	bool boot;       /* some CPU has a sign of what was said at boot */
};

static const struct map_item plain = {.style = MAP_STYLE_PLAIN, .tenant = MAP_TENANT_NONE},
			     title = {.style = MAP_STYLE_TITLE, .tenant = MAP_TENANT_NONE},
			     dim = {.style = MAP_STYLE_DIM, .tenant = MAP_TENANT_NONE};

static unsigned
digits_of(unsigned number)
{
	unsigned digits = 1;

	for (; number > 9; number /= 10)
		digits++;
	return digits;
}

static unsigned
cpu_columns(const struct form *form)
{
	return form->digits + form->apart + 1 + form->boot;
}

/* With its brackets, and a blank between its CPUs. */
static unsigned
core_columns(const struct form *form, size_t begin, size_t end)
{
	return (unsigned)(end - begin) * (cpu_columns(form) + 1) + 1;
}

static unsigned
cores_columns(const struct form *form, size_t begin, size_t end, unsigned gap)
{
	unsigned columns = 0;

	for (size_t core = begin, next; core < end; core = next) {
		next = map_end(form->map, core, MAP_CORE);
		next = next < end ? next : end;
		columns += core_columns(form, core, next) + (core > begin ? gap : 0);
	}
	return columns;
}

/* Where each core has a cache of its own, they are one row. */
static bool
caches_are_private(const struct map *map, size_t begin, size_t end)
{
	for (size_t cache = begin; cache < end; cache = map_end(map, cache, MAP_CACHE)) {
		if (map_end(map, cache, MAP_CORE) < map_end(map, cache, MAP_CACHE))
			return false;
	}
	return begin < end && map_end(map, begin, MAP_CACHE) < end;
}

static size_t
row_end(const struct map *map, size_t begin, size_t place_begin, size_t place_end)
{
	return caches_are_private(map, place_begin, place_end) ? place_end
							       : map_end(map, begin, MAP_CACHE);
}

static void
cache_label(const struct host_cpu *cpu, bool is_private, char *text)
{
	unsigned long kib = (unsigned long)(cpu->cache_bytes / KIB);
	bool whole_mib = kib > 0 && kib % KIB == 0;
	char level[16] = "cache";

	text[0] = '\0';
	if (cpu->cache < 0)
		return;
	if (cpu->cache_level > 0)
		(void)snprintf(level, sizeof(level), "L%u", cpu->cache_level);
	(void)snprintf(text, LABEL_BYTES, "%s%s", level, is_private ? " each" : "");
	if (kib > 0)
		(void)snprintf(text, LABEL_BYTES, "%s %lu%c%s", level, whole_mib ? kib / KIB : kib,
			whole_mib ? 'M' : 'K', is_private ? " each" : "");
}

static unsigned
row_columns(const struct form *form, size_t begin, size_t end, unsigned gap)
{
	return form->label + (form->label > 0) + cores_columns(form, begin, end, gap);
}

/* The longest label; and how many rows of cores are too long with @gap. */
static size_t
rows_measure(struct form *form, unsigned gap)
{
	const struct map *map = form->map;
	size_t too_long = 0;

	for (size_t place = 0, end; place < map->online_count; place = end) {
		end = map_end(map, place, MAP_NODE);
		for (size_t row = place, next; row < end; row = next) {
			char label[LABEL_BYTES];

			next = row_end(map, row, place, end);
			cache_label(map->cpus[row].cpu, next > map_end(map, row, MAP_CACHE), label);
			if (strlen(label) > form->label)
				form->label = (unsigned)strlen(label);
			too_long += INDENT + row_columns(form, row, next, gap) > form->grid->width;
		}
	}
	return too_long;
}

static void
form_find(const struct map *map, struct map_grid *grid, struct form *ret)
{
	unsigned largest = 0;

	*ret = (struct form){.map = map, .grid = grid};
	for (size_t i = 0; i < map->count; i++) {
		if (map->cpus[i].cpu->os_cpu > largest)
			largest = map->cpus[i].cpu->os_cpu;
		ret->boot |= map->cpus[i].boot != ' ';
	}
	ret->digits = digits_of(largest);
	ret->apart = map->from.tenants->count > LETTERS;
	(void)rows_measure(ret, 0); /* for the labels */
	/* Without gaps when whole caches fit only then. */
	ret->gap = rows_measure(ret, 1) > rows_measure(ret, 0) ? 0 : 1;
}

static void
cpu_put(const struct form *form, const struct map_cpu *cpu)
{
	const struct map_item like = {.shape = MAP_SHAPE_CPU,
		.style = MAP_STYLE_SIGN,
		.use = cpu->use,
		.tenant = cpu->tenant};
	const char boot[2] = {cpu->boot, '\0'};

	(void)grid_put(form->grid, &like, "%*u%s%c%s", (int)form->digits, cpu->cpu->os_cpu,
		form->apart ? ":" : "", cpu->sign, form->boot ? boot : "");
}

static void
core_put(const struct form *form, size_t begin, size_t end)
{
	const struct map *map = form->map;
	bool efficient = map->cpus[begin].cpu->class == CPU_CLASS_EFFICIENT;
	struct map_item box = {.shape = MAP_SHAPE_CORE,
		.tenant = MAP_TENANT_NONE,
		.lines = 1,
		.columns = core_columns(form, begin, end)};

	(void)grid_put(form->grid, &box, "%s", "");
	(void)grid_put(form->grid, &dim, "%c", efficient ? '(' : '[');
	for (size_t i = begin; i < end; i++) {
		if (i > begin)
			grid_skip(form->grid, 1);
		cpu_put(form, &map->cpus[i]);
	}
	(void)grid_put(form->grid, &dim, "%c", efficient ? ')' : ']');
}

static void
cores_put(const struct form *form, size_t begin, size_t end)
{
	for (size_t core = begin, next; core < end; core = next) {
		next = map_end(form->map, core, MAP_CORE);
		if (core > begin)
			grid_skip(form->grid, form->gap);
		grid_need(form->grid, core_columns(form, core, next));
		core_put(form, core, next);
	}
}

/* A cache's label and cores: behind the one before, when all of it fits there. */
static void
row_put(const struct form *form, size_t begin, size_t end, bool is_first)
{
	struct map_grid *grid = form->grid;
	char label[LABEL_BYTES];

	cache_label(form->map->cpus[begin].cpu, end > map_end(form->map, begin, MAP_CACHE), label);
	if (is_first ||
		grid->column + INDENT + row_columns(form, begin, end, form->gap) > grid->width)
		grid_line(grid, INDENT);
	else
		grid_skip(grid, INDENT);
	if (form->label > 0) {
		unsigned cores = grid->column + form->label + 1;

		if (label[0] != '\0')
			(void)grid_put(grid, &dim, "%s", label);
		grid->column = cores;
		grid->indent = INDENT + form->label + 1;
	}
	cores_put(form, begin, end);
}

/* Where the place begins that has all CPUs near @device; the number of CPUs when none has. */
static size_t
device_place(const struct map *map, const struct pci_entry *device)
{
	struct cpus local = device->local, place;

	cpus_keep(&local, &map->from.facts->topology.online);
	for (size_t begin = 0, end; begin < map->online_count && !cpus_empty(&local); begin = end) {
		end = map_end(map, begin, MAP_NODE);
		map_cpus(map, begin, end, &place);
		if (cpus_within(&local, &place))
			return begin;
	}
	return map->online_count;
}

/* One device, with its @word where that is new; false when there is no room for it. */
static bool
device_put(struct map_grid *grid, const struct pci_entry *device, const char *word, unsigned last)
{
	const char *vfio = device->vfio ? "/vfio" : "";
	unsigned blank = word[0] != '\0' && grid->column > grid->indent ? 1 : 0;
	unsigned columns = blank + (unsigned)(strlen(word) + (word[0] != '\0') +
					      strlen(device->address) + strlen(vfio));
	unsigned more = grid->line == last ? 1 + MORE_COLUMNS : 0;

	if (grid->line == last && grid->column + columns + more > grid->width)
		return false;
	grid_need(grid, columns);
	if (word[0] != '\0') {
		grid_skip(grid, grid->column > grid->indent ? blank : 0);
		(void)grid_put(grid, &dim, "%s", word);
		grid_skip(grid, 1);
	}
	(void)grid_put(grid, &plain, "%s%s", device->address, vfio);
	grid_skip(grid, 1);
	return true;
}

/* Those near the place that begins at @place, sorted by word; the grid is behind its title. */
static void
devices_put(const struct form *form, size_t place)
{
	static const char *const words[] = {"display", "network", "NVMe", "audio", "USB", "device"};
	const struct map_source *from = &form->map->from;
	unsigned last = form->grid->line + DEVICE_LINES - 1;
	size_t left_out = 0;

	form->grid->indent = DEVICE_INDENT;
	for (size_t w = 0; w < COUNT(words); w++) {
		const char *word = words[w];

		for (size_t i = 0; i < from->device_count; i++) {
			const struct pci_entry *device = &from->devices[i];

			if (!str_eq(device->word, words[w]) ||
				device_place(form->map, device) != place)
				continue;
			if (left_out > 0 || !device_put(form->grid, device, word, last))
				left_out++;
			word = "";
		}
	}
	if (left_out > 0)
		(void)grid_put(form->grid, &dim, "+%zu more", left_out);
}

static void
title_put(struct map_grid *grid, const struct host_cpu *cpu)
{
	if (cpu->package >= 0) {
		(void)grid_put(grid, &title, "package %d", cpu->package);
		grid_skip(grid, 2);
	}
	if (cpu->node >= 0)
		(void)grid_put(grid, &title, "node %d", cpu->node);
	else if (cpu->package < 0)
		(void)grid_put(grid, &title, "CPUs");
	grid_skip(grid, 1);
}

/* Ends in the line of its last cores. */
static void
place_put(const struct form *form, size_t begin, size_t end)
{
	const struct map_item like = {
		.shape = MAP_SHAPE_PLACE, .tenant = MAP_TENANT_NONE, .columns = form->grid->width};
	size_t box = grid_put(form->grid, &like, "%s", "");

	title_put(form->grid, form->map->cpus[begin].cpu);
	devices_put(form, begin);
	for (size_t row = begin, next; row < end; row = next) {
		next = row_end(form->map, row, begin, end);
		row_put(form, row, next, row == begin);
	}
	if (box < form->grid->count)
		form->grid->items[box].lines = form->grid->line - form->grid->items[box].line + 1;
}

/* Devices that are near no place, or of which that isn't known. */
static void
elsewhere_put(const struct form *form)
{
	const struct map *map = form->map;
	size_t i = 0;

	while (i < map->from.device_count &&
		device_place(map, &map->from.devices[i]) < map->online_count)
		i++;
	if (i == map->from.device_count)
		return;
	(void)grid_put(form->grid, &title, "near no node of these");
	grid_skip(form->grid, 1);
	devices_put(form, map->online_count);
	grid_line(form->grid, 0);
}

/* Nobody knows the places of CPUs that are offline. */
static void
offline_put(const struct form *form)
{
	static const struct map_item like = {
		.style = MAP_STYLE_SIGN, .use = MAP_OFFLINE, .tenant = MAP_TENANT_NONE};
	const struct map *map = form->map;
	struct map_grid *grid = form->grid;
	size_t count = map->count - map->online_count;

	if (count == 0)
		return;
	(void)grid_put(grid, &title, "offline");
	grid_skip(grid, 2);
	grid->indent = grid->column;
	if (count * (cpu_columns(form) + 1) > grid->width - grid->column)
		grid_list(grid, &like, &map->of_use[MAP_OFFLINE]);
	else
		for (size_t i = map->online_count; i < map->count; i++) {
			cpu_put(form, &map->cpus[i]);
			grid_skip(grid, 1);
		}
	grid_line(grid, 0);
}

int
map_lay_out(const struct map *map, unsigned width, struct map_grid *ret, struct error *e)
{
	struct form form;

	grid_begin(ret, width);
	form_find(map, ret, &form);
	for (size_t begin = 0, end; begin < map->online_count; begin = end) {
		end = map_end(map, begin, MAP_NODE);
		place_put(&form, begin, end);
		grid_line(ret, 0);
	}
	elsewhere_put(&form);
	offline_put(&form);
	grid_line(ret, 0);
	legend_lay_out(map, ret);
	return ret->failed ? error_sys(e, ENOMEM, NULL, "draw a map of the host") : 0;
}
