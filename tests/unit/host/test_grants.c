/* SPDX-License-Identifier: MIT */
#include "host/grants.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "tree.h"

static void
grants_are_sorted_and_named(void **state)
{
	auto_free struct grant *list = NULL;
	char text[CPUS_TEXT_BYTES];
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "4294967294/journal",
		"{\"qpin\":\"0\",\"vm\":\"4294967294\",\"cpus\":\"2-3\"}\n");
	tree_put(&tree, "1/journal", "{\"qpin\":\"0\",\"vm\":\"1\",\"cpus\":\"5\"}\n");
	tree_put(&tree, "17/lock", "");
	assert_int_equal(grants_list(&tree.root, &list, &e), 2);
	assert_int_equal(list[0].uid, 1);
	assert_string_equal(cpus_format(&list[0].cpus, text), "5");
	assert_true(list[1].uid == 4294967294U);
	assert_string_equal(list[1].user, "4294967294"); /* of no user: the number */
	tree_remove(&tree);
}

static void
grants_that_cannot_be_read_are_no_grants_to_give_away(void **state)
{
	static const struct {
		const char *file, *text;
	} bad[] = {
		{"1000/journal", "{\"qpin\":\"0\",\"vm\":\"1000\",\"cpus\":\"3-\"}\n"},
		{"1000/journal", "junk\n"},
		{"0/journal", "{\"qpin\":\"0\",\"vm\":\"0\",\"cpus\":\"3\"}\n"},
		{"tester/journal", "{\"qpin\":\"0\",\"vm\":\"tester\",\"cpus\":\"3\"}\n"},
		{"4294967295/journal", "{\"qpin\":\"0\",\"vm\":\"1\",\"cpus\":\"3\"}\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		auto_free struct grant *list = NULL;
		struct tree tree;
		struct error e;

		tree_make(&tree);
		tree_put(&tree, bad[i].file, bad[i].text);
		if (grants_list(&tree.root, &list, &e) >= 0)
			fail_msg("row %zu is taken", i);
		assert_null(list);
		tree_remove(&tree);
	}
}

static void
grants_without_a_directory_are_none(void **state)
{
	struct root none = {.fd = -1};
	struct grant *list;
	struct error e;

	(void)state;
	assert_int_equal(grants_list(&none, &list, &e), 0);
	assert_null(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grants_are_sorted_and_named),
		cmocka_unit_test(grants_that_cannot_be_read_are_no_grants_to_give_away),
		cmocka_unit_test(grants_without_a_directory_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
