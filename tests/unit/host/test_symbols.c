/* SPDX-License-Identifier: MIT */
#include "host/symbols.h"

#include "check.h"
#include "tree.h"

static void
functions_are_found_by_where_they_begin(void **state)
{
	struct symbol list[] = {
		{.address = UINT64_C(0xffffffff81000100)},
		{.address = UINT64_C(0xffffffffc0000000)},
		{.address = UINT64_C(0xffffffff81000101)},
		{.address = 0},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "kallsyms",
		"0000000000000000 A fixed_percpu_data\n"
		"ffffffff81000100 t tick_sched_timer\n"
		"ffffffff81000100 t an_alias\n"
		"ffffffffc0000000 t vhost_worker\t[vhost]\n"
		"junk\n"
		"ffffffff81000101\n");
	symbols_find(&tree.root, list, 4);
	assert_string_equal(list[0].name, "tick_sched_timer");
	assert_string_equal(list[1].name, "vhost_worker");
	assert_string_equal(list[2].name, "");
	assert_string_equal(list[3].name, "");
	tree_remove(&tree);
}

/* kernel.kptr_restrict, or no such file. */
static void
hidden_ones_have_no_names(void **state)
{
	struct symbol list[] = {{.address = 0}, {.address = 1, .name = "old"}};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	symbols_find(&tree.root, list, 2);
	assert_string_equal(list[1].name, "");
	tree_put(&tree, "kallsyms", "0000000000000000 T _text\n0000000000000000 T _stext\n");
	symbols_find(&tree.root, list, 2);
	assert_string_equal(list[0].name, "");
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_found_by_where_they_begin),
		cmocka_unit_test(hidden_ones_have_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
