/* SPDX-License-Identifier: MIT */
#include "change/claims.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "change/journal.h"
#include "check.h"
#include "tree.h"

static void
claims_are_those_of_all_journals(void **state)
{
	auto_free struct claim *claims = NULL;
	struct journal alive = JOURNAL_CLOSED;
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	cpus_add(&cpus, 5);
	assert_int_equal(journal_create(&tree.root, "b", &cpus, &alive, &e), 0);
	tree_put(&tree, "a/journal", "{\"qpin\":\"0\",\"vm\":\"a\",\"cpus\":\"2-3\"}\n");
	tree_put(&tree, "c/lock", "");                                         /* no journal */
	tree_put(&tree, "d/journal", "{\"qpin\":");                            /* cut */
	tree_put(&tree, "e/journal", "");                                      /* not begun */
	tree_put(&tree, ".shared/journal", "{\"qpin\":\"0\",\"vm\":\"s\"}\n"); /* no VM */
	tree_put(&tree, "file", "");
	assert_int_equal(claims_read(&tree.root, &claims, &e), 4);
	assert_string_equal(claims[0].name, "a");
	assert_false(claims[0].alive);
	assert_int_equal(cpus_count(&claims[0].cpus), 2);
	assert_string_equal(claims[1].name, "b");
	assert_true(claims[1].alive);
	assert_true(cpus_equal(&claims[1].cpus, &cpus));
	for (size_t i = 2; i < 4; i++) {
		assert_string_equal(claims[i].name, i == 2 ? "d" : "e");
		assert_false(claims[i].alive);
		assert_true(cpus_empty(&claims[i].cpus));
	}
	journal_close(&alive);
	tree_remove(&tree);
}

static void
claims_of_a_damaged_journal_are_listed_and_refused(void **state)
{
	static const char *const bad[] = {
		"junk\n",
		"{\"undone\":0}\n",
		"{\"qpin\":\"0\",\"vm\":\"b\",\"cpus\":\"3-\"}\n",
		"{\"change\":{\"kind\":\"cgroup\",\"target\":\"/\"}}\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		auto_free struct claim *claims = NULL, *none = NULL;
		struct tree tree;
		struct error e;

		tree_make(&tree);
		tree_put(&tree, "a/journal", "{\"qpin\":\"0\",\"vm\":\"a\",\"cpus\":\"2-3\"}\n");
		tree_put(&tree, "b/journal", bad[i]);
		assert_int_equal(claims_list(&tree.root, &claims, &e), 2);
		assert_false(claims[0].damaged);
		assert_true(claims[1].damaged);
		assert_string_equal(claims[1].name, "b");
		assert_int_equal(claims_read(&tree.root, &none, &e), -EINVAL);
		assert_true(str_ends(e.where, "/b/journal"));
		assert_non_null(strstr(e.hint, "rm -r "));
		assert_true(str_ends(e.hint, "/b"));
		tree_remove(&tree);
	}
}

static void
claims_of_no_state_directory_are_none(void **state)
{
	const struct root none = {.fd = -1};
	struct claim *claims;
	struct error e;

	(void)state;
	assert_int_equal(claims_read(&none, &claims, &e), 0);
	assert_null(claims);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_are_those_of_all_journals),
		cmocka_unit_test(claims_of_a_damaged_journal_are_listed_and_refused),
		cmocka_unit_test(claims_of_no_state_directory_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
