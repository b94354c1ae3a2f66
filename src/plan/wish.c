/* SPDX-License-Identifier: MIT */
/* The wishes of a definition, as what they leave of the host's cores. */
#include "plan/wish.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"

enum {
	PAIR_CPUS = 2,
};

/* A wish that looks at single cores. */
struct rule {
	const char *name;
	size_t place_offset; /* in struct wishes */
	/* Refuse what this host can't give at all, at @place. */
	int (*check)(struct choice *c, struct place place, struct error *e);
	bool (*keep)(const struct choice *c, const struct core *core);
};

struct shape
choice_shape(const struct choice *c, bool split)
{
	const struct smp *smp = &c->plan->smp;
	unsigned threads = split ? 1 : smp->threads;

	return (struct shape){
		.units = smp->cpus / threads + (smp->cpus % threads != 0),
		.unit_cpus = threads,
		.alone = c->alone,
	};
}

static bool
choice_has_room(const struct choice *c)
{
	struct shape shape = choice_shape(c, false);

	if (cores_hold(&c->cores, &shape) >= shape.units)
		return true;
	shape = choice_shape(c, true);
	return !c->pair && cores_hold(&c->cores, &shape) >= shape.units;
}

static int __attribute__((format(printf, 4, 5)))
refuse(const struct choice *c, struct place place, struct error *e, const char *why, ...)
{
	char text[sizeof(e->why)];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	return error_definition(e, c->plan->definition->path, place.line, place.column, "%s", text);
}

/* @wish leaves too few. */
static int
refuse_room(const struct choice *c, const char *wish, struct place place, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct shape shape = choice_shape(c, !c->pair);
	unsigned vcpus = c->plan->smp.cpus;
	unsigned room = cores_hold(&c->cores, &shape) * shape.unit_cpus;
	struct cpus cpus;

	cores_cpus(&c->cores, &cpus);
	if (cpus_empty(&cpus))
		refuse(c, place, e, "%s: no CPU is left to choose for the guest's %u vCPU%s", wish,
			vcpus, vcpus > 1 ? "s" : "");
	else
		refuse(c, place, e,
			"%s: there is room for %u of the guest's %u vCPU%s on what is left to "
			"choose from, CPUs %.200s",
			wish, room, vcpus, vcpus > 1 ? "s" : "", cpus_format(&cpus, text));
	if (!cpus_empty(&c->plan->definition->wishes.cpus))
		return error_hint(e, "let `smp` have fewer vCPUs, or name more CPUs");
	return error_hint(e,
		"whole free cores are chosen, and CPU 0 and one whole core stay with the host; let "
		"`smp` have fewer vCPUs, or name CPUs that may be taken: { cpus: LIST }");
}

int
wish_start(struct choice *c, const struct cpus *usable, bool whole, struct error *e)
{
	const struct wishes *w = &c->plan->definition->wishes;
	const struct topology *host = &c->plan->facts->topology;
	bool is_listed = !cpus_empty(&w->cpus);
	struct cpus left = *usable, avoid;
	int r = cores_make(host, usable, whole, &c->cores, e);

	if (r < 0)
		return r;
	if (!choice_has_room(c))
		return refuse_room(c, is_listed ? "cpus" : "vcpu_pinning",
			is_listed ? w->cpus_place : w->place, e);
	if (cpus_empty(&w->avoid))
		return 0;
	cores_siblings(host, &w->avoid, &avoid);
	cpus_subtract(&left, &avoid);
	cores_done(&c->cores);
	r = cores_make(host, &left, whole, &c->cores, e);
	if (r < 0)
		return r;
	return choice_has_room(c) ? 0 : refuse_room(c, "avoid", w->avoid_place, e);
}

static int
near_check(struct choice *c, struct place place, struct error *e)
{
	if (c->plan->facts->near.found)
		return 0;
	refuse(c, place, e, "near: the host has no PCI device %s",
		c->plan->definition->wishes.near);
	return error_hint(e, "`lspci -D` lists them");
}

static bool
near_keep(const struct choice *c, const struct core *core)
{
	const struct cpus *local = &c->plan->facts->near.local;

	return cpus_empty(local) || cpus_has(local, core->cpus[0]);
}

