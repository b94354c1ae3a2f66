/* SPDX-License-Identifier: MIT */
/* The legend of a map: what occurs in it, and nothing else. */
#include "report/topology_legend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum {
	WHAT_BYTES = 192, /* two names and some words */
	INDENT = 1,
	SIGN_COLUMNS = 5, /* "[ ]" and what is between it and the words */
	GAP = 2,
	MANY = 6, /* tenants, which then are side by side */
};

/* A line of it. */
struct entry {
	struct map_item like; /* of the sign */
	char sign[8];
	char what[WHAT_BYTES];
	struct cpus cpus;
};

struct legend {
	struct entry *list; /* owned */
	size_t count;
};

static const struct map_item plain = {.style = MAP_STYLE_PLAIN, .tenant = MAP_TENANT_NONE},
			     dim = {.style = MAP_STYLE_DIM, .tenant = MAP_TENANT_NONE};

/* A new entry; there is room for all that can be. */
static struct entry *
entry_add(struct legend *legend, char first, char second)
{
	struct entry *entry = &legend->list[legend->count++];

	*entry = (struct entry){.like = plain};
	entry->sign[0] = first;
	entry->sign[1] = second != '\0' ? ' ' : '\0';
	entry->sign[2] = second;
	return entry;
}

static void
use_add(const struct map *map, enum map_use use, const char *what, struct legend *legend)
{
	struct entry *entry;

	if (cpus_empty(&map->of_use[use]))
		return;
	entry = entry_add(legend, map_use_sign(use), '\0');
	entry->like.style = MAP_STYLE_SIGN;
	entry->like.use = use;
	entry->cpus = map->of_use[use];
	(void)snprintf(entry->what, sizeof(entry->what), "%s", what);
}

static const char *
state_words(enum tenant_state state)
{
	switch (state) {
	case TENANT_RUNNING:
		return ", running";
	case TENANT_ABANDONED:
		return ", its qpin died";
	case TENANT_UNREADABLE:
		return ", its journal can't be read";
	case TENANT_UNKNOWN:
		break;
	}
	return "";
}

static void
tenant_add(const struct map *map, size_t i, struct legend *legend)
{
	const struct tenant *tenant = &map->from.tenants->list[i];
	struct entry *entry = entry_add(legend, map_sign(i), '\0');

	entry->like.style = MAP_STYLE_SIGN;
	entry->like.tenant = (int)i;
	entry->like.use = tenant->kind == TENANT_VM ? MAP_VM : MAP_USER;
	entry->cpus = tenant->cpus;
	if (tenant->kind == TENANT_USER)
		(void)snprintf(
			entry->what, sizeof(entry->what), "user %s's own CPUs", tenant->user);
	else if (tenant->uid != 0)
		(void)snprintf(entry->what, sizeof(entry->what), "%s of user %s%s", tenant->name,
			tenant->user, state_words(tenant->state));
	else
		(void)snprintf(entry->what, sizeof(entry->what), "%s%s", tenant->name,
			state_words(tenant->state));
}

static void
boot_add(const struct map *map, char sign, const char *what, struct legend *legend)
{
	struct cpus cpus = {0};
	struct entry *entry;

	for (size_t i = 0; i < map->count; i++) {
		if (map->cpus[i].boot == sign)
			cpus_add(&cpus, map->cpus[i].cpu->os_cpu);
	}
	if (cpus_empty(&cpus))
		return;
	entry = entry_add(legend, sign, '\0');
	entry->cpus = cpus;
	(void)snprintf(entry->what, sizeof(entry->what), "%s", what);
}

static void
class_add(const struct map *map, enum cpu_class class, const char *brackets, struct legend *legend)
{
	struct cpus cpus = {0};
	struct entry *entry;

	for (size_t i = 0; i < map->online_count; i++) {
		if (map->cpus[i].cpu->class == class)
			cpus_add(&cpus, map->cpus[i].cpu->os_cpu);
	}
	if (cpus_empty(&cpus))
		return;
	entry = entry_add(legend, brackets[0], brackets[1]);
	entry->cpus = cpus;
	(void)snprintf(entry->what, sizeof(entry->what), "%s core",
		class == CPU_CLASS_EFFICIENT ? "efficient" : "performance");
}

