/* SPDX-License-Identifier: MIT */
#include "cgroup/origins.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/files.h"
#include "check.h"
#include "tree.h"

static void
origins_are_found_again_from_the_state_directory(void **state)
{
	auto_origins struct origins first = {0}, second = {0}, loaded = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	for (int id = 3000; id > 0; id--)
		assert_int_equal(
			origins_add(&first, id, id * 10, id % 2 ? "/odd" : "/even one"), 0);
	assert_int_equal(origins_append(&tree.root, &first, &e), 0);
	assert_int_equal(origins_add(&second, 7, 70, "/later"), 0);      /* moved once more */
	assert_int_equal(origins_add(&second, 7, 71, "cpuset:/new"), 0); /* its number, reused */
	assert_int_equal(origins_append(&tree.root, &second, &e), 0);
	assert_int_equal(origins_load(&tree.root, &loaded, &e), 0);
	assert_int_equal(loaded.count, 3001);
	assert_string_equal(origins_find(&loaded, 1, 10), "/odd");
	assert_string_equal(origins_find(&loaded, 3000, 30000), "/even one");
	assert_string_equal(origins_find(&loaded, 7, 70), "/odd");
	assert_string_equal(origins_find(&loaded, 7, 71), "cpuset:/new");
	assert_null(origins_find(&loaded, 7, 72));
	assert_null(origins_find(&loaded, 3001, 10));
	assert_int_equal(origins_remove(&tree.root, &e), 0);
	assert_int_equal(origins_remove(&tree.root, &e), 0);
	tree_remove(&tree);
}

static void
origins_survive_a_line_that_a_crash_cut(void **state)
{
	auto_origins struct origins more = {0}, loaded = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, ".tasks", "1 10 /a\n2 20 /b\n3 3");
	assert_int_equal(origins_add(&more, 4, 40, "/d"), 0);
	assert_int_equal(origins_append(&tree.root, &more, &e), 0);
	assert_int_equal(origins_load(&tree.root, &loaded, &e), 0);
	assert_int_equal(loaded.count, 3);
	assert_string_equal(origins_find(&loaded, 2, 20), "/b");
	assert_string_equal(origins_find(&loaded, 4, 40), "/d");
	tree_remove(&tree);
}

static void
origins_of_nobody_are_none(void **state)
{
	const struct root none = {.fd = -1};
	struct origins loaded = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(origins_load(&tree.root, &loaded, &e), 0);
	assert_int_equal(loaded.count, 0);
	assert_null(origins_find(&loaded, 1, 1));
	assert_int_equal(origins_load(&none, &loaded, &e), 0);
	assert_int_equal(origins_remove(&none, &e), 0);
	assert_int_equal(origins_append(&none, &loaded, &e), -EBADF);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(origins_are_found_again_from_the_state_directory),
		cmocka_unit_test(origins_survive_a_line_that_a_crash_cut),
		cmocka_unit_test(origins_of_nobody_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
