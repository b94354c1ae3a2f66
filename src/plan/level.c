/* SPDX-License-Identifier: MIT */
/* How much isolation: what the definition asks for, at most what the host can give. */
#include "plan/level.h"

#include <assert.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>

/* The best that can be had, and why no better. */
struct ceiling {
	enum isolation level;
	char reason[sizeof(((struct plan *)NULL)->level_reason)];
};

static void __attribute__((format(printf, 3, 4)))
ceiling_lower(struct ceiling *c, enum isolation level, const char *reason, ...)
{
	va_list args;

	if (level >= c->level)
		return;
	c->level = level;
	va_start(args, reason);
	(void)vsnprintf(c->reason, sizeof(c->reason), reason, args);
	va_end(args);
}

static const char *
no_cpuset_reason(const struct facts *f)
{
	switch (f->cgroup.mode) {
	case CGROUP_NONE:
		return "no cgroup hierarchy is mounted";
	case CGROUP_V1:
		return "this host has cgroup v1 alone, no v2";
	case CGROUP_HYBRID:
		return "cpuset belongs to cgroup v1 here, not to v2";
	case CGROUP_V2:
		break;
	}
	if (!f->cgroup.has_cpuset)
		return "the cgroup v2 root has no cpuset controller";
	if (!f->root)
		return "qpin does not run as root";
	return f->cgroup.writable ? NULL : "the cgroup tree is not writable for us";
}

static void
ceiling_of_host(const struct facts *f, struct ceiling *c)
{
	const char *reason = no_cpuset_reason(f);

	if (reason != NULL)
		ceiling_lower(c, ISOLATION_AFFINITY, "%s", reason);
	else if (!f->cgroup.has_exclusive)
		ceiling_lower(c, ISOLATION_CPUSET,
			"this kernel has no remote partitions (cpuset.cpus.exclusive, Linux 6.7)");
}

/*
 * Kernels differ in what they let a partition do with such a CPU: 6.12 refuses it, 7.2 takes it as
 * isolated alone, 6.1 in a chain of local ones. A leaf without a partition works on all of them.
 */
static void
ceiling_of_boot(const struct plan *plan, struct ceiling *c)
{
	struct cpus both = plan->pinned;
	char text[CPUS_TEXT_BYTES];
	bool one;

	cpus_keep(&both, &plan->facts->topology.boot_isolated);
	one = cpus_count(&both) == 1;
	if (!cpus_empty(&both))
		ceiling_lower(c, ISOLATION_CPUSET,
			"%s %.64s %s isolated at boot; kernels differ in what partitions they "
			"allow there",
			one ? "CPU" : "CPUs", cpus_format(&both, text), one ? "was" : "were");
}

/* A partition takes its CPUs away from every other task. */
static void
ceiling_of_host_tasks(const struct definition *d, struct ceiling *c)
{
	if (d->host_tasks == HOST_TASKS_LEAVE)
		ceiling_lower(c, ISOLATION_CPUSET, "host_tasks: leave keeps partitions off");
}

static bool
wants_deadline(const struct definition *d)
{
	return d->vcpu_scheduling.set && d->vcpu_scheduling.policy == SCHED_DEADLINE;
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
	if (plan->vcpu_count == 0 || !wants_deadline(d))
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
deadline_check(const struct definition *d, const struct ceiling *c, struct error *e)
{
	struct place place = d->vcpu_scheduling.place;

	if (!wants_deadline(d) || c->level >= ISOLATION_EXCLUSIVE)
		return 0;
	error_refuse(e, ERROR_ISOLATION, d->path, "schedule vCPUs with SCHED_DEADLINE");
	e->line = place.line;
	e->column = place.column;
	error_why(e, "it needs a partition, and %s", c->reason);
	return error_hint(e, "take another scheduler (fifo, rr) on this host");
}

static int
named_check(const struct definition *d, const struct ceiling *c, struct error *e)
{
	if (d->isolation == ISOLATION_QUIET) {
		refuse_level(d, d->isolation_place, e);
		error_why(e, "qpin can't keep interrupts and kernel threads off yet");
		return error_hint(e, "write `isolation: isolated`");
	}
	if (d->isolation <= c->level)
		return 0;
	refuse_level(d, d->isolation_place, e);
	error_why(e, "%s", c->reason);
	return error_hint(e, "`isolation: %s` is the best here; `isolation: auto` takes it",
		isolation_name(c->level));
}

int
level_choose(struct plan *plan, enum isolation most, const char *reason, struct error *e)
{
	const struct definition *d = plan->definition;
	struct ceiling c = {.level = ISOLATION_ISOLATED};
	int r = contradiction_check(plan, e);

	assert(most >= ISOLATION_AFFINITY);
	if (r < 0)
		return r;
	if (plan->vcpu_count == 0) {
		ceiling_lower(&c, ISOLATION_AFFINITY, "no vcpu_pinning");
	} else {
		ceiling_of_host(plan->facts, &c);
		ceiling_of_boot(plan, &c);
		ceiling_of_host_tasks(d, &c);
		ceiling_lower(&c, most, "%s", reason != NULL ? reason : "");
		r = deadline_check(d, &c, e);
		if (r == 0)
			r = named_check(d, &c, e);
	}
	if (r < 0)
		return r;
	if (plan->vcpu_count > 0 && wants_deadline(d))
		ceiling_lower(
			&c, ISOLATION_EXCLUSIVE, "SCHED_DEADLINE needs a partition of type root");
	if (d->isolation != ISOLATION_AUTO)
		ceiling_lower(&c, d->isolation, "the definition asks for no more");
	plan->level = c.level;
	(void)snprintf(plan->level_reason, sizeof(plan->level_reason), "%s", c.reason);
	return 0;
}
