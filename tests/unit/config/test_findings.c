/* SPDX-License-Identifier: MIT */
#include "config/findings.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

static void
finding_add_keeps_each_thing_once(void **state)
{
	struct problems problems = {0};
	struct findings f = {.path = "vm.yml", .problems = &problems};

	(void)state;
	(void)finding_add(&f, (struct place){2, 3}, "a %s", "thing");
	(void)error_hint(finding_add(&f, (struct place){2, 3}, "a thing"), "do this");
	(void)finding_add(&f, (struct place){2, 4}, "a thing");
	(void)finding_add(&f, (struct place){2, 3}, "another thing");
	assert_int_equal(problems.count, 3);
	assert_string_equal(problems.list[0].where, "vm.yml");
	assert_int_equal(problems.list[0].kind, ERROR_DEFINITION);
	problems_done(&problems);
}

static void
finding_add_stops_keeping_at_a_bound(void **state)
{
	struct problems problems = {0};
	struct findings f = {.path = "vm.yml", .problems = &problems};

	(void)state;
	for (unsigned i = 1; i <= FINDINGS_MAX + 10; i++)
		assert_non_null(finding_add(&f, (struct place){i, 1}, "a thing"));
	assert_int_equal(problems.count, FINDINGS_MAX);
	assert_false(f.no_memory);
	problems_done(&problems);
}

static void
problems_sort_goes_by_line_and_column(void **state)
{
	static const struct place place[] = {{3, 1}, {1, 9}, {1, 2}, {0, 0}, {2, 1}};
	static const struct place want[] = {{0, 0}, {1, 2}, {1, 9}, {2, 1}, {2, 1}, {3, 1}};
	struct problems problems = {0};
	struct findings f = {.path = "vm.yml", .problems = &problems};

	(void)state;
	for (size_t i = 0; i < COUNT(place); i++)
		(void)finding_add(&f, place[i], "first");
	(void)finding_add(&f, (struct place){2, 1}, "second");
	problems_sort(&problems);
	assert_int_equal(problems.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(problems.list[i].line, want[i].line);
		assert_int_equal(problems.list[i].column, want[i].column);
	}
	assert_string_equal(problems.list[3].why, "first");
	assert_string_equal(problems.list[4].why, "second");
	problems_done(&problems);
}

static void
finding_pass_is_only_told_to_qemu_launcher(void **state)
{
	struct problems problems = {0};
	struct findings f = {.path = "vm.yml", .problems = &problems};

	(void)state;
	(void)finding_pass(&f, (struct place){1, 1}, "a %s", "thing");
	assert_int_equal(problems.count, 1);
	assert_int_equal(f.passed.count, 0);
	f.dialect = DIALECT_LAUNCHER;
	(void)finding_pass(&f, (struct place){2, 1}, "another thing");
	(void)finding_pass(&f, (struct place){2, 1}, "another thing");
	assert_int_equal(problems.count, 1);
	assert_int_equal(f.passed.count, 1);
	assert_string_equal(f.passed.list[0].why, "another thing");
	problems_done(&problems);
	problems_done(&f.passed);
}

static void
quote_makes_one_short_line(void **state)
{
	struct quote q;

	(void)state;
	assert_string_equal(quote("plain").text, "plain");
	assert_string_equal(quote("a\nb\x7f").text, "a b ");
	q = quote("0123456789012345678901234567890123456789012345678901234567890123456789");
	assert_true(str_ends(q.text, "789..."));
	assert_int_equal(strlen(q.text), QUOTE_BYTES - 1);
	q = quote("01234567890123456789012345678901234567890123456789012345678\xe2\x82\xac"
		  "and more");
	assert_true(str_ends(q.text, "678...")); /* no half of a character */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finding_add_keeps_each_thing_once),
		cmocka_unit_test(finding_add_stops_keeping_at_a_bound),
		cmocka_unit_test(finding_pass_is_only_told_to_qemu_launcher),
		cmocka_unit_test(problems_sort_goes_by_line_and_column),
		cmocka_unit_test(quote_makes_one_short_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
