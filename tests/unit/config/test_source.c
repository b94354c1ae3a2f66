/* SPDX-License-Identifier: MIT */
#include "config/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/bad.h"

#define BYTES(bytes) .text = (bytes), .len = sizeof(bytes) - 1

static void
source_check_refuses_bytes_that_are_no_text(void **state)
{
	static const struct bad_row row[] = {
		{BYTES("\xff\xfel\0a\0"), .line = 1, .column = 1, .why = "UTF-16, not UTF-8"},
		{BYTES("\xfe\xff\0l\0a"), .line = 1, .column = 1, .why = "UTF-16, not UTF-8"},
		{BYTES("l\0a\0"), .line = 1, .column = 2, .why = "a NUL byte", .hint = "UTF-16"},
		{BYTES("a: b\nc\0: d\n"), .line = 2, .column = 2, .why = "a NUL byte"},
		{.text = "a: \xe4\n",
			.line = 1,
			.column = 4,
			.why = "byte 0xe4 here is not UTF-8",
			.hint = "UTF-8"},
		{.text = "a\r\n\xc3\xa4\xc0\xaf", .line = 2, .column = 2, .why = "byte 0xc0"},
		{.text = "\xed\xa0\x80", .line = 1, .column = 1, .why = "byte 0xed"},
		{.text = "\xf4\x90\x80\x80", .line = 1, .column = 1, .why = "byte 0xf4"},
		{.text = "ab\xe2\x82", .line = 1, .column = 3, .why = "byte 0xe2"},
		{.text = "a: \x1b[0m\n", .line = 1, .column = 4, .why = "character U+001B"},
		{.text = "a:\n\x7f\n", .line = 2, .column = 1, .why = "character U+007F"},
		{.text = "a:\r\xc2\x9b\n", .line = 2, .column = 1, .why = "character U+009B"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
source_check_bounds_the_size(void **state)
{
	size_t len = SOURCE_MAX_BYTES + 1;
	auto_free char *text = malloc(len + 1);
	struct bad_row row = {
		.text = text, .line = 1, .column = 1, .why = "the file is larger than 1 MiB"};

	(void)state;
	assert_non_null(text);
	memset(text, '#', len);
	text[len] = '\0';
	bad_rows_check(&row, 1);
	text[len - 1] = '\0'; /* as much as is allowed, of comment */
	row.why = "the file is empty";
	bad_rows_check(&row, 1);
}

static void
utf8_length_knows_whole_characters(void **state)
{
	static const struct {
		const char *text;
		size_t want;
	} row[] = {
		{"a", 1},
		{"\xc3\xa4", 2},
		{"\xe2\x82\xac", 3},
		{"\xf0\x9f\x98\x80", 4},
		{"\xef\xbb\xbf", 3},
		{"\x80", 0},
		{"\xc1\x80", 0},
		{"\xe0\x9f\x80", 0},
		{"\xf0\x8f\x80\x80", 0},
		{"\xf5\x80\x80\x80", 0},
		{"\xc3", 0},
		{"\xc3.", 0},
		{"\xe2\x82.", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		assert_int_equal(utf8_length(row[i].text, strlen(row[i].text)), row[i].want);
	assert_int_equal(utf8_length("", 0), 0);
}

static void
source_find_tab_looks_at_the_indentation_alone(void **state)
{
	static const char text[] = "a\tb\n  \tc\n\td";
	struct place place = {0, 0};

	(void)state;
	assert_false(source_find_tab(text, strlen(text), 1, &place));
	assert_true(source_find_tab(text, strlen(text), 2, &place));
	assert_int_equal(place.line, 2);
	assert_int_equal(place.column, 3);
	assert_true(source_find_tab(text, strlen(text), 3, &place));
	assert_int_equal(place.column, 1);
	assert_false(source_find_tab(text, strlen(text), 4, &place));
	assert_false(source_find_tab("", 0, 1, &place));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(source_check_refuses_bytes_that_are_no_text),
		cmocka_unit_test(source_check_bounds_the_size),
		cmocka_unit_test(utf8_length_knows_whole_characters),
		cmocka_unit_test(source_find_tab_looks_at_the_indentation_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
