/* SPDX-License-Identifier: MIT */
/* How much isolation: what the definition asks for, at most what the host can give. */
#include "plan/level.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>

/* The nearest better way than @way that is out for a reason; NULL when none is. */
static const struct way_refusal *
refusal_above(const struct ways *ways, enum way way)
{
	while (way > 0) {
		way--;
		if (ways->refusal[way].out && ways->refusal[way].why[0] != '\0')
			return &ways->refusal[way];
	}
	return NULL;
}

/* Why no more can be had than what @way gives. */
static int
why_no_more(const struct plan *plan, enum way way, const char *before, struct error *e)
{
	const struct way_refusal *refusal = refusal_above(&plan->ways, way);

	if (refusal != NULL)
		return error_why(e, "%s%s", before, refusal->why);
	return error_why(e, "%sthe backend %s gives no more", before,
		backend_name(plan->definition->backend));
}

static int __attribute__((format(printf, 3, 4)))
refuse_definition(const struct definition *d, struct error *e, const char *why, ...)
{
	char text[sizeof(e->why)];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	return error_definition(
		e, d->path, d->isolation_place.line, d->isolation_place.column, "%s", text);
}

/* The caller adds why. */
static int
refuse_level(const struct definition *d, struct place place, struct error *e)
{
	error_refuse(e, ERROR_ISOLATION, d->path, "give VM '%s' the isolation '%s'", d->name,
		isolation_name(d->isolation));
	e->line = place.line;
	e->column = place.column;
	return error_code(e);
}

/* What a definition contradicts by itself, on any host. */
static int
contradiction_check(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	if (plan->vcpu_count == 0 && d->isolation > ISOLATION_AFFINITY) {
		refuse_definition(
			d, e, "isolation: %s needs vcpu_pinning", isolation_name(d->isolation));
		return error_hint(e, "add vcpu_pinning, or leave isolation out");
	}
	if (plan->vcpu_count == 0 || !way_wants_deadline(d))
		return 0;
	if (d->isolation == ISOLATION_AFFINITY || d->isolation == ISOLATION_CPUSET) {
		refuse_definition(d, e,
			"isolation: %s rules out the scheduler 'deadline', which needs a partition",
			isolation_name(d->isolation));
		return error_hint(e, "write `isolation: exclusive`, or take another scheduler");
	}
	if (d->isolation > ISOLATION_EXCLUSIVE) {
		refuse_level(d, d->isolation_place, e);
		error_why(e, "SCHED_DEADLINE needs a partition of type root, with load balancing");
		return error_hint(e, "write `isolation: exclusive`, or take another scheduler");
	}
	return 0;
}

static int
deadline_check(const struct plan *plan, enum way way, struct error *e)
{
	const struct definition *d = plan->definition;
	struct place place = d->vcpu_scheduling.place;

	if (!way_wants_deadline(d) || way == WAY_REMOTE || way == WAY_LOCAL)
		return 0;
	error_refuse(e, ERROR_ISOLATION, d->path, "schedule vCPUs with SCHED_DEADLINE");
	e->line = place.line;
	e->column = place.column;
	why_no_more(plan, way, "it needs a partition, and ", e);
	return error_hint(e, "take another scheduler (fifo, rr) on this host");
}

static const char open_hint[] = "keep other tasks off them: taskset -p, or systemd's AllowedCPUs=";

/* Whether @way is but a leaf because of other tasks' masks: why it's no more is in @text then. */
static bool
is_open_leaf(const struct plan *plan, enum way way, char *text, size_t size)
{
	const struct boot_facts *boot = &plan->facts->boot;
	char cpus[CPUS_TEXT_BYTES];

	if (way != WAY_LEAVES || !way_is_boot(plan))
		return false;
	(void)snprintf(text, size, "%s may run on CPUs %.64s, which were isolated at boot",
		boot->open_task[0] != '\0' ? boot->open_task : "a task",
		cpus_format(&boot->open, cpus));
	return true;
}

/* What quiet needs beside the isolation that it comes on top of. */
static int
quiet_check(const struct plan *plan, struct error *e)
{
	const char *why = NULL;

	if (!plan->facts->root)
		why = "only root can keep interrupts off CPUs";
	else if (!plan->facts->interrupts)
		why = "interrupts can't be moved here: there is no /proc/irq";
	if (why == NULL)
		return 0;
	refuse_level(plan->definition, plan->definition->isolation_place, e);
	error_why(e, "%s", why);
	return error_hint(e, "`isolation: isolated` is the best here");
}

