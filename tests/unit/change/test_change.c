/* SPDX-License-Identifier: MIT */
#include "change/change.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static const struct change_kind kind_a = {.name = "a"}, kind_b = {.name = "b"};

static void
change_add_copies_its_texts(void **state)
{
	struct change_list list = {0};
	char target[] = "/x";
	struct change *c;

	(void)state;
	c = change_add(&list, &kind_a, target, NULL, "v");
	assert_non_null(c);
	target[1] = 'y';
	assert_string_equal(c->target, "/x");
	assert_null(c->key);
	assert_string_equal(c->value, "v");
	assert_int_equal(list.count, 1);
	change_list_done(&list);
	assert_int_equal(list.count, 0);
}

static void
change_same_ignores_what_was_before(void **state)
{
	struct change_list list = {0};
	struct change copy;

	(void)state;
	assert_non_null(change_add(&list, &kind_a, "/x", "k", "v"));
	assert_int_equal(change_copy(&list.list[0], &copy), 0);
	copy.before = strdup("old");
	assert_true(change_same(&list.list[0], &copy));
	copy.id = 1;
	assert_false(change_same(&list.list[0], &copy));
	copy.id = 0;
	copy.kind = &kind_b;
	assert_false(change_same(&list.list[0], &copy));
	copy.kind = &kind_a;
	free(copy.key);
	copy.key = NULL;
	assert_false(change_same(&list.list[0], &copy));
	change_done(&copy);
	change_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(change_add_copies_its_texts),
		cmocka_unit_test(change_same_ignores_what_was_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
