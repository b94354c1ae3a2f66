/* SPDX-License-Identifier: MIT */
/* <vcpusched>, <iothreadsched> and <emulatorsched> of a domain. */
#include "import/schedule.h"

#include <sched.h>

#include "base/cleanup.h"
#include "config/findings.h"
#include "import/domain.h"

enum {
	REALTIME_PRIORITY_MAX = 99, /* sched_get_priority_max(SCHED_FIFO) on Linux */
};

static int
policy_read(const struct xml_element *element, const char *path, struct scheduling *ret,
	struct error *e)
{
	static const struct {
		const char *name;
		int policy;
		bool has_priority;
	} policies[] = {
		{"batch", SCHED_BATCH, false},
		{"fifo", SCHED_FIFO, true},
		{"idle", SCHED_IDLE, false},
		{"rr", SCHED_RR, true},
	};
	const char *name = xml_attribute(element, "scheduler");
	const struct domain_number priority = {
		.element = element,
		.name = "priority",
		.min = 1,
		.max = REALTIME_PRIORITY_MAX,
	};
	size_t i = 0;

	while (name != NULL && i < COUNT(policies) && !str_eq(policies[i].name, name))
		i++;
	if (name == NULL || i == COUNT(policies))
		return domain_refuse(element, path, e,
			"scheduler of <%s> is batch, fifo, idle or rr, not '%s'", element->name,
			quote(name != NULL ? name : "").text);
	*ret = (struct scheduling){.set = true, .policy = policies[i].policy};
	return policies[i].has_priority ? domain_number(&priority, path, &ret->priority, e) : 0;
}

static int
members_read(const struct xml_element *element, const struct schedule *role, const char *path,
	struct cpus *ret, struct error *e)
{
	const char *text = role->members != NULL ? xml_attribute(element, role->members) : NULL;

	*ret = *role->all;
	if (text == NULL || cpus_parse(text, ret) == 0)
		return 0;
	return domain_refuse(element, path, e, "%s of <%s> is not a list like 0-3,8: '%s'",
		role->members, element->name, quote(text).text);
}

static bool
is_same(const struct scheduling *a, const struct scheduling *b)
{
	return a->policy == b->policy && a->priority == b->priority;
}

int
schedule_read(const struct xml_element *cputune, const struct schedule *role, const char *path,
	struct scheduling *ret, struct remarks *remarks, struct error *e)
{
	const struct xml_element *first = xml_child(cputune, role->element);
	struct scheduling scheduling = {0}, one = {0};
	struct cpus covered = {0}, members;
	bool is_one = true;

	for (const struct xml_element *at = first; at != NULL; at = xml_next(at)) {
		int r = policy_read(at, path, &one, e);

		if (r == 0)
			r = members_read(at, role, path, &members, e);
		if (r < 0)
			return r;
		is_one = is_one && (at == first || is_same(&scheduling, &one));
		scheduling = one;
		cpus_unite(&covered, &members);
	}
	if (is_one && cpus_within(role->all, &covered)) {
		*ret = scheduling;
		return 0;
	}
	for (const struct xml_element *at = first; at != NULL; at = xml_next(at))
		remarks_add(remarks, at->line,
			"<%s> is left out: it isn't the same for all, and a definition has one "
			"scheduler for all of them",
			at->name);
	return 0;
}
