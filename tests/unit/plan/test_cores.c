/* SPDX-License-Identifier: MIT */
#include "plan/cores.h"

#include "base/cleanup.h"
#include "check.h"
#include "plan/hosts.h"
#include "plan/scene.h"

static void
cores_make_lists_whole_cores_in_order(void **state)
{
	static const struct {
		const struct host_form *host;
		const char *usable;
		bool whole;
		unsigned count;
		const char *want;
	} row[] = {
		{&host_two_dies, "0-31", true, 16, "0-31"},
		{&host_two_dies, "0-18", true, 3, "0-2,16-18"},
		{&host_two_dies, "0-18", false, 16, "0-18"},
		{&host_hybrid, "15-17", true, 2, "16-17"},
		{&host_holes, "0-5", true, 2, "0,3"},
		{&host_arm, "", true, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology host = host_make(row[i].host);
		struct cpus usable = cpus_of(row[i].usable), got;
		auto_cores struct cores cores = {0};
		struct error e;
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(cores_make(&host, &usable, row[i].whole, &cores, &e), 0);
		cores_cpus(&cores, &got);
		if (cores.count != row[i].count ||
			strcmp(cpus_format(&got, text), row[i].want) != 0)
			fail_msg("row %zu: %zu cores, CPUs %s", i, cores.count, text);
		topology_done(&host);
	}
}

static void
cores_make_takes_an_offline_thread_for_none(void **state)
{
	struct topology host = host_make(&host_two_dies);
	struct cpus usable = cpus_of("2-3,19");
	auto_cores struct cores cores = {0};
	struct error e;

	(void)state;
	cpus_remove(&host.online, 18);
	assert_int_equal(cores_make(&host, &usable, true, &cores, &e), 0);
	assert_int_equal(cores.count, 2);
	assert_int_equal(cores.list[0].cpu_count, 1);
	assert_int_equal(cores.list[1].cpu_count, 2);
	topology_done(&host);
}

static void
cores_spare_keeps_cpu_0_and_a_whole_core(void **state)
{
	static const struct {
		const struct host_form *host;
		const char *rest, *want;
	} row[] = {
		{&host_two_dies, "0-31", "1-15,17-31"},
		{&host_two_dies, "0-15,17-31",
			"2-15,18-31"},            /* 16 is taken: core 1 is the host's */
		{&host_two_dies, "1-15", "1-15"}, /* there is no whole one */
		{&host_hybrid, "0,16-19", "17-19"},
		{&host_tiny, "0-1", "1"},
		{&host_one_core, "0-1", ""},
		{&host_holes, "3,6,9", "6,9"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology host = host_make(row[i].host);
		struct cpus rest = cpus_of(row[i].rest), spare;
		char text[CPUS_TEXT_BYTES];

		cores_spare(&host, &rest, &spare);
		if (strcmp(cpus_format(&spare, text), row[i].want) != 0)
			fail_msg("row %zu: %s", i, text);
		topology_done(&host);
	}
}

static void
cores_siblings_are_those_online(void **state)
{
	struct topology host = host_make(&host_two_dies);
	struct cpus cpus = cpus_of("1,18,99"), siblings;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	cpus_remove(&host.online, 17);
	cores_siblings(&host, &cpus, &siblings);
	assert_string_equal(cpus_format(&siblings, text), "1-2,18,99");
	topology_done(&host);
}

static void
cores_hold_units_by_their_shape(void **state)
{
	static const struct {
		struct shape shape;
		unsigned want;
	} row[] = {
		{{.unit_cpus = 1}, 20},
		{{.unit_cpus = 1, .alone = true}, 12},
		{{.unit_cpus = 2}, 8},
		{{.unit_cpus = 4}, 0},
	};
	struct topology host = host_make(&host_hybrid);
	auto_cores struct cores cores = {0};
	struct error e;

	(void)state;
	assert_int_equal(cores_make(&host, &host.online, true, &cores, &e), 0);
	for (size_t i = 0; i < COUNT(row); i++)
		assert_int_equal(cores_hold(&cores, &row[i].shape), row[i].want);
	topology_done(&host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cores_make_lists_whole_cores_in_order),
		cmocka_unit_test(cores_make_takes_an_offline_thread_for_none),
		cmocka_unit_test(cores_spare_keeps_cpu_0_and_a_whole_core),
		cmocka_unit_test(cores_siblings_are_those_online),
		cmocka_unit_test(cores_hold_units_by_their_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
