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

static void
the_keeper_is_known_while_it_lives(void **state)
{
	const struct record_process qemu = {.pid = 77, .start = 1},
				    keeper = {.pid = 78, .start = 2};
	struct cpus none = {0};
	struct journal j = JOURNAL_CLOSED;
	struct record_process got;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_KEEPER, &got, &e), -ENOENT);
	assert_int_equal(journal_create(&tree.root, "vm", &none, &j, &e), 0);
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_KEEPER, &got, &e), 0);
	assert_int_equal(got.pid, 0);
	assert_int_equal(journal_note(&j, RECORD_KEEPER, &keeper, &e), 0);
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_KEEPER, &got, &e), 0);
	assert_int_equal(got.pid, 78);
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_QEMU, &got, &e), 0);
	assert_int_equal(got.pid, 77);
	assert_int_equal(got.start, 1);
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_KEEPER, &got, &e), 0);
	assert_int_equal(got.start, 2);
	journal_close(&j);
	/* changes of kinds unknown here, and a line that is being written, are passed over */
	tree_put(&tree, "vm/journal",
		"{\"qpin\":\"0\",\"vm\":\"vm\",\"cpus\":\"\"}\n"
		"{\"change\":{\"kind\":\"cgroup\",\"target\":\"/a\"}}\n"
		"{\"keeper\":{\"pid\":9,\"start\":8}}\n{\"keeper\":{\"pid\":1");
	assert_int_equal(claims_read_process(&tree.root, "vm", RECORD_KEEPER, &got, &e), 0);
	assert_int_equal(got.pid, 9);
	tree_remove(&tree);
}

static void
claims_tidy_removes_what_has_no_journal(void **state)
{
	struct journal j = JOURNAL_CLOSED, shared = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "dead/lock", "");
	tree_put(&tree, "dead/monitor", "");
	tree_put(&tree, ".shared/lock", "");
	tree_put(&tree, "odd/lock", "");
	tree_put(&tree, "odd/notes", "somebody's");
	tree_put(&tree, "left/journal", "{}\n");
	assert_int_equal(journal_create(&tree.root, "a", &(struct cpus){0}, &j, &e), 0);
	assert_int_equal(journal_create(&tree.root, "b", &(struct cpus){0}, &shared, &e), 0);
	assert_int_equal(unlinkat(tree.root.fd, "b/journal", 0), 0); /* by somebody: it lives */
	claims_tidy(&tree.root);
	assert_false(file_exists(&tree.root, "dead"));
	assert_false(file_exists(&tree.root, ".shared"));
	assert_true(file_exists(&tree.root, "odd/notes"));
	assert_true(file_exists(&tree.root, "left/journal"));
	assert_true(file_exists(&tree.root, "a/journal"));
	assert_true(file_exists(&tree.root, "b/lock"));
	journal_close(&j);
	journal_close(&shared);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_are_those_of_all_journals),
		cmocka_unit_test(claims_of_a_damaged_journal_are_listed_and_refused),
		cmocka_unit_test(claims_of_no_state_directory_are_none),
		cmocka_unit_test(the_keeper_is_known_while_it_lives),
		cmocka_unit_test(claims_tidy_removes_what_has_no_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
