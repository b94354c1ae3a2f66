/* SPDX-License-Identifier: MIT */
#include "supervise/plug.h"

#include "base/cleanup.h"
#include "check.h"

static void
plug_choose_names_the_cpu_of_a_vcpu(void **state)
{
	struct plan_vcpu pins[] = {{.os_cpu = 2}, {.core = 2, .os_cpu = 4}};
	struct seat seats[] = {{.vcpu = {.core = 1, .os_cpu = 6}, .tid = 11}};
	struct definition d = {0};
	const struct plan plan = {.definition = &d, .vcpus = pins, .vcpu_count = COUNT(pins)};
	const struct seats empty = {0}, one = {.list = seats, .count = 1};
	const struct {
		const struct seats *seats;
		unsigned core;
		const char *spare;
		int want; /* -1: none */
	} row[] = {
		{&empty, 2, "", 4}, /* named */
		{&one, 2, "6-7", 4},
		{&empty, 1, "", -1},
		{&empty, 3, "6-7", 6},
		{&one, 3, "6-7", 7}, /* the first is taken */
		{&one, 3, "6", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct vcpu_thread v = {.core = row[i].core, .tid = 20};
		unsigned got = 0;
		bool found;

		assert_int_equal(cpus_parse(row[i].spare, &d.spare_cpus), 0);
		found = plug_choose(&plan, row[i].seats, &v, &got);
		if (found != (row[i].want >= 0) || (found && (int)got != row[i].want))
			fail_msg("row %zu: %s %u", i, found ? "CPU" : "none", got);
	}
}

static void
plug_concerns_what_a_guest_tells_of_devices(void **state)
{
	static const char *const yes[] = {
		"ACPI_DEVICE_OST", "DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR"};
	static const char *const no[] = {"RESUME", "DEVICE", "DEVICE_TRAY_MOVED", ""};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(plug_concerns(yes[i]));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(plug_concerns(no[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plug_choose_names_the_cpu_of_a_vcpu),
		cmocka_unit_test(plug_concerns_what_a_guest_tells_of_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
