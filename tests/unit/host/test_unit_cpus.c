/* SPDX-License-Identifier: MIT */
#include "host/unit_cpus.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static void
unit_mask_is_systemds_array_of_bytes(void **state)
{
	static const struct {
		const char *list;
		size_t len;
		unsigned char mask[3];
	} row[] = {
		{"", 0, {0}},
		{"0", 1, {0x01}},
		{"0-1,4-7", 1, {0xf3}},
		{"8", 2, {0x00, 0x01}},
		{"7,15-16", 3, {0x80, 0x80, 0x01}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		unsigned char mask[UNIT_MASK_BYTES];
		struct cpus cpus, back;

		assert_int_equal(cpus_parse(row[i].list, &cpus), 0);
		assert_int_equal(unit_mask_write(&cpus, mask), row[i].len);
		assert_memory_equal(mask, row[i].mask, row[i].len);
		unit_mask_read(mask, row[i].len, &back);
		assert_true(cpus_equal(&cpus, &back));
	}
}

static void
unit_mask_holds_every_cpu(void **state)
{
	unsigned char mask[UNIT_MASK_BYTES];
	struct cpus cpus = {0}, back;

	(void)state;
	cpus_add(&cpus, CPUS_MAX - 1);
	assert_int_equal(unit_mask_write(&cpus, mask), UNIT_MASK_BYTES);
	unit_mask_read(mask, UNIT_MASK_BYTES, &back);
	assert_true(cpus_equal(&cpus, &back));
}

static void
limit_says_whom_it_asks_for_what(void **state)
{
	char unit[] = "system.slice", all[] = "0-7", cpus[] = "2-3";
	const struct change limits = {.kind = &change_limits, .target = unit, .value = all};
	const struct change limit = {
		.kind = &change_limit, .target = unit, .key = all, .value = cpus};
	char text[128];

	(void)state;
	limits.kind->describe(&limits, text, sizeof(text));
	assert_string_equal(text, "remember systemd's AllowedCPUs of system.slice");
	limit.kind->describe(&limit, text, sizeof(text));
	assert_string_equal(text, "ask systemd to keep system.slice off CPUs 2-3 (AllowedCPUs)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_mask_is_systemds_array_of_bytes),
		cmocka_unit_test(unit_mask_holds_every_cpu),
		cmocka_unit_test(limit_says_whom_it_asks_for_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
