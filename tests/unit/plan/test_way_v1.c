/* SPDX-License-Identifier: MIT */
#include "plan/way_v1.h"

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

#define USER "only root can make cpusets of cgroup v1"

static void
v1_is_a_way_where_its_cpuset_is_or_can_be_mounted(void **state)
{
	static const struct {
		struct v1_facts v1;
		bool root, v2_has_cpuset;
		bool out;
		const char *why;
	} row[] = {
		{{.mounted = true, .writable = true, .prefix = "qemu"}, true, false, false, ""},
		{{.mountable = true, .mount = "/m", .prefix = "qemu"}, true, false, false, ""},
		{{.mountable = true, .mount = "/m", .prefix = "qemu"}, true, true, true, ""},
		{{.prefix = "qemu"}, true, false, true, ""},
		{{.mounted = true, .writable = true, .prefix = "qemu"}, false, false, true, USER},
		{{.mountable = true, .mount = "/m", .prefix = "qemu"}, false, false, true, ""},
		{{.mounted = true, .prefix = "qemu"}, true, false, true,
			"the cpuset tree of cgroup v1 is not writable for us"},
		{{.mounted = true, .writable = true}, true, false, true,
			"QEMU_LAUNCHER_CPUSET_PREFIX is no plain name"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct facts f = {.root = row[i].root, .v1 = row[i].v1};
		struct ways ways = {0};

		f.cgroup.has_cpuset = row[i].v2_has_cpuset;
		ways_find_v1(&f, false, &ways);
		for (enum way way = WAY_V1; way <= WAY_V1_SHARED; way++) {
			if (ways.refusal[way].out != row[i].out ||
				strcmp(ways.refusal[way].why, row[i].why) != 0)
				fail_msg("row %zu: %s", i, ways.refusal[way].why);
		}
	}
}

static void
v1_lays_out_below_its_prefix(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:4 pu:1", "1", "0.0.0=2");
	s.facts.cgroup.mode = CGROUP_NONE;
	s.facts.cgroup.has_cpuset = false;
	s.facts.v1 = (struct v1_facts){.mountable = true, .mount = "/m", .prefix = "lab"};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.way, WAY_V1);
	assert_string_equal(plan.level_reason, "no cgroup hierarchy is mounted");
	assert_string_equal(plan.backend->name, "v1");
	assert_string_equal(plan.layout.slice, "cpuset:/lab");
	assert_string_equal(plan.layout.v1_mount, "/m");
	assert_string_equal(plan.layout.name, "guest");
	assert_true(plan.layout.exclusive);
	plan_done(&plan);
	scene_done(&s);
}

static void
v1_that_cant_be_exclusive_is_shared_and_says_why(void **state)
{
	struct ways refused = {0};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:4 pu:1", "1", "0.0.0=2");
	s.facts.cgroup.mode = CGROUP_HYBRID;
	s.facts.cgroup.has_cpuset = false;
	s.facts.v1 = (struct v1_facts){.mounted = true, .writable = true, .prefix = "qemu"};
	ways_refuse(&refused, WAY_V1, "another cpuset has some of these CPUs");
	assert_int_equal(plan_make(&s.definition, &s.facts, &refused, &plan, &e), 0);
	assert_int_equal(plan.way, WAY_V1_SHARED);
	assert_int_equal(plan.level, ISOLATION_CPUSET);
	assert_string_equal(plan.level_reason, "another cpuset has some of these CPUs");
	assert_false(plan.layout.exclusive);
	plan_done(&plan);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v1_is_a_way_where_its_cpuset_is_or_can_be_mounted),
		cmocka_unit_test(v1_lays_out_below_its_prefix),
		cmocka_unit_test(v1_that_cant_be_exclusive_is_shared_and_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
