/* SPDX-License-Identifier: MIT */
/* The host cores that qpin may choose from. */
#include "plan/cores.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CORE_UNKNOWN = -1,
};

static int
id_compare(int a, int b)
{
	return a < b ? -1 : a > b;
}

static int
cpu_compare(const void *a, const void *b)
{
	const struct host_cpu *x = a, *y = b;
	int r = id_compare(x->package, y->package);

	if (r == 0)
		r = id_compare(x->node, y->node);
	if (r == 0)
		r = id_compare(x->cache, y->cache);
	if (r == 0)
		r = id_compare(x->core, y->core);
	return r != 0 ? r : (x->os_cpu > y->os_cpu) - (x->os_cpu < y->os_cpu);
}

static bool
is_sibling(const struct host_cpu *a, const struct host_cpu *b)
{
	return a == b || (a->core != CORE_UNKNOWN && a->core == b->core);
}

/* The core of cpus[0..count-1], as far as it's usable. */
static void
core_add(struct cores *cores, const struct host_cpu *cpus, size_t count, const struct cpus *usable,
	bool whole)
{
	struct core core = {
		.package = cpus[0].package,
		.node = cpus[0].node,
		.cache = cpus[0].cache,
		.class = cpus[0].class,
		.cache_bytes = cpus[0].cache_bytes,
	};

	for (size_t i = 0; i < count; i++) {
		bool is_usable = cpus_has(usable, cpus[i].os_cpu);

		if (!is_usable && whole)
			return;
		if (is_usable && core.cpu_count < CORE_CPUS_MAX)
			core.cpus[core.cpu_count++] = cpus[i].os_cpu;
	}
	if (core.cpu_count > 0)
		cores->list[cores->count++] = core;
}

/* The host's own core is that of its first CPU. */
static void
host_find(const struct topology *host, struct core *ret)
{
	const struct host_cpu *cpu = topology_find(host, (unsigned)cpus_next(&host->online, 0));

	*ret = (struct core){.package = -1, .node = -1, .cache = -1};
	if (cpu == NULL)
		return;
	ret->package = cpu->package;
	ret->node = cpu->node;
	ret->cache = cpu->cache;
}

int
cores_make(const struct topology *host, const struct cpus *usable, bool whole, struct cores *ret,
	struct error *e)
{
	struct host_cpu *cpus = calloc(host->cpu_count + 1, sizeof(*cpus));
	size_t count = 0, end;

	*ret = (struct cores){.list = calloc(host->cpu_count + 1, sizeof(*ret->list))};
	if (cpus == NULL || ret->list == NULL) {
		free(cpus);
		return error_sys(e, ENOMEM, NULL, "list the host's cores");
	}
	for (size_t i = 0; i < host->cpu_count; i++) {
		if (cpus_has(&host->online, host->cpus[i].os_cpu))
			cpus[count++] = host->cpus[i];
	}
	qsort(cpus, count, sizeof(*cpus), cpu_compare);
	for (size_t first = 0; first < count; first = end) {
		for (end = first + 1; end < count && is_sibling(&cpus[first], &cpus[end]);)
			end++;
		core_add(ret, &cpus[first], end - first, usable, whole);
	}
	host_find(host, &ret->host);
	free(cpus);
	return 0;
}

void
cores_done(struct cores *cores)
{
	free(cores->list);
	*cores = (struct cores){0};
}

static void
siblings_find(const struct topology *host, const struct host_cpu *of, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = 0; i < host->cpu_count; i++) {
		if (cpus_has(&host->online, host->cpus[i].os_cpu) && is_sibling(of, &host->cpus[i]))
			cpus_add(ret, host->cpus[i].os_cpu);
	}
}

void
cores_siblings(const struct topology *host, const struct cpus *cpus, struct cpus *ret)
{
	struct cpus siblings;

	*ret = *cpus;
	cpus_each (os_cpu, cpus) {
		const struct host_cpu *cpu = topology_find(host, (unsigned)os_cpu);

		if (cpu == NULL)
			continue;
		siblings_find(host, cpu, &siblings);
		cpus_unite(ret, &siblings);
	}
}

void
cores_spare(const struct topology *host, const struct cpus *rest, struct cpus *ret)
{
	struct cpus siblings;

	*ret = *rest;
	cpus_remove(ret, 0);
	cpus_each (os_cpu, rest) {
		const struct host_cpu *cpu = topology_find(host, (unsigned)os_cpu);

		if (cpu == NULL)
			continue;
		siblings_find(host, cpu, &siblings);
		if (!cpus_within(&siblings, rest))
			continue;
		cpus_subtract(ret, &siblings);
		return;
	}
}

void
cores_cpus(const struct cores *cores, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = 0; i < cores->count; i++) {
		for (unsigned k = 0; k < cores->list[i].cpu_count; k++)
			cpus_add(ret, cores->list[i].cpus[k]);
	}
}

unsigned
core_holds(const struct core *core, const struct shape *shape)
{
	unsigned most = core->cpu_count / shape->unit_cpus;

	return shape->alone && most > 1 ? 1 : most;
}

unsigned
cores_hold(const struct cores *cores, const struct shape *shape)
{
	unsigned sum = 0;

	for (size_t i = 0; i < cores->count; i++)
		sum += core_holds(&cores->list[i], shape);
	return sum;
}
