/* SPDX-License-Identifier: MIT */
/* Who has which CPU, and which CPUs share what. */
#include "report/topology.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

static const struct {
	char sign;
	const char *word;
} uses[MAP_USE_COUNT] = {
	[MAP_POOL] = {'.', "pool"},
	[MAP_VM] = {' ', "vm"},
	[MAP_SEVERAL] = {'+', "several-vms"},
	[MAP_USER] = {' ', "user"},
	[MAP_SPARE] = {'_', "spare"},
	[MAP_OTHER] = {'#', "other"},
	[MAP_OFFLINE] = {'-', "offline"},
};

char
map_use_sign(enum map_use use)
{
	return uses[use].sign;
}

const char *
map_use_word(enum map_use use)
{
	return uses[use].word;
}

const char *
map_state_word(enum tenant_state state)
{
	switch (state) {
	case TENANT_RUNNING:
		return "running";
	case TENANT_ABANDONED:
		return "abandoned";
	case TENANT_UNREADABLE:
		return "unreadable";
	case TENANT_UNKNOWN:
		break;
	}
	return NULL;
}

char
map_sign(size_t tenant)
{
	static const char signs[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	_Static_assert(sizeof(signs) - 1 == MAP_SIGNS_MAX, "letters and digits");
	if (tenant >= MAP_SIGNS_MAX)
		return '*';
	return signs[tenant];
}

/* Who of @kind has it: the first one's index, and how many there are. */
static int
holder_find(
	const struct tenants *tenants, enum tenant_kind kind, unsigned os_cpu, size_t *ret_count)
{
	int first = MAP_TENANT_NONE;

	*ret_count = 0;
	for (size_t i = 0; i < tenants->count; i++) {
		if (tenants->list[i].kind != kind || !cpus_has(&tenants->list[i].cpus, os_cpu))
			continue;
		if (first == MAP_TENANT_NONE)
			first = (int)i;
		*ret_count += 1;
	}
	return first;
}

/* The use of an online CPU that none of the tenants has. */
static enum map_use
free_use(const struct facts *facts, unsigned os_cpu)
{
	const struct cgroup_facts *cgroup = &facts->cgroup;

	if (cpus_has(&facts->topology.boot_isolated, os_cpu))
		return MAP_SPARE;
	if (cpus_has(&cgroup->isolated, os_cpu))
		return MAP_OTHER;
	return cpus_empty(&cgroup->effective) || cpus_has(&cgroup->effective, os_cpu) ? MAP_POOL
										      : MAP_OTHER;
}

static void
use_find(const struct map_source *from, unsigned os_cpu, struct map_cpu *ret)
{
	size_t vms, users;
	int vm = holder_find(from->tenants, TENANT_VM, os_cpu, &vms);
	int user = holder_find(from->tenants, TENANT_USER, os_cpu, &users);

	if (!cpus_has(&from->facts->topology.online, os_cpu))
		ret->use = MAP_OFFLINE;
	else if (vms > 1)
		ret->use = MAP_SEVERAL;
	else if (vms > 0)
		ret->use = MAP_VM;
	else if (users > 0)
		ret->use = MAP_USER;
	else
		ret->use = free_use(from->facts, os_cpu);
	ret->tenant = MAP_TENANT_NONE;
	ret->sign = map_use_sign(ret->use);
	if (ret->use == MAP_VM || ret->use == MAP_USER) {
		ret->tenant = ret->use == MAP_VM ? vm : user;
		ret->sign = map_sign((size_t)ret->tenant);
	}
}

static char
boot_sign(const struct topology *t, unsigned os_cpu)
{
	bool isolated = cpus_has(&t->boot_isolated, os_cpu);

	if (cpus_has(&t->nohz_full, os_cpu))
		return isolated ? '%' : '~';
	return isolated ? '!' : ' ';
}

static int
ids_compare(int a, int b)
{
	return (a > b) - (a < b);
}

/* Offline ones behind all others; then by what is shared. */
static int
place_compare(const void *a, const void *b)
{
	const struct map_cpu *left = a, *right = b;
	const struct host_cpu *x = left->cpu, *y = right->cpu;
	int r = ids_compare(left->use == MAP_OFFLINE, right->use == MAP_OFFLINE);

	if (r == 0)
		r = ids_compare(x->package, y->package);
	if (r == 0)
		r = ids_compare(x->node, y->node);
	if (r == 0)
		r = ids_compare(x->cache, y->cache);
	if (r == 0)
		r = ids_compare(x->core, y->core);
	return r != 0 ? r : (x->os_cpu > y->os_cpu) - (x->os_cpu < y->os_cpu);
}

int
map_make(const struct map_source *from, struct map *ret, struct error *e)
{
	const struct topology *t = &from->facts->topology;

	*ret = (struct map){.from = *from};
	ret->cpus = calloc(t->cpu_count + 1, sizeof(*ret->cpus));
	if (ret->cpus == NULL)
		return error_sys(e, ENOMEM, NULL, "draw a map of the host");
	for (; ret->count < t->cpu_count; ret->count++) {
		struct map_cpu *cpu = &ret->cpus[ret->count];

		cpu->cpu = &t->cpus[ret->count];
		cpu->boot = boot_sign(t, cpu->cpu->os_cpu);
		use_find(from, cpu->cpu->os_cpu, cpu);
		cpus_add(&ret->of_use[cpu->use], cpu->cpu->os_cpu);
		ret->online_count += cpu->use != MAP_OFFLINE;
	}
	qsort(ret->cpus, ret->count, sizeof(*ret->cpus), place_compare);
	return 0;
}

void
map_done(struct map *map)
{
	if (map == NULL)
		return;
	free(map->cpus);
	*map = (struct map){0};
}

static bool
is_shared(const struct host_cpu *x, const struct host_cpu *y, enum map_level level)
{
	return x->package == y->package && (level < MAP_NODE || x->node == y->node) &&
	       (level < MAP_CACHE || x->cache == y->cache) &&
	       (level < MAP_CORE || (x->core == y->core && x->core >= 0));
}

size_t
map_end(const struct map *map, size_t begin, enum map_level level)
{
	size_t end = begin + 1;

	while (end < map->online_count &&
		is_shared(map->cpus[begin].cpu, map->cpus[end].cpu, level))
		end++;
	return end;
}

void
map_cpus(const struct map *map, size_t begin, size_t end, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = begin; i < end; i++)
		cpus_add(ret, map->cpus[i].cpu->os_cpu);
}
