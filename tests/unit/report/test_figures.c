/* SPDX-License-Identifier: MIT */
#include "report/figures.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "host/usage.h"

static const uint64_t us = 1000, ms = 1000 * us, s = 1000 * ms, day = 24 * 60 * 60 * s;

static void
durations_have_three_digits_or_two_units(void **state)
{
	const struct {
		uint64_t ns;
		const char *text;
	} row[] = {
		{0, "0"},
		{1, "1ns"},
		{999, "999ns"},
		{us, "1.00us"},
		{12345, "12.3us"},
		{999999, "999us"},
		{ms, "1.00ms"},
		{59 * s + 999 * ms, "59.9s"},
		{60 * s, "1m00s"},
		{59 * 60 * s + 59 * s, "59m59s"},
		{60 * 60 * s, "1h00m"},
		{day - 1, "23h59m"},
		{day, "1d00h"},
		{99 * day + 23 * 60 * 60 * s, "99d23h"},
		{100 * day, "100d"},
		{UINT64_MAX, "213503d"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[FIGURE_BYTES];

		assert_string_equal(duration_text(row[i].ns, text), row[i].text);
		assert_true(row[i].ns == UINT64_MAX || strlen(text) <= 6);
	}
}

static void
counts_are_whole_up_to_five_digits(void **state)
{
	static const struct {
		uint64_t count;
		const char *text;
	} row[] = {
		{0, "0"},
		{99999, "99999"},
		{100000, "100k"},
		{999999, "999k"},
		{1000000, "1.00M"},
		{12345678, "12.3M"},
		{UINT64_C(4294967296), "4.29G"},
		{UINT64_C(1000000000000), "1.00T"},
		{UINT64_MAX, "18.4E"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[FIGURE_BYTES];

		assert_string_equal(count_text(row[i].count, text), row[i].text);
		assert_true(strlen(text) <= 6);
	}
}

static void
usage_since_leaves_out_what_is_not_known(void **state)
{
	struct usage before = {0}, now = {0}, got;

	(void)state;
	for (size_t i = 0; i < USAGE_COUNT; i++) {
		before.has[i] = now.has[i] = true;
		before.of[i] = 100;
		now.of[i] = 100 + i;
	}
	now.of[USAGE_IRQS] = 7; /* went round */
	before.has[USAGE_MIGRATIONS] = false;
	now.has[USAGE_VOLUNTARY] = false;
	usage_since(&now, &before, &got);
	assert_true(got.has[USAGE_RUN_DELAY_NS]);
	assert_true(got.of[USAGE_RUN_DELAY_NS] == USAGE_RUN_DELAY_NS);
	assert_true(got.has[USAGE_IRQS]);
	assert_true(got.of[USAGE_IRQS] == 0);
	assert_false(got.has[USAGE_MIGRATIONS]);
	assert_false(got.has[USAGE_VOLUNTARY]);
	usage_since(&now, &now, &now); /* in place */
	assert_true(now.of[USAGE_CPU_TIME_NS] == 0);
}

static void
usage_add_sums_what_all_have(void **state)
{
	struct usage sum = {.has = {[USAGE_INVOLUNTARY] = true, [USAGE_MIGRATIONS] = true},
		.of = {[USAGE_INVOLUNTARY] = 2, [USAGE_MIGRATIONS] = 5}};
	const struct usage more = {
		.has = {[USAGE_INVOLUNTARY] = true}, .of = {[USAGE_INVOLUNTARY] = 40}};

	(void)state;
	usage_add(&sum, &more);
	assert_true(sum.has[USAGE_INVOLUNTARY] && sum.of[USAGE_INVOLUNTARY] == 42);
	assert_false(sum.has[USAGE_MIGRATIONS]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_have_three_digits_or_two_units),
		cmocka_unit_test(counts_are_whole_up_to_five_digits),
		cmocka_unit_test(usage_since_leaves_out_what_is_not_known),
		cmocka_unit_test(usage_add_sums_what_all_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
