/* SPDX-License-Identifier: MIT */
#include "config/anchors.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "config/node.h"

static void
anchors_find_gives_the_last_of_a_name(void **state)
{
	static const struct node first, second;
	struct anchors anchors = {0};
	struct anchor *made = NULL;

	(void)state;
	assert_null(anchors_find(&anchors, "a"));
	assert_int_equal(anchors_add(&anchors, "a", &made), 0);
	assert_null(made->node);
	made->node = &first;
	assert_int_equal(anchors_add(&anchors, "a", &made), 0);
	made->node = &second;
	assert_ptr_equal(anchors_find(&anchors, "a")->node, &second);
	assert_null(anchors_find(&anchors, "b"));
	anchors_done(&anchors);
}

static void
anchors_add_is_bounded(void **state)
{
	struct anchors anchors = {0};
	struct anchor *made = NULL;

	(void)state;
	for (unsigned i = 0; i < ANCHORS_MAX; i++)
		assert_int_equal(anchors_add(&anchors, "a", &made), 0);
	assert_int_equal(anchors_add(&anchors, "a", &made), -E2BIG);
	anchors_done(&anchors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anchors_find_gives_the_last_of_a_name),
		cmocka_unit_test(anchors_add_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
