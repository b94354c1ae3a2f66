/* SPDX-License-Identifier: MIT */
/* Rows of bad definitions: where the error is, and what it says. */
#ifndef QPIN_TESTS_CONFIG_BAD_H
#define QPIN_TESTS_CONFIG_BAD_H

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "config/definition.h"

/* A whole definition but for some keys of launcher, which begin in line 3. */
#define LAUNCHER(keys) "launcher:\n  binary: q\n" keys "qemu: []\n"

/* A whole definition but for QEMU's options, which begin in line 2. */
#define QEMU(options) "launcher: { binary: q }\nqemu:\n" options

/* Each row has exactly one error. */
struct bad_row {
	const char *text;
	size_t len; /* when the text has a NUL; else 0 */
	unsigned line, column;
	const char *why;  /* a part of it */
	const char *hint; /* a part of it; "": there is none; NULL: don't care */
};

static inline bool
bad_row_is_refused(const struct bad_row *row)
{
	struct definition d;
	struct problems problems;
	struct error e = {0};
	const struct definition_text from = {
		.text = row->text,
		.len = row->len > 0 ? row->len : strlen(row->text),
		.path = "vm.yml",
	};
	int r = definition_parse(&from, &d, &problems, &e);
	size_t count = problems.count;

	definition_done(&d);
	problems_done(&problems);
	if (r == -EINVAL && count == 1 && e.kind == ERROR_DEFINITION && str_eq(e.where, "vm.yml") &&
		e.line == row->line && e.column == row->column && strstr(e.why, row->why) != NULL &&
		(row->hint == NULL || strstr(e.hint, row->hint) != NULL) &&
		(row->hint == NULL || (row->hint[0] == '\0') == (e.hint[0] == '\0')))
		return true;
	print_error("--\n%s--\nwant %u:%u \"%s\" (%s), got %d with %zu errors, %u:%u \"%s\" (%s)\n",
		row->text, row->line, row->column, row->why, row->hint != NULL ? row->hint : "", r,
		count, e.line, e.column, e.why, e.hint);
	return false;
}

static inline void
bad_rows_check(const struct bad_row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !bad_row_is_refused(&rows[i]);
	if (wrong > 0)
		fail_msg("%zu of %zu bad definitions aren't refused as they should", wrong, count);
}

/* good - a definition that must be whole; the caller calls definition_done() */
static inline struct definition
good(const char *text)
{
	struct definition d;
	struct problems problems;
	struct error e = {0};
	const struct definition_text from = {.text = text, .len = strlen(text), .path = "vm.yml"};
	int r = definition_parse(&from, &d, &problems, &e);

	problems_done(&problems);
	if (r != 0) {
		definition_done(&d);
		fail_msg("--\n%s--\nis refused: %u:%u %s", text, e.line, e.column, e.why);
	}
	return d;
}

#endif
