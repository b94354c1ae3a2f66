/* SPDX-License-Identifier: MIT */
/* Core, cache and node of a few CPUs, straight from sysfs. */
#include "host/spots.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"

enum {
	NAME_BYTES = 96,
	ID_NONE = -1,
	CACHES_MAX = 16, /* of a CPU: four are usual */
};

void
spots_done(struct spots *spots)
{
	free(spots->list);
	*spots = (struct spots){0};
}

struct spot
spot_of(const struct spots *spots, unsigned os_cpu)
{
	if (os_cpu < spots->count)
		return spots->list[os_cpu];
	return (struct spot){.core = ID_NONE, .cache = ID_NONE, .node = ID_NONE};
}

static int
list_read(const struct root *sys, const char *name, struct cpus *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;
	int r = file_read(sys, name, text, sizeof(text), &ignored);

	return r < 0 ? r : cpus_parse(text, ret);
}

/* Kernels before 5.8 have the second name alone. */
static int
core_read(const struct root *sys, unsigned os_cpu, struct cpus *ret)
{
	char name[NAME_BYTES];

	(void)snprintf(
		name, sizeof(name), "devices/system/cpu/cpu%u/topology/core_cpus_list", os_cpu);
	if (list_read(sys, name, ret) == 0)
		return 0;
	(void)snprintf(name, sizeof(name), "devices/system/cpu/cpu%u/topology/thread_siblings_list",
		os_cpu);
	return list_read(sys, name, ret);
}

static uint32_t
cache_level(const struct root *sys, unsigned os_cpu, unsigned index)
{
	char name[NAME_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;
	uint32_t level = 0;

	(void)snprintf(
		name, sizeof(name), "devices/system/cpu/cpu%u/cache/index%u/level", os_cpu, index);
	if (file_read(sys, name, text, sizeof(text), &ignored) > 0)
		(void)num_parse_u32(text, 1, CACHES_MAX, &level);
	return level;
}

/* The CPUs that share its cache of level 3, or 2 where there is no such (see topology.c). */
static int
cache_read(const struct root *sys, unsigned os_cpu, struct cpus *ret)
{
	enum { L2 = 2, L3 = 3 };
	char name[NAME_BYTES];
	unsigned found = CACHES_MAX;
	uint32_t best = L2 - 1, level;

	for (unsigned i = 0; i < CACHES_MAX && best < L3; i++) {
		level = cache_level(sys, os_cpu, i);
		if (level == 0)
			break;
		if (level <= best || level > L3)
			continue;
		best = level;
		found = i;
	}
	if (found == CACHES_MAX)
		return -ENOENT;
	(void)snprintf(name, sizeof(name), "devices/system/cpu/cpu%u/cache/index%u/shared_cpu_list",
		os_cpu, found);
	return list_read(sys, name, ret);
}

/* What is read of a CPU, and which number it gets. */
struct reading {
	int (*read)(const struct root *sys, unsigned os_cpu, struct cpus *ret);
	size_t offset; /* in struct spot */
};

static int *
id_place(struct spots *spots, size_t os_cpu, size_t offset)
{
	return (int *)(void *)((char *)&spots->list[os_cpu] + offset);
}

/* All that share one with @os_cpu get the same number, the next one. */
static void
share_number(const struct root *sys, struct spots *spots, const struct reading *reading,
	unsigned os_cpu, int *next)
{
	struct cpus sharing;

	if (reading->read(sys, os_cpu, &sharing) < 0)
		return;
	cpus_add(&sharing, os_cpu);
	cpus_each (other, &sharing) {
		if ((size_t)other < spots->count)
			*id_place(spots, (size_t)other, reading->offset) = *next;
	}
	(*next)++;
}

static void
nodes_read(const struct root *sys, struct spots *spots)
{
	struct cpus nodes = {0}, members;

	(void)list_read(sys, "devices/system/node/online", &nodes);
	cpus_each (node, &nodes) {
		char name[NAME_BYTES];

		(void)snprintf(name, sizeof(name), "devices/system/node/node%d/cpulist", node);
		if (list_read(sys, name, &members) < 0)
			continue;
		cpus_each (os_cpu, &members) {
			if ((size_t)os_cpu < spots->count)
				spots->list[os_cpu].node = node;
		}
	}
}

static size_t
room_for(const struct cpus *wanted)
{
	size_t count = 0;

	cpus_each (os_cpu, wanted)
		count = (size_t)os_cpu + 1;
	return count;
}

int
spots_load(const struct root *sys, const struct cpus *wanted, struct spots *ret, struct error *e)
{
	static const struct reading readings[] = {
		{core_read, offsetof(struct spot, core)},
		{cache_read, offsetof(struct spot, cache)},
	};
	struct spots spots = {.count = room_for(wanted)};

	spots.list = calloc(spots.count + 1, sizeof(*spots.list));
	if (spots.list == NULL)
		return error_sys(e, ENOMEM, sys->path, "look at the places of CPUs");
	for (size_t i = 0; i < spots.count; i++)
		spots.list[i] = (struct spot){.core = ID_NONE, .cache = ID_NONE, .node = ID_NONE};
	for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
		int next = 0;

		for (unsigned cpu = 0; cpu < spots.count; cpu++) {
			if (*id_place(&spots, cpu, readings[i].offset) < 0)
				share_number(sys, &spots, &readings[i], cpu, &next);
		}
	}
	nodes_read(sys, &spots);
	*ret = spots;
	return 0;
}
