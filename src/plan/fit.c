/* SPDX-License-Identifier: MIT */
/* Which of the cores at hand a guest gets: as near to each other as they can be. */
#include "plan/fit.h"

#include <assert.h>

/* From the nearest to the farthest. */
enum tier {
	TIER_CACHE,
	TIER_NODE,
	TIER_PACKAGE,
	TIER_COUNT,
};
_Static_assert((int)TIER_COUNT == (int)CORE_SPANS, "a core has a span for each");

enum {
	ID_UNKNOWN = -1,
};

static int
core_id(const struct core *core, enum tier tier)
{
	if (tier == TIER_CACHE)
		return core->cache;
	return tier == TIER_NODE ? core->node : core->package;
}

static int *
domain_id(struct domain *domain, enum tier tier)
{
	if (tier == TIER_CACHE)
		return &domain->cache;
	return tier == TIER_NODE ? &domain->node : &domain->package;
}

/* The first core with the same id. Those before it are in their order: it often is the one
 * before's. */
static size_t
first_find(const struct cores *cores, enum tier tier, size_t nth)
{
	const struct core *list = cores->list;
	size_t i = nth > 0 ? nth - 1 : 0;

	if (core_id(&list[i], tier) == core_id(&list[nth], tier))
		return nth > 0 ? list[i].span[tier].first : 0;
	for (i = 0; core_id(&list[i], tier) != core_id(&list[nth], tier);)
		i++;
	return i;
}

/* Of each core, where those are that have an id with it: not all has to be looked through for them.
 */
static void
spans_find(struct cores *cores)
{
	for (int tier = 0; tier < TIER_COUNT; tier++) {
		for (size_t i = 0; i < cores->count; i++)
			cores->list[i].span[tier].first = first_find(cores, (enum tier)tier, i);
		for (size_t i = 0; i < cores->count; i++)
			cores->list[cores->list[i].span[tier].first].span[tier].last = i;
	}
}

/* The last core with its id. */
static size_t
last_of(const struct cores *cores, enum tier tier, const struct core *core)
{
	return cores->list[core->span[tier].first].span[tier].last;
}

static bool
domain_has(const struct domain *domain, const struct core *core)
{
	return (domain->package == FIT_ANY || domain->package == core->package) &&
	       (domain->node == FIT_ANY || domain->node == core->node) &&
	       (domain->cache == FIT_ANY || domain->cache == core->cache);
}

static bool
domain_has_free(const struct domain *domain, const struct core *core)
{
	return core->units == 0 && domain_has(domain, core);
}

static unsigned
domain_holds(const struct cores *cores, const struct domain *domain, const struct shape *shape)
{
	unsigned sum = 0;

	for (size_t i = 0; i < cores->count; i++) {
		if (domain_has_free(domain, &cores->list[i]))
			sum += core_holds(&cores->list[i], shape);
	}
	return sum;
}

/* A part of a domain, and why to take it. */
struct part {
	struct domain domain;
	unsigned holds; /* units; 0: there is no such part */
	bool is_hosts;  /* the host's own core is there */
};

/* The first of equal parts wins. */
static bool
part_is_snugger(const struct part *part, const struct part *best)
{
	if (best->holds == 0 || part->is_hosts != best->is_hosts)
		return best->holds == 0 || best->is_hosts;
	return part->holds < best->holds;
}

static bool
part_is_larger(const struct part *part, const struct part *best)
{
	if (part->holds == best->holds)
		return best->is_hosts && !part->is_hosts;
	return part->holds > best->holds;
}

static struct part
part_of(const struct cores *cores, const struct domain *within, enum tier tier,
	const struct core *core, const struct shape *shape)
{
	struct part part = {.domain = *within};

	*domain_id(&part.domain, tier) = core_id(core, tier);
	for (size_t i = core->span[tier].first; i <= last_of(cores, tier, core); i++) {
		if (domain_has_free(&part.domain, &cores->list[i]))
			part.holds += core_holds(&cores->list[i], shape);
	}
	part.is_hosts = core_id(core, tier) == core_id(&cores->host, tier);
	return part;
}

/* Is it the first free core of its part? Every part is looked at once. */
static bool
begins_part(const struct cores *cores, const struct domain *within, enum tier tier, size_t nth)
{
	const struct core *core = &cores->list[nth];

	if (!domain_has_free(within, core))
		return false;
	for (size_t i = nth; i > core->span[tier].first; i--) {
		const struct core *before = &cores->list[i - 1];

		if (core_id(before, tier) == core_id(core, tier) && domain_has_free(within, before))
			return false;
	}
	return true;
}