static int
named_check(const struct plan *plan, enum way way, struct error *e)
{
	const struct definition *d = plan->definition;
	const struct way_refusal *refusal = refusal_above(&plan->ways, way);
	enum isolation best = way_level(plan, way);
	char text[sizeof(plan->level_reason)];

	if (d->isolation <= best)
		return 0;
	if (d->isolation == ISOLATION_QUIET && best == ISOLATION_ISOLATED)
		return quiet_check(plan, e);
	refuse_level(d, d->isolation_place, e);
	if (is_open_leaf(plan, way, text, sizeof(text))) {
		error_why(e, "%s", text);
		return error_hint(e, "%s", open_hint);
	}
	why_no_more(plan, way, "", e);
	if (refusal != NULL && refusal->hint[0] != '\0')
		return error_hint(e, "`isolation: %s` is the best here; for more: %s",
			isolation_name(best), refusal->hint);
	return error_hint(e, "`isolation: %s` is the best here; `isolation: auto` takes it",
		isolation_name(best));
}

/* The best way that is left; WAY_COUNT when none is. */
static enum way
best_way(const struct ways *ways)
{
	enum way way = 0;

	while (way < WAY_COUNT && ways->refusal[way].out)
		way++;
	return way;
}

/* Of the ways that reach the level asked for, the one that rests on least. What quiet has more than
 * isolated is none of a way's. */
static enum way
plainest_way(const struct plan *plan, enum isolation level)
{
	enum way way = WAY_COUNT - 1;

	if (level > ISOLATION_ISOLATED)
		level = ISOLATION_ISOLATED;

	while (plan->ways.refusal[way].out || way_level(plan, way) < level)
		way--;
	return way;
}

static int
refuse_backend(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	error_refuse(e, ERROR_ISOLATION, d->path, "use the backend '%s' for VM '%s'",
		backend_name(d->backend), d->name);
	e->line = d->backend_place.line;
	e->column = d->backend_place.column;
	why_no_more(plan, WAY_COUNT, "", e);
	return error_hint(e, "leave `backend` out: qpin takes the best that this host gives");
}

static void
reason_note(struct plan *plan, enum isolation best)
{
	const struct definition *d = plan->definition;
	const struct way_refusal *refusal = refusal_above(&plan->ways, plan->way);
	const char *reason = refusal != NULL ? refusal->why : "", *hint = "";
	char text[sizeof(plan->level_reason)];

	if (plan->vcpu_count > 0 && way_wants_deadline(d))
		reason = "SCHED_DEADLINE needs a partition of type root";
	else if (plan->level < best)
		reason = "the definition asks for no more";
	else if (plan->level >= ISOLATION_ISOLATED)
		reason = "";
	else if (is_open_leaf(plan, plan->way, text, sizeof(text))) {
		reason = text;
		hint = open_hint;
	} else if (refusal != NULL) {
		hint = refusal->hint;
	}
	(void)snprintf(plan->level_reason, sizeof(plan->level_reason), "%s", reason);
	(void)snprintf(plan->level_hint, sizeof(plan->level_hint), "%s", hint);
}

/*
 * The way and its level. On CPUs isolated at boot a partition, where the kernel allows one, is
 * preferred to a leaf, which depends on other tasks' masks; and it can't be less than isolated.
 */
static void
way_take(struct plan *plan, enum way best)
{
	enum isolation asked = plan->definition->isolation;
	bool boot = way_is_boot(plan) && !way_wants_deadline(plan->definition);

	if (asked == ISOLATION_AUTO || (boot && asked > ISOLATION_CPUSET)) {
		plan->way = best;
		plan->level = way_level(plan, best);
	} else {
		plan->way = plainest_way(plan, asked);
		plan->level = asked;
	}
	if (asked == ISOLATION_QUIET)
		plan->level = asked;
	plan->boot = boot && plan->level >= ISOLATION_ISOLATED;
}

int
level_choose(struct plan *plan, const struct ways *refused, struct error *e)
{
	enum way best;
	int r = contradiction_check(plan, e);

	if (r < 0)
		return r;
	plan->ways = refused != NULL ? *refused : (struct ways){0};
	ways_find(plan, &plan->ways);
	best = best_way(&plan->ways);
	if (best == WAY_COUNT)
		return refuse_backend(plan, e);
	if (plan->vcpu_count > 0) {
		r = deadline_check(plan, best, e);
		if (r == 0)
			r = named_check(plan, best, e);
	}
	if (r < 0)
		return r;
	way_take(plan, best);
	reason_note(plan, way_level(plan, best));
	return 0;
}

const char *
level_text(const struct plan *plan)
{
	if (!plan->boot)
		return isolation_name(plan->level);
	return plan->level == ISOLATION_QUIET ? "quiet (boot)" : "isolated (boot)";
}
