/* SPDX-License-Identifier: MIT */
#include "base/cpus.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static void
cpus_parse_accepts_the_kernels_lists(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{"", ""},
		{"\n", ""},
		{"0", "0"},
		{" 0-3,8 \n", "0-3,8"},
		{"3,1,2", "1-3"},
		{"0-7,^2", "0-1,3-7"},
		{"^2,0-7", "0-1,3-7"},
		{"0-7,^2-3,^7", "0-1,4-6"},
		{"0-15:2/4", "0-1,4-5,8-9,12-13"},
		{"0-7:1/2", "0,2,4,6"},
		{"8191", "8191"},
		{"63,64,65", "63-65"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[CPUS_TEXT_BYTES];
		struct cpus set;
		int got = cpus_parse(row[i].text, &set);

		if (got != 0 || strcmp(cpus_format(&set, text), row[i].want) != 0)
			fail_msg("\"%s\": want \"%s\", got %d \"%s\"", row[i].text, row[i].want,
				got, got == 0 ? text : "");
	}
}

static void
cpus_parse_refuses_what_is_no_list(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"3-1", -EINVAL},
		{"0,,1", -EINVAL},
		{",0", -EINVAL},
		{"0,", -EINVAL},
		{"0-", -EINVAL},
		{"-3", -EINVAL},
		{"a", -EINVAL},
		{"0x1", -EINVAL},
		{"0 1", -EINVAL},
		{"0, 1", -EINVAL},
		{"^", -EINVAL},
		{"0-7:2", -EINVAL},
		{"0-7:3/2", -EINVAL},
		{"0-7:1/0", -EINVAL},
		{"8192", -ERANGE},
		{"0-8192", -ERANGE},
		{"4294967296", -ERANGE},
		{"18446744073709551616", -ERANGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus set = {{42}}, before = set;
		int got = cpus_parse(row[i].text, &set);

		if (got != row[i].want)
			fail_msg("\"%s\": want %d, got %d", row[i].text, row[i].want, got);
		assert_memory_equal(&set, &before, sizeof(set));
	}
}

static void
cpus_format_never_passes_its_buffer(void **state)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus every_other = {0};

	(void)state;
	for (unsigned i = 0; i < CPUS_MAX; i += 2)
		cpus_add(&every_other, i);
	assert_true(strlen(cpus_format(&every_other, text)) < CPUS_TEXT_BYTES);
}

static void
cpus_operations_are_those_of_sets(void **state)
{
	struct cpus a, b, c;

	(void)state;
	assert_int_equal(cpus_parse("0-3,100", &a), 0);
	assert_int_equal(cpus_parse("2-5", &b), 0);
	assert_true(cpus_intersect(&a, &b));
	assert_false(cpus_within(&a, &b));
	assert_int_equal(cpus_count(&a), 5);

	c = a;
	cpus_subtract(&c, &b);
	assert_true(cpus_within(&c, &a));
	assert_false(cpus_intersect(&c, &b));
	assert_int_equal(cpus_next(&c, 2), 100);
	assert_int_equal(cpus_next(&c, 101), CPUS_NONE);

	cpus_unite(&c, &b);
	cpus_keep(&c, &b);
	assert_true(cpus_equal(&c, &b));

	cpus_add(&c, CPUS_MAX); /* out of range: nothing happens */
	assert_false(cpus_has(&c, CPUS_MAX));
	assert_true(cpus_equal(&c, &b));
	cpus_clear(&c);
	assert_true(cpus_empty(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_parse_accepts_the_kernels_lists),
		cmocka_unit_test(cpus_parse_refuses_what_is_no_list),
		cmocka_unit_test(cpus_format_never_passes_its_buffer),
		cmocka_unit_test(cpus_operations_are_those_of_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
