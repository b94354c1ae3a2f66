/* SPDX-License-Identifier: MIT */
#include "config/catalog.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

static void
catalog_has_what_a_name_would_find(void **state)
{
	struct catalog catalog;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "win11.yml", "");
	tree_put(&tree, "a.b.yml", "");
	tree_put(&tree, ".hidden.yml", "");
	tree_put(&tree, ".yml", "");
	tree_put(&tree, "no name.yml", "");
	tree_put(&tree, "win11.yml~", "");
	tree_put(&tree, "README", "");
	assert_int_equal(setenv("QPIN_CONFIG_DIR", tree.root.path, 1), 0);
	assert_int_equal(catalog_read(&catalog, &e), 0);
	assert_int_equal(catalog.count, 2);
	assert_string_equal(catalog.list[0].name, "a.b");
	assert_string_equal(catalog.list[1].name, "win11");
	assert_true(str_starts(catalog.list[1].path, tree.root.path));
	assert_true(str_ends(catalog.list[1].path, "/win11.yml"));
	catalog_done(&catalog);
	tree_remove(&tree);
}

static void
catalog_of_no_directory_is_empty(void **state)
{
	struct catalog catalog;
	struct error e;

	(void)state;
	assert_int_equal(setenv("QPIN_CONFIG_DIR", "/nonexistent", 1), 0);
	assert_int_equal(catalog_read(&catalog, &e), 0);
	assert_int_equal(catalog.count, 0);
	catalog_done(&catalog);
}

static void
directories_are_the_environments_or_two(void **state)
{
	struct directories dirs;

	(void)state;
	assert_int_equal(unsetenv("QPIN_CONFIG_DIR"), 0);
	assert_int_equal(unsetenv("QEMU_LAUNCHER_CONFIG_DIR"), 0);
	dirs = directories_find(DIALECT_QPIN);
	assert_int_equal(dirs.count, 2);
	assert_string_equal(dirs.path[0], "/usr/local/etc/qpin");
	assert_int_equal(setenv("QEMU_LAUNCHER_CONFIG_DIR", "/b", 1), 0);
	assert_int_equal(setenv("QPIN_CONFIG_DIR", "", 1), 0);
	dirs = directories_find(DIALECT_QPIN);
	assert_int_equal(dirs.count, 1);
	assert_string_equal(dirs.path[0], "/b");
	assert_int_equal(setenv("QPIN_CONFIG_DIR", "/a", 1), 0);
	assert_string_equal(directories_find(DIALECT_QPIN).path[0], "/a");
	assert_string_equal(directories_find(DIALECT_LAUNCHER).path[0], "/b");
	assert_int_equal(unsetenv("QEMU_LAUNCHER_CONFIG_DIR"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalog_has_what_a_name_would_find),
		cmocka_unit_test(catalog_of_no_directory_is_empty),
		cmocka_unit_test(directories_are_the_environments_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
