/* SPDX-License-Identifier: MIT */
#include "plan/guestcore.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

/* Four host cores of two hyper-threads, numbered as x86 firmware does: siblings are N and N+4. */
#define FAR "pack:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)"

struct row {
	const char *host, *smp, *pins;
	const char *text; /* "" when there is nothing to warn of */
	const char *hint;
};

static void
rows_check(const struct row *row, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		const char *text = "", *hint = "";

		scene_make(&s, row[i].host, row[i].smp, row[i].pins);
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		if (plan.warning_count > 0) {
			text = plan.warnings[0].text;
			hint = plan.warnings[0].hint;
		}
		if (strcmp(text, row[i].text) != 0 || strcmp(hint, row[i].hint) != 0)
			fail_msg("row %zu: %s\nhint: %s", i, text, hint);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
guestcore_warns_of_split_cores_with_the_better_line(void **state)
{
	static const struct row row[] = {
		{FAR, "4,sockets=1,cores=2,threads=2", "0.0.0=1 0.0.1=5 0.1.0=2 0.1.1=6", "", ""},
		{"core:4 pu:2", "4,sockets=1,cores=2,threads=2", "0.0.0=2 0.0.1=3 0.1.0=5 0.1.1=4",
			"", ""},
		/* neighbours taken for siblings: the same CPUs in another order */
		{FAR, "4,sockets=1,cores=2,threads=2", "0.0.0=1 0.0.1=2 0.1.0=5 0.1.1=6",
			"the threads of guest cores 0.0, 0.1 are split over several host cores",
			"vcpu_pinning: {0: {0: {0: 1, 1: 5}, 1: {0: 2, 1: 6}}}"},
		/* siblings are free in the pool */
		{FAR, "2,sockets=1,cores=1,threads=2", "0.0.0=2 0.0.1=3",
			"the threads of guest core 0.0 are split over several host cores",
			"vcpu_pinning: {0: {0: {0: 2, 1: 6}}}"},
		/* a core that is well placed stays there */
		{FAR, "6,sockets=1,cores=3,threads=2",
			"0.0.0=1 0.0.1=5 0.1.0=2 0.1.1=3 0.2.0=6 0.2.1=7",
			"the threads of guest cores 0.1, 0.2 are split over several host cores",
			"vcpu_pinning: {0: {0: {0: 1, 1: 5}, 1: {0: 2, 1: 6}, 2: {0: 3, 1: 7}}}"},
		/* several sockets */
		{FAR, "4,sockets=2,cores=1,threads=2", "0.0.0=1 0.0.1=6 1.0.0=2 1.0.1=5",
			"the threads of guest cores 0.0, 1.0 are split over several host cores",
			"vcpu_pinning: {0: {0: {0: 1, 1: 5}}, 1: {0: {0: 2, 1: 6}}}"},
		/* a host without hyper-threads */
		{"core:8 pu:1", "2,sockets=1,cores=1,threads=2", "0.0.0=2 0.0.1=3",
			"the threads of guest core 0.0 are split over several host cores",
			"no host core here has 2 free CPUs for each of them: let `smp` have "
			"threads=1"},
		/* more of them than a text names */
		{"core:16 pu:1", "12,sockets=1,cores=6,threads=2",
			"0.0.0=2 0.0.1=3 0.1.0=4 0.1.1=5 0.2.0=6 0.2.1=7 0.3.0=8 0.3.1=9 0.4.0=10 "
			"0.4.1=11 0.5.0=12 0.5.1=13",
			"the threads of guest cores 0.0, 0.1, 0.2, 0.3 and 2 more are split over "
			"several host cores",
			"no host core here has 2 free CPUs for each of them: let `smp` have "
			"threads=1"},
	};

	(void)state;
	rows_check(row, COUNT(row));
}

static void
guestcore_moves_a_split_core_to_where_there_is_room(void **state)
{
	static const struct {
		const char *claimed, *hint;
	} row[] = {
		{"2", "vcpu_pinning: {0: {0: {0: 1}, 1: {0: 3, 1: 7}}}"},
		{"2-3", "vcpu_pinning: {0: {0: {0: 1}, 1: {0: 0, 1: 4}}}"},
		{"2-4", "no host core here has 2 free CPUs for each of them: let `smp` have "
			"threads=1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;

		scene_make(&s, FAR, "3,sockets=1,cores=2,threads=2,maxcpus=4",
			"0.0.0=1 0.1.0=5 0.1.1=6");
		scene_claim(&s, "web", row[i].claimed, true);
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		assert_string_equal(plan.warnings[plan.warning_count - 1].hint, row[i].hint);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
guestcore_leaves_cpus_of_other_roles_alone(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, FAR, "2,sockets=1,cores=1,threads=2", "0.0.0=2 0.0.1=3");
	s.definition.emulator_cpus = cpus_of("0,6");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.warning_count, 1);
	assert_string_equal(plan.warnings[0].hint, "vcpu_pinning: {0: {0: {0: 3, 1: 7}}}");
	plan_done(&plan);
	scene_done(&s);
}

static void
guestcore_warns_of_siblings_taken_for_cores(void **state)
{
	static const char hint[] = "let `smp` have threads=2 and pin a guest core to a host core, "
				   "or pin one vCPU per host core";
	static const struct row row[] = {
		{FAR, "3", "0.0.0=1 0.1.0=2 0.2.0=3", "", ""},
		{"core:8 pu:1", "3", "0.0.0=1 0.1.0=2 0.2.0=3", "", ""},
		{FAR, "2,sockets=1,cores=1,threads=2", "0.0.0=1 0.0.1=5", "", ""},
		{FAR, "3", "0.0.0=1 0.1.0=2 0.2.0=5",
			"guest core 0.2 shares a host core with another guest core, which the "
			"guest doesn't know",
			hint},
		{FAR, "4", "0.0.0=1 0.1.0=5 0.2.0=2 0.3.0=6",
			"guest cores 0.1, 0.3 share a host core with another guest core, which the "
			"guest doesn't know",
			hint},
	};

	(void)state;
	rows_check(row, COUNT(row));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guestcore_warns_of_split_cores_with_the_better_line),
		cmocka_unit_test(guestcore_moves_a_split_core_to_where_there_is_room),
		cmocka_unit_test(guestcore_leaves_cpus_of_other_roles_alone),
		cmocka_unit_test(guestcore_warns_of_siblings_taken_for_cores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
