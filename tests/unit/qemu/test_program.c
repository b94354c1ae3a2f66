/* SPDX-License-Identifier: MIT */
#include "qemu/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

static char *saved_path;

static int
path_save(void **state)
{
	(void)state;
	saved_path = getenv("PATH");
	saved_path = strdup(saved_path != NULL ? saved_path : "/usr/bin:/bin");
	return saved_path != NULL ? 0 : -1;
}

static int
path_restore(void **state)
{
	(void)state;
	(void)setenv("PATH", saved_path, 1);
	free(saved_path);
	return 0;
}

static void
program_is_searched_in_the_absolute_directories_of_the_path(void **state)
{
	auto_free char *found = NULL;
	struct tree tree;
	struct error e;
	char path[600], want[600];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "one/qemu", "");
	tree_put(&tree, "two/qemu", "");
	tree_put(&tree, "one/other", "");
	(void)snprintf(
		path, sizeof(path), "::.:none:%s/one:%s/two", tree.root.path, tree.root.path);
	(void)setenv("PATH", path, 1);
	assert_int_equal(fchmodat(tree.root.fd, "two/qemu", 0755, 0), 0);
	assert_int_equal(program_find("qemu", &found, &e), 0);
	(void)snprintf(want, sizeof(want), "%s/two/qemu", tree.root.path);
	assert_string_equal(found, want);

	assert_int_equal(program_find("other", &found, &e), -EACCES);
	assert_int_equal(e.kind, ERROR_DENIED);
	assert_int_equal(program_find("missing", &found, &e), -ENOENT);
	assert_string_equal(e.where, "missing");
	assert_non_null(strstr(e.hint, path));
	assert_int_equal(program_find("", &found, &e), -ENOENT);
	(void)setenv("PATH", saved_path, 1);
	tree_remove(&tree);
}

static void
program_with_a_slash_is_taken_as_it_is(void **state)
{
	auto_free char *found = NULL;
	struct error e;

	(void)state;
	assert_int_equal(program_find("/bin/sh", &found, &e), 0);
	assert_string_equal(found, "/bin/sh");
	assert_int_equal(program_find("/no/such", &found, &e), -ENOENT);
	assert_string_equal(e.where, "/no/such");
	assert_int_equal(program_find("/bin", &found, &e), -EACCES);
	assert_int_equal(program_find("/dev/null", &found, &e), -EACCES);
	assert_true(e.hint[0] != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			program_is_searched_in_the_absolute_directories_of_the_path, path_save,
			path_restore),
		cmocka_unit_test(program_with_a_slash_is_taken_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
