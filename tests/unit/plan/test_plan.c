/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

static void
plan_places_64_vcpus(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "pack:2 [numa(memory=1GB)] core:32 pu:2", "64,sockets=2,cores=16,threads=2",
		"");
	for (unsigned i = 0; i < 64; i++)
		scene_pin(&s, (struct pin){.socket = i / 32,
				      .core = i / 2 % 16,
				      .thread = i % 2,
				      .os_cpu = i / 32 * 64 + 4 + i % 32});
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.vcpu_count, 64);
	assert_int_equal(plan.warning_count, 0);
	assert_string_equal(cpus_format(&plan.pinned, text), "4-35,68-99");
	assert_string_equal(cpus_format(&plan.pool, text), "0-3,36-67,100-127");
	assert_true(cpus_empty(&plan.emulator));
	assert_int_equal(plan_vcpu_find(&plan, 1, 15, 1)->os_cpu, 99);
	assert_int_equal(plan.level, ISOLATION_ISOLATED);
	assert_string_equal(plan.level_reason, "");
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_uses_a_host_of_1024_cpus(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "pack:8 [numa(memory=1GB)] l3:4 core:16 pu:2",
		"1022,sockets=1,cores=511,threads=2", "");
	for (unsigned i = 0; i < 1022; i++)
		scene_pin(&s, (struct pin){.core = i / 2, .thread = i % 2, .os_cpu = i + 2});
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.vcpu_count, 1022);
	assert_string_equal(cpus_format(&plan.pinned, text), "2-1023");
	assert_string_equal(cpus_format(&plan.pool, text), "0-1");
	assert_int_equal(plan.warning_count, 1); /* one guest socket over all nodes */
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_copes_with_holes_in_the_cpu_numbers(void **state)
{
	struct host_cpu cpus[] = {
		{.os_cpu = 0, .core = 0},
		{.os_cpu = 4, .core = 1},
		{.os_cpu = 5, .package = -1, .core = -1, .cache = -1, .node = -1},
		{.os_cpu = 64, .core = 0},
		{.os_cpu = 8191, .core = 1},
	};
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, NULL, "2,sockets=1,cores=1,threads=2", "0.0.0=4 0.0.1=8191");
	s.facts.topology = (struct topology){.cpus = cpus,
		.cpu_count = COUNT(cpus),
		.present = cpus_of("0,4-5,64,8191"),
		.online = cpus_of("0,4,64,8191")};
	s.facts.cgroup.effective = s.facts.topology.online;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_string_equal(cpus_format(&plan.pool, text), "0,64");
	assert_int_equal(plan.warning_count, 0);
	plan_done(&plan);

	s.pins[0].os_cpu = 3;
	assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
	assert_string_equal(e.why, "vCPU 0.0.0: the host has no CPU 3; online are 0,4,64,8191");
	plan_done(&plan);
}

static void
plan_without_pins_is_a_plan(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "core:4 pu:1", "2", "");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.vcpu_count, 0);
	assert_string_equal(cpus_format(&plan.pool, text), "0-3");
	assert_int_equal(plan.level, ISOLATION_AFFINITY);
	assert_string_equal(plan.level_reason, "no vcpu_pinning");
	assert_int_equal(plan.warning_count, 0);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_find_knows_only_pinned_vcpus(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:8 pu:1", "4,sockets=2,cores=2,threads=1", "0.1.0=2 1.0.0=3");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan_vcpu_find(&plan, 0, 1, 0)->os_cpu, 2);
	assert_int_equal(plan_vcpu_find(&plan, 1, 0, 0)->os_cpu, 3);
	assert_null(plan_vcpu_find(&plan, 0, 0, 0));
	assert_null(plan_vcpu_find(&plan, 1, 1, 0));
	assert_null(plan_vcpu_find(&plan, 2, 0, 0));
	plan_done(&plan);
	plan_done(&plan); /* a second time does no harm */
	plan_done(NULL);
	scene_done(&s);
}

static void
plan_vcpu_text_names_socket_core_and_thread(void **state)
{
	const struct plan_vcpu vcpu = {.socket = 0, .core = 1, .thread = 2, .os_cpu = 7};
	const struct plan_vcpu largest = {.socket = ~0U, .core = ~0U, .thread = ~0U};
	char text[PLAN_VCPU_TEXT_BYTES];

	(void)state;
	assert_string_equal(plan_vcpu_text(&vcpu, text, sizeof(text)), "vCPU 0.1.2");
	assert_string_equal(plan_vcpu_text(&largest, text, sizeof(text)),
		"vCPU 4294967295.4294967295.4294967295");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_places_64_vcpus),
		cmocka_unit_test(plan_uses_a_host_of_1024_cpus),
		cmocka_unit_test(plan_copes_with_holes_in_the_cpu_numbers),
		cmocka_unit_test(plan_without_pins_is_a_plan),
		cmocka_unit_test(plan_find_knows_only_pinned_vcpus),
		cmocka_unit_test(plan_vcpu_text_names_socket_core_and_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
