/* SPDX-License-Identifier: MIT */
#include "cgroup/masklist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

static struct cpus
set_of(const char *text)
{
	struct cpus cpus;

	assert_int_equal(cpus_parse(text, &cpus), 0);
	return cpus;
}

static int
parse(const char *text, struct mask_list *list, struct error *e)
{
	auto_free char *copy = strdup(text);

	return mask_list_parse(copy, "/run/qpin/.masks", list, e);
}

static void
text_is_read_as_it_was_written(void **state)
{
	static const char text[] = "qpin masks changing 80\n9 70 0-5 0-2\n3 71 2-3 3\n12 0 7 0-2\n";
	auto_mask_list struct mask_list list = {0};
	auto_free char *again = NULL;
	struct cpus seven = set_of("7");
	struct error e;

	(void)state;
	assert_int_equal(parse(text, &list, &e), 0);
	assert_true(list.changing);
	assert_int_equal(list.looked, 80);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.set_count, 5); /* 0-5 0-2 2-3 3 7 */
	assert_int_equal(mask_list_find(&list, 9)->start, 70);
	assert_true(cpus_equal(&list.sets[mask_list_find(&list, 12)->own], &seven));
	assert_null(mask_list_find(&list, 4));
	assert_null(mask_list_find(&list, 13));
	mask_list_find(&list, 9)->tid = 0; /* dropped */
	list.changing = false;
	again = mask_list_text(&list);
	assert_string_equal(again, "qpin masks settled 80\n3 71 2-3 3\n12 0 7 0-2\n");
}

static void
text_may_have_no_task(void **state)
{
	auto_mask_list struct mask_list list = {0};
	auto_free char *again = NULL;
	struct error e;

	(void)state;
	assert_int_equal(parse("qpin masks changing 0\n", &list, &e), 0);
	assert_null(mask_list_find(&list, 1));
	again = mask_list_text(&list);
	assert_string_equal(again, "qpin masks changing 0\n");
}

static void
what_is_added_is_written_after_the_rest(void **state)
{
	auto_mask_list struct mask_list list = {0};
	struct cpus own = set_of("0,2"), left = set_of("0");
	auto_free char *text = NULL;
	struct error e;
	unsigned lines = 0;

	(void)state;
	assert_int_equal(parse("qpin masks settled 80\n5 1 0 0\n", &list, &e), 0);
	for (pid_t tid = 1; tid <= 300; tid++)
		assert_int_equal(mask_list_add(&list, tid, 2, &own, &left), 0);
	assert_int_equal(list.set_count, 2);
	assert_int_equal(mask_list_find(&list, 5)->start, 1);
	assert_null(mask_list_find(&list, 6));
	text = mask_list_text(&list);
	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, 302);
	assert_non_null(strstr(text, "\n300 2 0,2 0\n"));
}

static void
text_that_is_no_list_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"junk\n",
		"qpin masks settled\n5 1 0 0\n",
		"qpin masks settled 80 and more\n",
		"qpin masks settled 80\n5 1 0\n",
		"qpin masks settled 80\n5 1 0 0 0\n",
		"qpin masks settled 80\n0 1 0 0\n",
		"qpin masks settled 80\n-5 1 0 0\n",
		"qpin masks settled 80\n5 x 0 0\n",
		"qpin masks settled 80\n5 1 0-x 0\n",
		"qpin masks settled 80\n5 1 0 9000\n",
		"qpin masks settled 80\n5 1  0\n", /* no CPU at all is no mask */
		"qpin masks settled 80\n5 1 0 0\n\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		auto_mask_list struct mask_list list = {0};
		struct error e;

		if (parse(rows[i], &list, &e) != -EINVAL)
			fail_msg("row %zu: \"%s\"", i, rows[i]);
		assert_string_equal(e.where, "/run/qpin/.masks");
	}
}

static void
file_is_replaced_loaded_and_deleted(void **state)
{
	auto_mask_list struct mask_list list = {0}, found = {0};
	struct cpus own = set_of("1");
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(mask_list_load(&tree.root, &found, &e), -ENOENT);
	tree_put(&tree, MASKS_FILE ".new", "of a qpin that died");
	assert_int_equal(mask_list_add(&list, 7, 8, &own, &own), 0);
	assert_int_equal(mask_list_save(&tree.root, &list, &e), 0);
	assert_int_equal(mask_list_save(&tree.root, &list, &e), 0);
	assert_false(file_exists(&tree.root, MASKS_FILE ".new"));
	assert_int_equal(mask_list_load(&tree.root, &found, &e), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(mask_list_delete(&tree.root, &e), 0);
	assert_int_equal(mask_list_delete(&tree.root, &e), 0);
	assert_int_equal(mask_list_load(&tree.root, &found, &e), -ENOENT);
	tree_put(&tree, MASKS_FILE, "junk");
	assert_int_equal(mask_list_load(&tree.root, &found, &e), -EINVAL);
	assert_non_null(strstr(e.hint, "rm "));
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_as_it_was_written),
		cmocka_unit_test(text_may_have_no_task),
		cmocka_unit_test(what_is_added_is_written_after_the_rest),
		cmocka_unit_test(text_that_is_no_list_is_refused),
		cmocka_unit_test(file_is_replaced_loaded_and_deleted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
