/* SPDX-License-Identifier: MIT */
#include "supervise/saved.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "check.h"
#include "host/task.h"
#include "tree.h"

static void
saved_changes_are_loaded_again(void **state)
{
	struct change_list list = {0}, found = {0};
	char path[512];
	struct tree tree;
	struct change *c;
	struct error e;

	(void)state;
	tree_make(&tree);
	(void)snprintf(path, sizeof(path), "%s/saved", tree.root.path);
	for (int i = 0; i < 3; i++) {
		c = change_add(&list, &change_affinity, "worker", NULL, "2");
		assert_non_null(c);
		c->id = i; /* 0: it has ended meanwhile */
		c->start = 70 + i;
		c->role = strdup("worker");
		assert_int_equal(change_remember(c, "0-3", &e), 0);
	}
	assert_int_equal(saved_write(&list, path, &e), 0);
	assert_int_equal(saved_write(&list, path, &e), -EEXIST);
	assert_string_equal(e.where, path);
	assert_int_equal(saved_load(path, &found, &e), 0);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.list[1].id, 2);
	assert_int_equal(found.list[1].start, 72);
	assert_string_equal(found.list[1].before, "0-3");
	assert_ptr_equal(found.list[1].kind, &change_affinity);
	change_list_done(&list);
	change_list_done(&found);
	tree_remove(&tree);
}

static void
other_files_are_refused(void **state)
{
	static const char *const rows[] = {
		"junk\n",
		"{\"qemu\":1,\"start\":2}\n",
		"{\"kind\":\"cgroup\",\"target\":\"/x\",\"before\":\"no\"}\n",
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct change_list found = {0};
		struct error e = {0};
		char path[512];

		(void)snprintf(path, sizeof(path), "%s/saved", tree.root.path);
		tree_put(&tree, "saved", rows[i]);
		assert_int_equal(saved_load(path, &found, &e), -EINVAL);
		assert_int_equal(found.count, 0);
		change_list_done(&found);
	}
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_changes_are_loaded_again),
		cmocka_unit_test(other_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
