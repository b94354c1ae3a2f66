/* SPDX-License-Identifier: MIT */
/* The host's CPUs, and what they share. hwloc's logical indexes stay in this file. */
#include "host/topology.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/topology_library.h"

enum {
	ID_NONE = -1,
};

static void
hwloc_cleanup(hwloc_topology_t *hw)
{
	if (*hw != NULL)
		hwloc.topology_destroy(*hw);
}

#define auto_hwloc __attribute__((cleanup(hwloc_cleanup)))

const struct host_cpu *
topology_find(const struct topology *t, unsigned os_cpu)
{
	size_t low = 0, high = t->cpu_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->cpus[middle].os_cpu == os_cpu)
			return &t->cpus[middle];
		if (t->cpus[middle].os_cpu < os_cpu)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void
topology_done(struct topology *t)
{
	if (t == NULL)
		return;
	free(t->cpus);
	memset(t, 0, sizeof(*t));
}

/*
 * The x86 component would bind this thread to every CPU in turn, those of running VMs too, for
 * nothing that Linux doesn't tell in sysfs. Devices and the like are filtered out by default.
 */
static int
hwloc_open(const char *synthetic, hwloc_topology_t *ret, struct error *e)
{
	auto_hwloc hwloc_topology_t hw = NULL;

	errno = ENOMEM; /* hwloc doesn't promise to set it */
	if (hwloc.topology_init(&hw) < 0)
		return error_sys(e, errno, NULL, "start hwloc");
	errno = EINVAL;
	if (synthetic != NULL && hwloc.topology_set_synthetic(hw, synthetic) < 0)
		return error_sys(e, errno, NULL, "make the topology \"%s\"", synthetic);
	(void)hwloc.topology_set_components(hw, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
	(void)hwloc.topology_set_flags(hw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	errno = EIO;
	if (hwloc.topology_load(hw) < 0)
		return error_sys(e, errno, NULL, "read the host's topology with hwloc");
	*ret = hw;
	hw = NULL;
	return 0;
}

/* The first one of its kind; the others are its next_cousin. */
static hwloc_obj_t
first_of(hwloc_topology_t hw, hwloc_obj_type_t type)
{
	return hwloc.get_obj_by_depth(hw, hwloc.get_type_depth(hw, type), 0);
}

static int
ancestor_index(hwloc_topology_t hw, hwloc_obj_t pu, hwloc_obj_type_t type)
{
	hwloc_obj_t obj = hwloc_get_ancestor_obj_by_type(hw, type, pu);

	return obj != NULL ? (int)obj->logical_index : ID_NONE;
}

/* A node without memory has no say in placement; the first one with memory is the CPU's own. */
static int
node_of(hwloc_topology_t hw, hwloc_obj_t pu)
{
	int first = hwloc.bitmap_first(pu->nodeset);

	for (int i = first; i >= 0; i = hwloc.bitmap_next(pu->nodeset, i)) {
		hwloc_obj_t node = first_of(hw, HWLOC_OBJ_NUMANODE);

		while (node != NULL && node->os_index != (unsigned)i)
			node = node->next_cousin;
		if (node != NULL && node->attr->numanode.local_memory > 0)
			return i;
	}
	return first;
}

/*
 * Intel's hybrids name their kinds; elsewhere the kernel's capacities or frequencies rank them, the
 * least efficient in computing first. Kinds of which nothing is known have no rank.
 */
static enum cpu_class
class_of(hwloc_topology_t hw, hwloc_obj_t pu)
{
	int kind = hwloc.cpukinds_get_by_cpuset(hw, pu->cpuset, 0), rank = -1;
	struct hwloc_info_s *infos = NULL;
	unsigned info_count = 0;

	if (kind < 0 || hwloc.cpukinds_get_nr(hw, 0) < 2 ||
		hwloc.cpukinds_get_info(hw, (unsigned)kind, NULL, &rank, &info_count, &infos, 0) <
			0)
		return CPU_CLASS_UNKNOWN;
	for (unsigned i = 0; i < info_count; i++) {
		if (str_eq(infos[i].name, "CoreType"))
			return str_eq(infos[i].value, "IntelAtom") ? CPU_CLASS_EFFICIENT
								   : CPU_CLASS_PERFORMANCE;
	}
	if (rank < 0)
		return CPU_CLASS_UNKNOWN;
	return rank == 0 ? CPU_CLASS_EFFICIENT : CPU_CLASS_PERFORMANCE;
}

static void
cpu_describe(hwloc_topology_t hw, hwloc_obj_t pu, bool has_l3, struct host_cpu *cpu)
{
	hwloc_obj_t cache = hwloc_get_ancestor_obj_by_type(
		hw, has_l3 ? HWLOC_OBJ_L3CACHE : HWLOC_OBJ_L2CACHE, pu);

	cpu->package = ancestor_index(hw, pu, HWLOC_OBJ_PACKAGE);
	cpu->core = ancestor_index(hw, pu, HWLOC_OBJ_CORE);
	cpu->cache = cache != NULL ? (int)cache->logical_index : ID_NONE;
	cpu->cache_bytes = cache != NULL ? cache->attr->cache.size : 0;
	cpu->cache_level = cache != NULL ? cache->attr->cache.depth : 0;
	cpu->node = node_of(hw, pu);
	cpu->class = class_of(hw, pu);
}

/*
 * Turn hwloc's indexes in the int at @offset of each CPU into ids from 0, in the order of the CPU
 * numbers, so that the core of CPU 0 is core 0. An index is below the number of CPUs that hwloc
 * saw, hence below @map_count.
 */
static void
ids_renumber(struct topology *t, size_t offset, int *map, size_t map_count)
{
	int next = 0;

	for (size_t i = 0; i < map_count; i++)
		map[i] = ID_NONE;
	for (size_t i = 0; i < t->cpu_count; i++) {
		int *id = (int *)(void *)((char *)&t->cpus[i] + offset);

		if (*id < 0)
			continue;
		if (map[*id] < 0)
			map[*id] = next++;
		*id = map[*id];
	}
}

static int
ids_from_zero(struct topology *t, size_t seen_count, struct error *e)
{
	int *map = calloc(seen_count + 1, sizeof(*map));

	if (map == NULL)
		return error_sys(e, ENOMEM, NULL, "number the host's cores");
	ids_renumber(t, offsetof(struct host_cpu, package), map, seen_count);
	ids_renumber(t, offsetof(struct host_cpu, core), map, seen_count);
	ids_renumber(t, offsetof(struct host_cpu, cache), map, seen_count);
	free(map);
	return 0;
}

/* Fill t->cpus from t->present. */
static int
cpus_list(struct topology *t, struct error *e)
{
	t->cpus = calloc(cpus_count(&t->present) + 1, sizeof(*t->cpus));
	if (t->cpus == NULL)
		return error_sys(e, ENOMEM, NULL, "list the host's CPUs");
	cpus_each (os_cpu, &t->present) {
		t->cpus[t->cpu_count++] = (struct host_cpu){
			.os_cpu = (unsigned)os_cpu,
			.package = ID_NONE,
			.core = ID_NONE,
			.cache = ID_NONE,
			.node = ID_NONE,
		};
	}
	return 0;
}

/* Of those online, what hwloc says. */
static int
cpus_describe(hwloc_topology_t hw, struct topology *t, struct error *e)
{
	bool has_l3 = first_of(hw, HWLOC_OBJ_L3CACHE) != NULL;
	hwloc_obj_t pu = first_of(hw, HWLOC_OBJ_PU);
	size_t seen_count = 0;
	int r = cpus_list(t, e);

	if (r < 0)
		return r;
	for (; pu != NULL; pu = pu->next_cousin, seen_count++) {
		const struct host_cpu *cpu = topology_find(t, pu->os_index);

		if (cpu != NULL && cpus_has(&t->online, pu->os_index))
			cpu_describe(hw, pu, has_l3, &t->cpus[cpu - t->cpus]);
	}
	return ids_from_zero(t, seen_count, e);
}

/* Some sources of hwloc's (containers, descriptions) know no sizes: then every node counts. */
static void
nodes_find(hwloc_topology_t hw, struct cpus *ret)
{
	struct cpus all = {0};
	hwloc_obj_t node = first_of(hw, HWLOC_OBJ_NUMANODE);

	for (; node != NULL; node = node->next_cousin) {
		cpus_add(&all, node->os_index);
		if (node->attr->numanode.local_memory > 0)
			cpus_add(ret, node->os_index);
	}
	if (cpus_empty(ret))
		*ret = all;
}

static void
pus_find(hwloc_topology_t hw, struct cpus *ret)
{
	hwloc_obj_t pu = first_of(hw, HWLOC_OBJ_PU);

	for (; pu != NULL; pu = pu->next_cousin)
		cpus_add(ret, pu->os_index);
}

/*
 * Read one list below /sys/devices/system/cpu into @ret, which is left alone when there is no
 * such file. "(null)" is how kernels before 7 print the absent mask of nohz_full.
 */
static int
list_load(const struct root *sys, const char *name, struct cpus *ret, struct error *e)
{
	char path[sizeof(sys->path) + 64], text[FILE_TEXT_BYTES];
	const char *list = text;
	int r;

	if (!file_exists(sys, name))
		return 0;
	r = file_read(sys, name, text, sizeof(text), e);
	if (r < 0)
		return r;
	list += strspn(list, " \t");
	if (str_eq(list, "(null)"))
		list = "";
	if (cpus_parse(list, ret) == 0)
		return 0;
	error_refuse(e, ERROR_HOST, root_path(sys, name, path, sizeof(path)),
		"read the list of CPUs '%.64s'", list);
	return error_why(e, "it is not in the kernel's format (0-3,8)");
}

static int
lists_load(const struct root *sys, struct topology *t, struct error *e)
{
	const struct {
		const char *name;
		struct cpus *ret;
	} row[] = {
		{"devices/system/cpu/present", &t->present},
		{"devices/system/cpu/online", &t->online},
		{"devices/system/cpu/isolated", &t->boot_isolated},
		{"devices/system/cpu/nohz_full", &t->nohz_full},
	};

	for (size_t i = 0; i < COUNT(row); i++) {
		int r = list_load(sys, row[i].name, row[i].ret, e);

		if (r < 0)
			return r;
	}
	return 0;
}

/* @sys is NULL for a topology that isn't this machine's. */
static int
topology_convert(hwloc_topology_t hw, const struct root *sys, struct topology *ret, struct error *e)
{
	struct topology t = {0};
	int r = 0;

	pus_find(hw, &t.present);
	t.online = t.present;
	nodes_find(hw, &t.nodes);
	if (sys != NULL)
		r = lists_load(sys, &t, e);
	cpus_keep(&t.online, &t.present);
	if (r == 0)
		r = cpus_describe(hw, &t, e);
	if (r < 0) {
		topology_done(&t);
		return r;
	}
	*ret = t;
	return 0;
}

static int
host_read(const struct roots *roots, struct topology *ret, struct error *e)
{
	auto_hwloc hwloc_topology_t hw = NULL;
	int r = hwloc_open(NULL, &hw, e);

	if (r < 0)
		return r;
	if (!hwloc.topology_is_thissystem(hw)) {
		error_refuse(e, ERROR_HOST, NULL, "read the host's topology with hwloc");
		error_why(e, "the environment makes hwloc describe another machine");
		return error_hint(e, "unset HWLOC_XMLFILE, HWLOC_SYNTHETIC and HWLOC_FSROOT");
	}
	return topology_convert(hw, &roots->sys, ret, e);
}

static int
description_read(const char *description, struct topology *ret, struct error *e)
{
	auto_hwloc hwloc_topology_t hw = NULL;
	int r = hwloc_open(description, &hw, e);

	return r < 0 ? r : topology_convert(hw, NULL, ret, e);
}

int
topology_load(const struct roots *roots, struct topology *ret, struct error *e)
{
	int r = topology_library_open(e);

	if (r < 0)
		return r;
	r = host_read(roots, ret, e);
	topology_library_close();
	return r;
}

int
topology_synthetic(const char *description, struct topology *ret, struct error *e)
{
	int r = topology_library_open(e);

	if (r < 0)
		return r;
	r = description_read(description, ret, e);
	topology_library_close();
	return r;
}

int
topology_again(const struct roots *roots, const struct topology *known, struct topology *ret,
	struct error *e)
{
	struct topology t = {.present = known->present, .nodes = known->nodes};
	int r;

	t.online = t.present;
	r = lists_load(&roots->sys, &t, e);
	cpus_keep(&t.online, &t.present);
	if (r == 0)
		r = cpus_list(&t, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < t.cpu_count; i++) {
		const struct host_cpu *cpu = topology_find(known, t.cpus[i].os_cpu);

		if (cpu != NULL && cpus_has(&t.online, cpu->os_cpu))
			t.cpus[i] = *cpu;
	}
	*ret = t;
	return 0;
}
