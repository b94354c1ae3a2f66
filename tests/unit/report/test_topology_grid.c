/* SPDX-License-Identifier: MIT */
#include "report/topology_grid.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"

static const struct map_item plain = {.tenant = MAP_TENANT_NONE};

static void
grid_puts_texts_behind_each_other(void **state)
{
	auto_grid struct map_grid grid = {0};

	(void)state;
	grid_begin(&grid, 60);
	assert_int_equal(grid_put(&grid, &plain, "%s", "one"), 0);
	grid_skip(&grid, 2);
	assert_int_equal(grid_put(&grid, &plain, "%s %d", "two", 2), 1);
	grid_line(&grid, 4);
	assert_int_equal(grid_put(&grid, &plain, "x"), 2);
	assert_int_equal(grid.items[1].column, 5);
	assert_int_equal(grid.items[1].columns, 5);
	assert_int_equal(grid.items[2].line, 1);
	assert_int_equal(grid.items[2].column, 4);
}

static void
grid_keeps_the_size_of_a_box(void **state)
{
	const struct map_item box = {.shape = MAP_SHAPE_CORE, .lines = 1, .columns = 9};
	auto_grid struct map_grid grid = {0};

	(void)state;
	grid_begin(&grid, 60);
	(void)grid_put(&grid, &box, "%s", "");
	assert_int_equal(grid.items[0].columns, 9);
	assert_int_equal(grid.column, 0);
}

static void
grid_breaks_lines_where_something_is_in_them(void **state)
{
	auto_grid struct map_grid grid = {0};

	(void)state;
	grid_begin(&grid, 1);
	assert_int_equal(grid.width, MAP_WIDTH_MIN);
	grid_need(&grid, MAP_WIDTH_MIN + 1);
	assert_int_equal(grid.line, 0);
	(void)grid_put(&grid, &plain, "x");
	grid_need(&grid, MAP_WIDTH_MIN - 1);
	assert_int_equal(grid.line, 0);
	grid_need(&grid, MAP_WIDTH_MIN);
	assert_int_equal(grid.line, 1);
}

static void
grid_shows_no_control_bytes(void **state)
{
	auto_grid struct map_grid grid = {0};

	(void)state;
	grid_begin(&grid, 60);
	(void)grid_put(&grid, &plain, "%s", "a\033[2J\xc3\xa4\x7f~");
	assert_string_equal(grid.items[0].text, "a?[2J???~");
}

static void
grid_breaks_lists_behind_commas(void **state)
{
	auto_grid struct map_grid grid = {0};
	struct cpus cpus = {0};

	(void)state;
	grid_begin(&grid, 40);
	grid_list(&grid, &plain, &cpus);
	assert_int_equal(grid.count, 0);
	for (unsigned i = 100; i < 140; i += 2)
		cpus_add(&cpus, i);
	grid.indent = grid.column = 20;
	grid_list(&grid, &plain, &cpus);
	assert_int_equal(grid.line, 3); /* 20 CPUs, 5 a line */
	for (size_t i = 0; i < grid.count; i++) {
		const struct map_item *item = &grid.items[i];

		assert_true(item->column >= 20 && item->column + item->columns <= 40);
		assert_int_equal(strchr(item->text, ',') != NULL, i + 1 < grid.count);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grid_puts_texts_behind_each_other),
		cmocka_unit_test(grid_keeps_the_size_of_a_box),
		cmocka_unit_test(grid_breaks_lines_where_something_is_in_them),
		cmocka_unit_test(grid_shows_no_control_bytes),
		cmocka_unit_test(grid_breaks_lists_behind_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
