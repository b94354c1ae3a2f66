/* SPDX-License-Identifier: MIT */
/* Whether the scheduling keys of a role fit together. */
#include "config/scheduling.h"

#include <sched.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "config/draft.h"
#include "config/findings.h"

enum {
	REALTIME_PRIORITY_MAX = 99, /* sched_get_priority_max(SCHED_FIFO) on Linux */
	NS_PER_US = 1000,
};

/* The keys of one role as a definition spells them. */
struct role_keys {
	const char *scheduler, *priority;
};

static bool
given(struct place place)
{
	return place.line != 0;
}

static bool
is_realtime(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

/* Some key of the role was refused already: what the others lack isn't known then. */
static bool
is_broken(const struct schedule_draft *s)
{
	return (given(s->policy_place) && s->policy == POLICY_UNSET) ||
	       (given(s->priority_place) && s->priority == NUMBER_UNSET) ||
	       (given(s->runtime_place) && s->runtime_us == NUMBER_UNSET) ||
	       (given(s->deadline_place) && s->deadline_us == NUMBER_UNSET) ||
	       (given(s->period_place) && s->period_us == NUMBER_UNSET);
}

static void
realtime_check(const struct schedule_draft *s, const struct role_keys *names, struct findings *f)
{
	if (!given(s->priority_place))
		(void)error_hint(finding_add(f, s->policy_place, "'%s' needs '%s' for this policy",
					 names->scheduler, names->priority),
			"add %s: 1 (the least) to %d", names->priority, REALTIME_PRIORITY_MAX);
	else if (s->priority < 1 || s->priority > REALTIME_PRIORITY_MAX)
		(void)finding_add(f, s->priority_place,
			"'%s' is from 1 to %d for fifo and rr, not %u", names->priority,
			REALTIME_PRIORITY_MAX, s->priority);
}

static void
priority_check(const struct schedule_draft *s, const struct role_keys *names, struct findings *f)
{
	if (given(s->policy_place) && is_realtime(s->policy))
		realtime_check(s, names, f);
	else if (!given(s->priority_place))
		return;
	else if (!given(s->policy_place))
		(void)error_hint(
			finding_add(f, s->priority_place, "'%s' works only together with '%s'",
				names->priority, names->scheduler),
			"add %s: fifo or %s: rr", names->scheduler, names->scheduler);
	else if (s->priority != 0)
		(void)error_hint(
			finding_add(f, s->priority_place, "'%s' must be 0 for this policy, not %u",
				names->priority, s->priority),
			"priorities are for fifo and rr");
}

/* The deadline keys are there exactly when the policy is deadline. */
static void
deadline_keys_check(const struct schedule_draft *s, struct findings *f)
{
	const struct {
		const char *name;
		struct place place;
		bool mandatory;
	} key[] = {
		{.name = "sched_runtime_us", .place = s->runtime_place, .mandatory = true},
		{.name = "sched_deadline_us", .place = s->deadline_place, .mandatory = true},
		{.name = "sched_period_us", .place = s->period_place, .mandatory = false},
	};
	bool deadline = s->policy == SCHED_DEADLINE;

	for (size_t i = 0; i < COUNT(key); i++) {
		if (deadline && key[i].mandatory && !given(key[i].place))
			(void)finding_add(
				f, s->policy_place, "scheduler 'deadline' needs '%s'", key[i].name);
		else if (!deadline && given(key[i].place))
			(void)finding_add(f, key[i].place,
				"'%s' works only together with scheduler: deadline", key[i].name);
	}
}

static void
deadline_order_check(const struct schedule_draft *s, struct findings *f)
{
	bool both = given(s->runtime_place) && given(s->deadline_place);

	if (both && s->runtime_us > s->deadline_us)
		(void)finding_add(f, s->runtime_place,
			"sched_runtime_us is more than sched_deadline_us: %u > %u", s->runtime_us,
			s->deadline_us);
	if (given(s->deadline_place) && given(s->period_place) && s->deadline_us > s->period_us)
		(void)finding_add(f, s->deadline_place,
			"sched_deadline_us is more than sched_period_us: %u > %u", s->deadline_us,
			s->period_us);
}

/*
 * To qemu-launcher the policy and the priority of vCPUs are nothing but together: one of them alone
 * is told, and dropped.
 */
static void
half_drop(struct schedule_draft *s, const struct role_keys *names, struct findings *f)
{
	bool policy = given(s->policy_place), priority = given(s->priority_place);

	if (f->dialect != DIALECT_LAUNCHER || policy == priority || given(s->runtime_place) ||
		is_broken(s))
		return;
	(void)finding_pass(f, policy ? s->policy_place : s->priority_place,
		"'%s' has no effect without '%s'", policy ? names->scheduler : names->priority,
		policy ? names->priority : names->scheduler);
	s->policy = POLICY_UNSET;
	s->priority = NUMBER_UNSET;
	s->policy_place = s->priority_place = (struct place){0, 0};
}

static uint64_t
ns_of_us(unsigned value_us)
{
	return value_us == NUMBER_UNSET ? 0 : (uint64_t)value_us * NS_PER_US;
}

static struct scheduling
role_resolve(const struct schedule_draft *s, const struct role_keys *names, struct findings *f)
{
	if (!is_broken(s)) {
		priority_check(s, names, f);
		deadline_keys_check(s, f);
		deadline_order_check(s, f);
	}
	return (struct scheduling){
		.set = given(s->policy_place),
		.policy = given(s->policy_place) ? s->policy : SCHED_OTHER,
		.priority = given(s->priority_place) ? s->priority : 0,
		.runtime_ns = ns_of_us(s->runtime_us),
		.deadline_ns = ns_of_us(s->deadline_us),
		.period_ns = ns_of_us(given(s->period_place) ? s->period_us : s->deadline_us),
		.place = s->policy_place,
	};
}

void
scheduling_resolve(struct draft *draft, struct findings *f)
{
	static const struct role_keys vcpu = {"scheduler", "priority"};
	static const struct role_keys iothread = {"iothread_scheduler", "iothread_priority"};
	static const struct role_keys emulator = {"emulator_scheduler", "emulator_priority"};

	half_drop(&draft->vcpu, &vcpu, f);
	draft->d.vcpu_scheduling = role_resolve(&draft->vcpu, &vcpu, f);
	draft->d.iothread_scheduling = role_resolve(&draft->iothread, &iothread, f);
	draft->d.emulator_scheduling = role_resolve(&draft->emulator, &emulator, f);
}
