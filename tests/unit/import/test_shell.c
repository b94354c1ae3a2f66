/* SPDX-License-Identifier: MIT */
#include "import/shell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

enum {
	LINES = 2000,
	WORDS_MAX = 8,
	WORD_MAX = 10,
};

static void
shell_split_takes_words_as_a_shell_does(void **state)
{
	/* @want: the words, each in brackets */
	static const struct {
		const char *text, *want;
	} row[] = {
		{"", ""},
		{" \n\t\n", ""},
		{"a", "[a]"},
		{" a  b\tc \n", "[a][b][c]"},
		{"a \\\n-b \\\n  c\n\n", "[a][-b][c]"},
		{"a\\\nb", "[ab]"},
		{"\n\na b", "[a][b]"},
		{"'' \"\" a''", "[][][a]"},
		{"'a b'c\"d e\"f", "[a bcd ef]"},
		{"'\\n$x`\"'", "[\\n$x`\"]"},
		{"\"\\$ \\` \\\" \\\\ \\n '\"", "[$ ` \" \\ \\n ']"},
		{"\"a\\\nb\nc\"", "[ab\nc]"},
		{"'a\nb'", "[a\nb]"},
		{"\\$x \\  \\\\ \\'", "[$x][ ][\\][']"},
		{"a#b c~d e!f {g}", "[a#b][c~d][e!f][{g}]"},
		{"A=b '{\"a\":1}' x=1,y=2 %@^-+:/._", "[A=b][{\"a\":1}][x=1,y=2][%@^-+:/._]"},
		{"'it'\\''s'", "[it's]"},
		{"\"\\", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_argv struct argv words = {0};
		auto_buf struct buf got = {0};
		struct error e;
		int r = shell_split(row[i].text, strlen(row[i].text), "f", &words, &e);

		for (size_t j = 0; j < words.count; j++)
			buf_printf(&got, "[%s]", words.list[j]);
		buf_add(&got, "");
		if ((r == 0) != (row[i].want != NULL) || (r == 0 && !str_eq(got.text, row[i].want)))
			fail_msg("row %zu: %d, %s", i, r, got.text);
	}
}

static void
shell_split_refuses_what_is_more_than_words(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		unsigned line, column;
		const char *why;
	} row[] = {
		{"a $HOME", 0, 1, 3, "something else"},
		{"a \"$(id)\"", 0, 1, 4, "something else"},
		{"a `id`", 0, 1, 3, "something else"},
		{"a \"`id`\"", 0, 1, 4, "something else"},
		{"a; id", 0, 1, 2, "one plain command"},
		{"a & b", 0, 1, 3, "one plain command"},
		{"a|b", 0, 1, 2, "one plain command"},
		{"a >b", 0, 1, 3, "one plain command"},
		{"a <b", 0, 1, 3, "one plain command"},
		{"(a)", 0, 1, 1, "one plain command"},
		{"a *.img", 0, 1, 3, "something else"},
		{"a x?", 0, 1, 4, "something else"},
		{"a [b]", 0, 1, 3, "something else"},
		{"a ~/b", 0, 1, 3, "something else"},
		{"# a", 0, 1, 1, "something else"},
		{"!a", 0, 1, 1, "something else"},
		{"a \\\nb\nc", 0, 3, 1, "a second command"},
		{"a 'b\nc", 0, 1, 3, "a quote (') is not closed"},
		{"a\\\n \"b", 0, 2, 2, "a quote (\") is not closed"},
		{"a \"b\\\"", 0, 1, 3, "a quote (\") is not closed"},
		{"a \\", 0, 1, 3, "nothing follows"},
		{"a\nb\0c", 5, 2, 2, "NUL"},
		{"a '\0'", 5, 1, 4, "NUL"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_argv struct argv words = {0};
		struct error e = {0};
		size_t len = row[i].len > 0 ? row[i].len : strlen(row[i].text);
		int r = shell_split(row[i].text, len, "f", &words, &e);

		if (r != -EINVAL || e.kind != ERROR_DEFINITION || e.line != row[i].line ||
			e.column != row[i].column || strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: %d, %u:%u %s", i, r, e.line, e.column, e.why);
	}
}

static void
shell_split_reads_back_what_argv_shell_writes(void **state)
{
	(void)state;
	srandom(1);
	for (size_t i = 0; i < LINES; i++) {
		auto_argv struct argv words = {0}, got = {0};
		auto_buf struct buf line = {0};
		size_t count = (size_t)random() % WORDS_MAX;
		struct error e;

		for (size_t j = 0; j < count; j++) {
			char word[WORD_MAX + 1] = "";
			size_t len = (size_t)random() % WORD_MAX;

			for (size_t k = 0; k < len; k++)
				word[k] = (char)(1 + random() % 255);
			assert_int_equal(argv_add(&words, word, &e), 0);
		}
		argv_shell(&words, &line);
		buf_add(&line, "\n");
		if (shell_split(line.text, line.len, "f", &got, &e) != 0)
			fail_msg("%s: %s", line.text, e.why);
		assert_int_equal(got.count, count);
		for (size_t j = 0; j < count; j++)
			assert_string_equal(got.list[j], words.list[j]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shell_split_takes_words_as_a_shell_does),
		cmocka_unit_test(shell_split_refuses_what_is_more_than_words),
		cmocka_unit_test(shell_split_reads_back_what_argv_shell_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
