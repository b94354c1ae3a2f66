/* SPDX-License-Identifier: MIT */
#include "config/node.h"

#include <errno.h>
#include <string.h>

#include "check.h"

static void
node_add_counts_weight_and_height(void **state)
{
	auto_document struct document doc = {0};
	struct node *outer = node_new(&doc, NODE_MAP, (struct place){1, 1});
	struct node *inner = node_new(&doc, NODE_LIST, (struct place){2, 1});
	struct node *leaf = node_new(&doc, NODE_SCALAR, (struct place){3, 1});

	(void)state;
	assert_int_equal(node_add(inner, NULL, leaf), 0);
	assert_int_equal(node_add(inner, NULL, leaf), 0);
	assert_int_equal(inner->weight, 3);
	assert_int_equal(inner->height, 2);
	assert_int_equal(node_add(outer, leaf, inner), 0);
	assert_int_equal(outer->weight, 5);
	assert_int_equal(outer->height, 3);
	assert_int_equal(outer->items[0].value->place.line, 2);
}

static void
node_add_refuses_too_much(void **state)
{
	auto_document struct document doc = {0};
	struct node *leaf = node_new(&doc, NODE_SCALAR, (struct place){1, 1});
	struct node *half = node_new(&doc, NODE_LIST, (struct place){1, 1});
	struct node *whole = node_new(&doc, NODE_LIST, (struct place){1, 1});

	(void)state;
	for (unsigned i = 0; i < DOCUMENT_MAX_NODES / 2; i++)
		assert_int_equal(node_add(half, NULL, leaf), 0);
	assert_int_equal(node_add(whole, NULL, half), 0);
	assert_int_equal(node_add(whole, NULL, half), -E2BIG);
}

static void
node_is_empty_only_without_quotes(void **state)
{
	auto_document struct document doc = {0};
	struct node *node = node_new(&doc, NODE_SCALAR, (struct place){1, 1});
	struct node *list = node_new(&doc, NODE_LIST, (struct place){1, 1});

	(void)state;
	node->text = strdup("");
	assert_true(node_is_empty(node));
	node->quoted = true;
	assert_false(node_is_empty(node));
	assert_false(node_is_empty(list));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(node_add_counts_weight_and_height),
		cmocka_unit_test(node_add_refuses_too_much),
		cmocka_unit_test(node_is_empty_only_without_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
