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
cpus_format_leaves_out_none_of_any_set(void **state)
{
	enum { PERIOD_MAX = 6 }; /* of every so many, all but the last, or only the first */

	(void)state;
	for (unsigned period = 1; period <= PERIOD_MAX; period++) {
		struct cpus most = {0}, few = {0}, again;
		char text[CPUS_TEXT_BYTES];

		for (unsigned i = 0; i < CPUS_MAX; i++) {
			if (i % period != period - 1)
				cpus_add(&most, i);
			if (i % period == 0)
				cpus_add(&few, i);
		}
		assert_int_equal(cpus_parse(cpus_format(&most, text), &again), 0);
		assert_true(cpus_equal(&most, &again));
		assert_int_equal(cpus_parse(cpus_format(&few, text), &again), 0);
		assert_true(cpus_equal(&few, &again));
	}
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
		cmocka_unit_test(cpus_format_leaves_out_none_of_any_set),
		cmocka_unit_test(cpus_operations_are_those_of_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
