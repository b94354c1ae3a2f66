/* SPDX-License-Identifier: MIT */
#include "host/switches.h"

#include <errno.h>

#include "base/error.h"
#include "check.h"
#include "tree.h"

/* As 6.12 (version 16) prints it. */
static void
the_last_number_of_a_cpus_line_is_how_often_tasks_were_put_there(void **state)
{
	static const char text[] = "version 16\n"
				   "timestamp 4294962531\n"
				   "cpu0 0 0 0 0 0 0 1043285420 11423051 2342\n"
				   "domain0 MC ff 120 0 1 2 3 4 5 6 7 8 9\n"
				   "cpu3 0 0 0 0 0 0 7 8 18446744073709551615\n";
	struct switches s = {0};

	(void)state;
	assert_int_equal(switches_parse(text, &s), 0);
	assert_true(s.count[0] == 2342);
	assert_true(s.count[3] == UINT64_MAX);
	assert_true(cpus_has(&s.known, 0) && cpus_has(&s.known, 3));
	assert_int_equal(cpus_count(&s.known), 2);
	switches_done(&s);
}

static void
another_file_is_refused(void **state)
{
	static const char *const row[] = {
		"",
		"version 16\n",
		"cpu0\n",
		"cpu0 0 0 0 0 0 0 1 2\n",
		"cpu0 0 0 0 0 0 0 1 2 3 4\n",
		"cpu0 0 0 0 0 0 0 1 2 -3\n",
		"cpux 0 0 0 0 0 0 1 2 3\n",
		"cpu99999 0 0 0 0 0 0 1 2 3\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct switches s = {0};

		assert_int_equal(switches_parse(row[i], &s), -EINVAL);
		assert_null(s.count);
	}
}

static void
a_threads_are_read_with_its_waits(void **state)
{
	struct tree tree;
	struct switches s = {0};
	struct error e;
	struct turns turns = {0};

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "7/task/8/schedstat", "123456789012 3456 78\n");
	tree_put(&tree, "7/task/9/schedstat", "123456789012 3456\n");
	assert_int_equal(turns_read(&tree.root, 7, 8, &turns, &e), 0);
	assert_int_equal(turns.count, 78);
	assert_int_equal(turns.delay_ns, 3456);
	assert_true(turns.run_ns == UINT64_C(123456789012));
	assert_int_equal(turns_read(&tree.root, 7, 9, &turns, &e), -EINVAL);
	assert_int_equal(turns_read(&tree.root, 7, 10, &turns, &e), -ESRCH);
	tree_put(&tree, "7/task/11/schedstat", "1 2 3 4\n");
	assert_int_equal(turns_read(&tree.root, 7, 11, &turns, &e), -EINVAL);
	assert_int_equal(switches_load(&tree.root, &s, &e), -ENOENT);
	tree_put(&tree, "schedstat", "version 17\n");
	assert_int_equal(switches_load(&tree.root, &s, &e), -EINVAL);
	assert_string_equal(e.where, "/proc/schedstat");
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_number_of_a_cpus_line_is_how_often_tasks_were_put_there),
		cmocka_unit_test(another_file_is_refused),
		cmocka_unit_test(a_threads_are_read_with_its_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