static unsigned
what_columns(const struct entry *entries, size_t count)
{
	size_t columns = 0;

	for (size_t i = 0; i < count; i++) {
		if (strlen(entries[i].what) > columns)
			columns = strlen(entries[i].what);
	}
	return (unsigned)columns;
}

/* @list: columns from the entry's begin to its list of CPUs */
static void
entry_put(struct map_grid *grid, const struct entry *entry, unsigned list)
{
	unsigned begin = grid->column;

	(void)grid_put(grid, &entry->like, "%s", entry->sign);
	grid->column = begin + SIGN_COLUMNS;
	(void)grid_put(grid, &plain, "%s", entry->what);
	grid->column = begin + list;
	grid->indent = grid->column;
	if (cpus_empty(&entry->cpus))
		(void)grid_put(grid, &dim, "no CPU known");
	else
		grid_list(grid, &dim, &entry->cpus);
}

static void
entries_put(struct map_grid *grid, const struct entry *entries, size_t count, unsigned what)
{
	unsigned list = SIGN_COLUMNS + what + GAP;

	/* Lists shall have half of a line at least. */
	if (list > grid->width / 2)
		list = grid->width / 2;
	for (size_t i = 0; i < count; i++) {
		unsigned begin = SIGN_COLUMNS + (unsigned)strlen(entries[i].what) + GAP;

		grid->column = INDENT;
		entry_put(grid, &entries[i], begin > list ? begin : list);
		grid_line(grid, 0);
	}
}

static unsigned
entry_columns(const struct entry *entry, unsigned what)
{
	char text[CPUS_TEXT_BYTES];

	return SIGN_COLUMNS + what + GAP + (unsigned)strlen(cpus_format(&entry->cpus, text));
}

/* Side by side, if two of the longest fit; else a line each. */
static void
tenants_put(struct map_grid *grid, const struct entry *entries, size_t count)
{
	unsigned what = what_columns(entries, count), longest = 0, across, lines;

	for (size_t i = 0; i < count; i++) {
		unsigned columns = entry_columns(&entries[i], what);

		longest = columns > longest ? columns : longest;
	}
	across = (grid->width - INDENT + GAP) / (longest + GAP);
	if (across < 2) {
		entries_put(grid, entries, count, what);
		return;
	}
	lines = ((unsigned)count + across - 1) / across;
	for (unsigned line = 0; line < lines; line++) {
		for (size_t i = line; i < count; i += lines) {
			grid->column = INDENT + (unsigned)i / lines * (longest + GAP);
			entry_put(grid, &entries[i], SIGN_COLUMNS + what + GAP);
		}
		grid_line(grid, 0);
	}
}

static void
uses_add(const struct map *map, struct legend *legend)
{
	use_add(map, MAP_SEVERAL, "more than one VM", legend);
	use_add(map, MAP_SPARE, "free, isolated at boot", legend);
	use_add(map, MAP_OTHER, "someone else's partition", legend);
	boot_add(map, '!', "isolated at boot", legend);
	boot_add(map, '~', "without tick (nohz_full)", legend);
	boot_add(map, '%', "both: isolated at boot, nohz_full", legend);
	class_add(map, CPU_CLASS_PERFORMANCE, "[]", legend);
	class_add(map, CPU_CLASS_EFFICIENT, "()", legend);
}

void
legend_lay_out(const struct map *map, struct map_grid *grid)
{
	enum { OTHERS = 16 };
	size_t tenants = map->from.tenants->count;
	auto_free struct entry *list = calloc(tenants + OTHERS, sizeof(*list));
	struct legend legend = {.list = list};

	if (list == NULL) {
		grid->failed = true;
		return;
	}
	use_add(map, MAP_POOL, "pool: every task may run there", &legend);
	if (tenants > MANY) {
		entries_put(grid, list, legend.count, what_columns(list, legend.count));
		legend.count = 0;
	}
	for (size_t i = 0; i < tenants; i++)
		tenant_add(map, i, &legend);
	if (tenants > MANY) {
		tenants_put(grid, list, legend.count);
		legend.count = 0;
	}
	uses_add(map, &legend);
	entries_put(grid, list, legend.count, what_columns(list, legend.count));
}
