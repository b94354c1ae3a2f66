/* SPDX-License-Identifier: MIT */
#include "config/similar.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

static void
edit_distance_counts_changes(void **state)
{
	static const struct {
		const char *a, *b;
		size_t want;
	} row[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"binary", "binary", 0},
		{"binary", "binry", 1},
		{"binary", "binnary", 1},
		{"binary", "binery", 1},
		{"binary", "bianry", 1}, /* two letters swapped */
		{"Binary", "bINARY", 0},
		{"clear-env", "clear_env", 0},
		{"kitten", "sitting", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		size_t got = edit_distance(row[i].a, row[i].b);

		if (got != row[i].want)
			fail_msg("\"%s\" \"%s\": want %zu, got %zu", row[i].a, row[i].b,
				row[i].want, got);
	}
	assert_true(edit_distance("a", "12345678901234567890123456789012345678901") > 100);
}

static void
similar_try_keeps_the_nearest(void **state)
{
	static const struct {
		const char *typed, *want; /* NULL: none is near */
	} row[] = {
		{"fifoo", "fifo"},
		{"idel", "idle"},
		{"r", "rr"},
		{"deadlin", "deadline"},
		{"dedlin", "deadline"},
		{"dead", NULL},
		{"fi", NULL},
		{"completely", NULL},
		{"", NULL},
	};
	static const char *const word[] = {"fifo", "idle", "rr", "deadline"};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct similar similar = {.typed = row[i].typed};

		for (size_t k = 0; k < COUNT(word); k++)
			similar_try(&similar, word[k]);
		if (row[i].want == NULL)
			assert_null(similar.best);
		else
			assert_string_equal(similar.best != NULL ? similar.best : "", row[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edit_distance_counts_changes),
		cmocka_unit_test(similar_try_keeps_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
