/* SPDX-License-Identifier: MIT */
#include "base/mask.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static void
mask_is_read_and_written_as_the_kernel_does(void **state)
{
	static const struct {
		const char *mask, *list;
	} row[] = {
		{"0", ""},
		{"1", "0"},
		{"ff", "0-7"},
		{"d3", "0-1,4,6-7"},
		{"80000000", "31"},
		{"1,00000000", "32"},
		{"3,ffffffff", "0-33"},
		{"80000000,00000000,00000001", "0,95"},
	};
	char text[CPUS_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus s, want;

		assert_int_equal(cpus_parse(row[i].list, &want), 0);
		if (mask_parse(row[i].mask, &s) != 0 || !cpus_equal(&s, &want))
			fail_msg("\"%s\"", row[i].mask);
		if (strcmp(mask_format(&s, text), row[i].mask) != 0)
			fail_msg("\"%s\": \"%s\"", row[i].list, text);
	}
}

static void
mask_that_is_none_is_refused(void **state)
{
	static const char *const row[] = {"", "\n", "x", "f f", "0x1", "1,0000", ",00000000",
		"00000000,", "1,,00000000", "-1", "[", "G"};
	char large[CPUS_MAX / 2];
	struct cpus s = {0};

	(void)state;
	cpus_add(&s, 3);
	for (size_t i = 0; i < COUNT(row); i++) {
		if (mask_parse(row[i], &s) != -EINVAL)
			fail_msg("\"%s\" is taken", row[i]);
	}
	memset(large, '0', sizeof(large) - 1);
	large[0] = '1';
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(mask_parse(large, &s), -ERANGE);
	assert_true(cpus_has(&s, 3) && cpus_count(&s) == 1);
	assert_int_equal(mask_parse("F0\n", &s), 0); /* as a control file has it */
	assert_int_equal(cpus_count(&s), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mask_is_read_and_written_as_the_kernel_does),
		cmocka_unit_test(mask_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
