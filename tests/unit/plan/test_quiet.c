/* SPDX-License-Identifier: MIT */
#include "plan/quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/kinds.h"
#include "check.h"
#include "plan/changes.h"
#include "scene.h"

#define HOST "core:8 pu:1"

/* What of a start's changes comes after the partitions, a line each with what it needs. */
static char *
changes_text(const struct change_list *list)
{
	struct buf b = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct change *c = &list->list[i];

		if (str_eq(c->kind->name, "irqs") || str_eq(c->kind->name, "irqbalance") ||
			str_eq(c->kind->name, "watchdog") || str_eq(c->kind->name, "kthreads"))
			buf_printf(&b, "%s %s of %s; ", c->kind->name, c->value,
				c->key != NULL ? c->key : "-");
		else if (c->key != NULL && str_eq(c->key, "cgroup.pressure"))
			buf_printf(&b, "%s%s%s %s; ", c->target,
				c->kind == &change_override ? ", as before" : "",
				c->shared ? " when the last ends" : "", c->value);
	}
	return buf_take(&b);
}

static void
quiet_adds_what_partitions_leave(void **state)
{
	static const struct {
		enum isolation isolation;
		bool watchdog;
		const char *want;
	} row[] = {
		{ISOLATION_AUTO, true, ""},
		{ISOLATION_ISOLATED, true, ""},
		{ISOLATION_QUIET, true,
			"irqbalance 5-6 of -; irqs 5-6 of 0-3,7; watchdog 5-6 of 0-3,7; "
			"kthreads 5-6 of 0-3,7; "},
		{ISOLATION_QUIET, false,
			"irqbalance 5-6 of -; irqs 5-6 of 0-3,7; kthreads 5-6 of 0-3,7; "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct change_list list = {0};
		struct scene s;
		struct plan plan;
		struct error e;
		char *text;

		scene_make(&s, HOST, "2", "0.0.0=5 0.1.0=6");
		scene_claim(&s, "other", "4", true);
		s.definition.isolation = row[i].isolation;
		s.facts.watchdog = row[i].watchdog;
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		assert_string_equal(plan.layout.partition, "isolated");
		assert_int_equal(plan_prepare(&plan, &list, &e), 0);
		text = changes_text(&list);
		if (!str_eq(text, row[i].want))
			fail_msg("row %zu: want \"%s\", got \"%s\"", i, row[i].want, text);
		free(text);
		change_list_done(&list);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
quiet_comes_with_a_cpu_that_is_plugged(void **state)
{
	struct change_list list = {0};
	struct scene s;
	struct plan plan;
	struct error e;
	char *text;

	(void)state;
	scene_make(&s, HOST, "1,sockets=1,cores=2,threads=1,maxcpus=2", "0.0.0=5 0.1.0=6");
	s.definition.isolation = ISOLATION_QUIET;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan_plug(&plan, 6, &list, &e), 0);
	text = changes_text(&list);
	assert_string_equal(text,
		"irqbalance 6 of -; irqs 6 of 0-4,7; watchdog 6 of 0-4,7; kthreads 6 of 0-4,7; ");
	free(text);
	change_list_done(&list);
	plan_done(&plan);
	scene_done(&s);
}

static void
quiet_ends_the_averaging_in_what_is_qpins_alone(void **state)
{
	static const struct {
		const char *slice, *scope, *want;
	} row[] = {
		{"/qpin.slice", "/qpin.slice/s",
			"/qpin.slice/s/vm/cores/cpu5 0; /qpin.slice/s/vm/cores 0; "
			"/qpin.slice/s/vm 0; /qpin.slice/s, as before 0; "
			"/qpin.slice, as before when the last ends 0; "
			"/qpin.slice/s/vm/cores/cpu6 0; "},
		{"/", "/s",
			"/s/vm/cores/cpu5 0; /s/vm/cores 0; /s/vm 0; /s, as before 0; "
			"/s/vm/cores/cpu6 0; "},
		{"", "/a.slice/u",
			"/a.slice/u/vm/cores/cpu5 0; /a.slice/u/vm/cores 0; /a.slice/u/vm 0; "
			"/a.slice/u, as before 0; /a.slice/u/vm/cores/cpu6 0; "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct change_list list = {0};
		struct cpus taken;
		struct scene s;
		struct plan plan;
		struct error e;
		char *text;
		const char *from;

		scene_make(&s, HOST, "2", "0.0.0=5 0.1.0=6");
		s.definition.isolation = ISOLATION_QUIET;
		s.facts.pressure = true;
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		(void)snprintf(plan.layout.slice, sizeof(plan.layout.slice), "%s", row[i].slice);
		(void)snprintf(plan.layout.scope, sizeof(plan.layout.scope), "%s", row[i].scope);
		assert_int_equal(cpus_parse("5-6", &taken), 0);
		assert_int_equal(quiet_changes(&plan, &taken, &list), 0);
		text = changes_text(&list);
		from = strchr(text, '/');
		if (from == NULL || !str_eq(from, row[i].want))
			fail_msg("row %zu: want \"%s\", got \"%s\"", i, row[i].want, text);
		free(text);
		change_list_done(&list);
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_adds_what_partitions_leave),
		cmocka_unit_test(quiet_comes_with_a_cpu_that_is_plugged),
		cmocka_unit_test(quiet_ends_the_averaging_in_what_is_qpins_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