/* The part of @within that holds all of @units; false when none does, or it can't be divided. */
static bool
narrow(const struct cores *cores, struct domain *within, enum tier tier, const struct shape *shape,
	unsigned units)
{
	struct part best = {.holds = 0};

	if (*domain_id(within, tier) != FIT_ANY)
		return false;
	for (size_t i = 0; i < cores->count; i++) {
		struct part part;

		if (core_id(&cores->list[i], tier) == ID_UNKNOWN ||
			!begins_part(cores, within, tier, i))
			continue;
		part = part_of(cores, within, tier, &cores->list[i], shape);
		if (part.holds >= units && part_is_snugger(&part, &best))
			best = part;
	}
	if (best.holds > 0)
		*within = best.domain;
	return best.holds > 0;
}

/* The largest part of @within; false when it isn't divided there. */
static bool
divide(const struct cores *cores, const struct domain *within, enum tier tier,
	const struct shape *shape, struct part *ret)
{
	struct part best = {.holds = 0};
	unsigned count = 0;

	for (size_t i = 0; i < cores->count; i++) {
		struct part part;

		if (!begins_part(cores, within, tier, i))
			continue;
		count++;
		part = part_of(cores, within, tier, &cores->list[i], shape);
		if (part_is_larger(&part, &best))
			best = part;
	}
	*ret = best;
	return count > 1 && best.holds > 0;
}

/* Nothing tells these cores apart: by their numbers. */
static void
take_in_order(
	struct cores *cores, const struct domain *within, const struct shape *shape, unsigned units)
{
	for (size_t i = 0; i < cores->count && units > 0; i++) {
		struct core *core = &cores->list[i];
		unsigned holds = core_holds(core, shape);

		if (!domain_has_free(within, core))
			continue;
		core->units = holds < units ? holds : units;
		units -= core->units;
	}
	assert(units == 0);
}

/* Take the largest part whole, and tell how much that was; 0 when there are no parts. */
static unsigned
take_part(
	struct cores *cores, const struct domain *within, const struct shape *shape, unsigned units)
{
	struct part part;

	for (int tier = TIER_PACKAGE; tier >= TIER_CACHE; tier--) {
		if (!divide(cores, within, (enum tier)tier, shape, &part))
			continue;
		if (part.holds > units) /* cores of which the host tells nothing */
			part.holds = units;
		take_in_order(cores, &part.domain, shape, part.holds);
		return part.holds;
	}
	return 0;
}

void
fit_units(struct cores *cores, struct domain within, const struct shape *shape, unsigned units)
{
	spans_find(cores);
	while (units > 0) {
		unsigned taken;

		for (int tier = TIER_CACHE; tier < TIER_COUNT; tier++) {
			if (narrow(cores, &within, (enum tier)tier, shape, units))
				break;
		}
		taken = domain_holds(cores, &within, shape) > units
				? take_part(cores, &within, shape, units)
				: 0;
		if (taken == 0) {
			take_in_order(cores, &within, shape, units);
			return;
		}
		assert(taken <= units);
		units -= taken;
	}
}

static bool
domain_is_untouched(const struct cores *cores, const struct domain *domain)
{
	for (size_t i = 0; i < cores->count; i++) {
		if (domain_has(domain, &cores->list[i]) && cores->list[i].units > 0)
			return false;
	}
	return true;
}

bool
fit_socket(struct cores *cores, const struct shape *shape, bool by_node, unsigned units,
	struct domain *ret)
{
	const struct domain all = {.package = FIT_ANY, .node = FIT_ANY, .cache = FIT_ANY};
	enum tier tier = by_node ? TIER_NODE : TIER_PACKAGE;
	struct part best = {.holds = 0};

	spans_find(cores);
	for (size_t i = 0; i < cores->count; i++) {
		struct part part;

		if (core_id(&cores->list[i], tier) == ID_UNKNOWN ||
			!begins_part(cores, &all, tier, i))
			continue;
		part = part_of(cores, &all, tier, &cores->list[i], shape);
		if (part.holds >= units && part_is_snugger(&part, &best) &&
			domain_is_untouched(cores, &part.domain))
			best = part;
	}
	*ret = best.domain;
	return best.holds > 0;
}
