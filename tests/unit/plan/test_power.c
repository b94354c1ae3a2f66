/* SPDX-License-Identifier: MIT */
#include "plan/power.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "scene.h"

#define HOST "core:8 pu:1"

static char performance[] = "performance", save[] = "save";

/* A VM with a vCPU on CPU 5, another on 6, and one more that may come on 7. */
struct request {
	char *governor;
	bool latency, not_root, unlimited;
	const char
		*shared; /* CPUs with one frequency; the others have their own; NULL: no cpufreq */
};

static int
plan_request(const struct request *q, struct scene *s, struct plan *plan, struct error *e)
{
	static struct power_policy policies[9];

	scene_make(s, HOST, "2,sockets=1,cores=3,threads=1,maxcpus=3", "0.0.0=5 0.1.0=6 0.2.0=7");
	s->definition.governor = q->governor;
	s->definition.governor_place = (struct place){7, 13};
	if (q->latency)
		s->definition.max_idle_latency_place = (struct place){8, 24};
	s->facts.root = !q->not_root;
	if (!q->unlimited)
		s->facts.power.latency = cpus_of("0-7");
	for (unsigned i = 0; q->shared != NULL && i < 9; i++) {
		struct power_policy *p = &policies[i];

		*p = (struct power_policy){.governors = "performance powersave"};
		if (i == 0)
			p->cpus = cpus_of(q->shared);
		else
			cpus_add(&p->cpus, i - 1);
	}
	s->facts.power.policies = policies;
	s->facts.power.policy_count = q->shared != NULL ? 9 : 0;
	return scene_plan(s, plan, e);
}

static void
scene_end(struct scene *s)
{
	s->facts.power = (struct power_facts){0}; /* they aren't on the heap */
	scene_done(s);
}

static void
power_that_cant_be_had_is_refused(void **state)
{
	static const struct {
		struct request q;
		unsigned line;
		const char *why;
	} row[] = {
		{{.governor = performance}, 7,
			"this host sets no frequency of CPU 5: it has no cpufreq"},
		{{.governor = save, .shared = "0"}, 7,
			"CPU 5 has no such governor, but: performance powersave"},
		{{.governor = performance, .shared = "4-5"}, 7,
			"CPU 5 has its frequency together with CPUs 4-5, which aren't all the "
			"VM's"},
		{{.governor = performance, .shared = "6-7"}, 7,
			"CPU 6 has its frequency together with CPUs 6-7, which aren't all the "
			"VM's"},
		{{.governor = performance, .shared = "5-6"}, 0, NULL},
		{{.governor = performance, .shared = "0", .not_root = true}, 7,
			"only root can set it"},
		{{.latency = true, .not_root = true}, 8, "only root can set it"},
		{{.latency = true, .unlimited = true}, 8,
			"this host has no limit for idle states of CPUs 5-7 (PM QoS)"},
		{{.latency = true}, 0, NULL},
		{{.not_root = true, .unlimited = true}, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		int got = plan_request(&row[i].q, &s, &plan, &e);

		if (got != (row[i].why != NULL ? -EINVAL : 0))
			fail_msg("row %zu: got %d", i, got);
		if (got < 0) {
			assert_string_equal(e.why, row[i].why);
			assert_int_equal(e.line, row[i].line);
			assert_int_equal(e.kind, ERROR_ISOLATION);
			assert_true(e.hint[0] != '\0');
		}
		plan_done(&plan);
		scene_end(&s);
	}
}

static void
power_is_written_for_each_cpu(void **state)
{
	const struct request q = {.governor = performance, .latency = true, .shared = "5-6"};
	struct change_list list = {0};
	struct scene s;
	struct plan plan;
	struct error e;
	struct cpus one = cpus_of("6");

	(void)state;
	assert_int_equal(plan_request(&q, &s, &plan, &e), 0);
	assert_int_equal(power_changes(&plan, &plan.pinned, &list), 0);
	assert_int_equal(list.count, 4);
	assert_string_equal(
		list.list[0].target, "devices/system/cpu/cpu5/cpufreq/scaling_governor");
	assert_string_equal(list.list[0].value, "performance");
	change_list_done(&list);
	assert_int_equal(power_changes(&plan, &one, &list), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(
		list.list[1].target, "devices/system/cpu/cpu6/power/pm_qos_resume_latency_us");
	assert_string_equal(list.list[1].value, "n/a");
	change_list_done(&list);
	plan_done(&plan);
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_that_cant_be_had_is_refused),
		cmocka_unit_test(power_is_written_for_each_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
