/* SPDX-License-Identifier: MIT */
#include "host/online.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "tree.h"

static void
the_kernels_list_is_read(void **state)
{
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	tree_make(&tree);
	assert_int_equal(online_read(&tree.root, &cpus, &e), -ENOENT);
	tree_put(&tree, "devices/system/cpu/online", "x\n");
	assert_int_equal(online_read(&tree.root, &cpus, &e), -EINVAL);
	assert_non_null(strstr(e.where, "online"));
	assert_true(cpus_empty(&cpus));
	tree_put(&tree, "devices/system/cpu/online", "0-2,5\n");
	assert_int_equal(online_read(&tree.root, &cpus, &e), 0);
	assert_string_equal(cpus_format(&cpus, text), "0-2,5");
	tree_remove(&tree);
}

static void
those_that_are_not_are_told(void **state)
{
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "devices/system/cpu/online", "0-2,5\n");
	cpus_add(&cpus, 2);
	cpus_add(&cpus, 5);
	assert_int_equal(online_check(&tree.root, &cpus, "verify CPUs", &e), 0);
	cpus_add(&cpus, 99);
	assert_int_equal(online_check(&tree.root, &cpus, "verify CPUs", &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_string_equal(e.what, "verify CPUs");
	assert_string_equal(e.why, "99 is not online");
	assert_string_equal(e.hint, "online are 0-2,5");
	cpus_add(&cpus, 3);
	assert_int_equal(online_check(&tree.root, &cpus, "verify CPUs", &e), -EINVAL);
	assert_string_equal(e.why, "3,99 are not online");
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernels_list_is_read),
		cmocka_unit_test(those_that_are_not_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