static int
node_check(struct choice *c, struct place place, struct error *e)
{
	const struct topology *host = &c->plan->facts->topology;
	unsigned node = c->plan->definition->wishes.node;
	struct cpus nodes = {0};
	char text[CPUS_TEXT_BYTES];

	for (size_t i = 0; i < host->cpu_count; i++) {
		if (host->cpus[i].node >= 0)
			cpus_add(&nodes, (unsigned)host->cpus[i].node);
	}
	if (cpus_has(&nodes, node))
		return 0;
	return refuse(c, place, e, "node: the host has no CPUs in node %u; nodes with CPUs are %s",
		node, cpus_format(&nodes, text));
}

static bool
node_keep(const struct choice *c, const struct core *core)
{
	return core->node == (int)c->plan->definition->wishes.node;
}

static uint64_t
largest_cache(const struct topology *host)
{
	uint64_t most = 0;

	for (size_t i = 0; i < host->cpu_count; i++) {
		if (host->cpus[i].cache_bytes > most)
			most = host->cpus[i].cache_bytes;
	}
	return most;
}

static int
cache_check(struct choice *c, struct place place, struct error *e)
{
	if (largest_cache(&c->plan->facts->topology) > 0)
		return 0;
	return refuse(c, place, e, "cache: the host doesn't tell how large its caches are");
}

static bool
cache_keep(const struct choice *c, const struct core *core)
{
	return core->cache_bytes == largest_cache(&c->plan->facts->topology);
}

static bool
class_keep(const struct choice *c, const struct core *core)
{
	return c->plan->definition->wishes.class == WISH_CLASS_EFFICIENT
		       ? core->class == CPU_CLASS_EFFICIENT
		       : core->class == CPU_CLASS_PERFORMANCE;
}

static int
class_check(struct choice *c, struct place place, struct error *e)
{
	const struct topology *host = &c->plan->facts->topology;

	for (size_t i = 0; i < host->cpu_count; i++) {
		if (host->cpus[i].class != CPU_CLASS_UNKNOWN)
			return 0;
	}
	refuse(c, place, e, "class: all CPUs of this host are of one kind, as far as it tells");
	return error_hint(e, "take the wish out");
}

static int
pair_check(const struct choice *c, struct place place, struct error *e)
{
	for (size_t i = 0; i < c->cores.count; i++) {
		if (c->cores.list[i].cpu_count >= PAIR_CPUS)
			return 0;
	}
	refuse(c, place, e, "smt: pair: no core that is left to choose from has two threads");
	return error_hint(e, "take the wish out");
}

static int
smt_check(struct choice *c, struct place place, struct error *e)
{
	const struct smp *smp = &c->plan->smp;

	c->alone = c->plan->definition->wishes.smt == WISH_SMT_ALONE;
	c->pair = !c->alone;
	if (c->pair)
		return pair_check(c, place, e);
	if (smp->threads == 1)
		return 0;
	refuse(c, place, e,
		"smt: alone puts one vCPU on a host core, but a core of the guest has %u threads",
		smp->threads);
	return error_hint(e, "let `smp` have threads=1, or wish smt: pair");
}

static bool
smt_keep(const struct choice *c, const struct core *core)
{
	return c->alone || core->cpu_count >= PAIR_CPUS;
}

static const struct rule rules[] = {
	{.name = "near",
		.place_offset = offsetof(struct wishes, near_place),
		.check = near_check,
		.keep = near_keep},
	{.name = "node",
		.place_offset = offsetof(struct wishes, node_place),
		.check = node_check,
		.keep = node_keep},
	{.name = "cache",
		.place_offset = offsetof(struct wishes, cache_place),
		.check = cache_check,
		.keep = cache_keep},
	{.name = "class",
		.place_offset = offsetof(struct wishes, class_place),
		.check = class_check,
		.keep = class_keep},
	{.name = "smt",
		.place_offset = offsetof(struct wishes, smt_place),
		.check = smt_check,
		.keep = smt_keep},
};

static int
rule_apply(const struct rule *rule, struct choice *c, struct error *e)
{
	const struct wishes *w = &c->plan->definition->wishes;
	const struct place *place = (const void *)((const char *)w + rule->place_offset);
	size_t kept = 0;
	int r;

	if (place->line == 0)
		return 0;
	r = rule->check(c, *place, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->cores.count; i++) {
		if (rule->keep(c, &c->cores.list[i]))
			c->cores.list[kept++] = c->cores.list[i];
	}
	c->cores.count = kept;
	return choice_has_room(c) ? 0 : refuse_room(c, rule->name, *place, e);
}

int
wish_apply(struct choice *c, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(rules) && r == 0; i++)
		r = rule_apply(&rules[i], c, e);
	return r;
}
