/* SPDX-License-Identifier: MIT */
#include "report/table.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "report/text.h"

static const struct table_column columns[] = {
	{.title = "NAME"},
	{.title = "CPU", .is_number = true},
	{.title = "WHY"},
};

static char *
print(const char *const (*rows)[COUNT(columns)], size_t count)
{
	struct table *table;
	struct text text;
	struct error e;

	assert_int_equal(table_new(columns, COUNT(columns), &table, &e), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(table_add(table, rows[i], &e), 0);
	text_open(&text);
	assert_int_equal(table_print(table, text.out, &e), 0);
	table_free(table);
	return text_close(&text);
}

static void
table_lines_columns_up(void **state)
{
	static const char *const rows[][COUNT(columns)] = {
		{"a", "2", "because"},
		{"longer", "1023", ""},
	};
	char *text = print(rows, COUNT(rows));

	(void)state;
	assert_string_equal(text, "NAME    CPU WHY\n"
				  "a         2 because\n"
				  "longer 1023 \n");
	free(text);
}

static void
table_never_cuts_a_cell(void **state)
{
	char wide[2000];
	const char *const rows[][COUNT(columns)] = {{wide, "1", wide}};
	char *text;

	(void)state;
	memset(wide, 'x', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	text = print(rows, COUNT(rows));
	assert_non_null(strstr(text, wide));
	assert_true(strlen(text) > 2 * strlen(wide));
	free(text);
}

static void
table_shows_control_bytes_as_text(void **state)
{
	static const char *const rows[][COUNT(columns)] = {{"a\033[2Jb", "1", "x\ny"}};
	char *text = print(rows, COUNT(rows));

	(void)state;
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "\\x1b"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_lines_columns_up),
		cmocka_unit_test(table_never_cuts_a_cell),
		cmocka_unit_test(table_shows_control_bytes_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
