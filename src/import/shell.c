/* SPDX-License-Identifier: MIT */
/* A command line as text, taken apart into words as a shell does it, without a shell. */
#include "import/shell.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

struct reader {
	const char *at, *end;
	const char *path;
	unsigned line, column; /* of at, both from 1; a column is a byte */
	struct buf word;
	bool in_word; /* also while it is empty: '' */
	bool is_over; /* a line has ended: nothing may follow */
	struct argv *words;
	struct error *e;
};

static int
refuse(const struct reader *r, const char *why, const char *hint)
{
	(void)error_definition(r->e, r->path, r->line, r->column, "%s", why);
	return error_hint(r->e, "%s", hint);
}

static char
next(struct reader *r)
{
	char c = *r->at++;

	r->column++;
	if (c == '\n') {
		r->line++;
		r->column = 1;
	}
	return c;
}

static void
take(struct reader *r)
{
	char c = next(r);

	buf_add_bytes(&r->word, &c, 1);
}

static int
word_end(struct reader *r)
{
	int code;

	if (!r->in_word)
		return 0;
	buf_add(&r->word, "");
	if (r->word.failed)
		return error_sys(r->e, ENOMEM, r->path, "read a command line");
	code = argv_add(r->words, r->word.text, r->e);
	buf_done(&r->word);
	r->in_word = false;
	return code;
}

static int
single_read(struct reader *r)
{
	struct reader start = *r;

	(void)next(r);
	while (r->at < r->end && *r->at != '\'')
		take(r);
	if (r->at == r->end)
		return refuse(&start, "a quote (') is not closed", "");
	(void)next(r);
	return 0;
}

/* In double quotes a backslash is one, but before what it can take the meaning from. */
static void
double_backslash(struct reader *r)
{
	if (r->end - r->at < 2 || strchr("$`\"\\\n", r->at[1]) == NULL) {
		take(r);
		return;
	}
	(void)next(r);
	if (*r->at == '\n')
		(void)next(r);
	else
		take(r);
}

static int
double_read(struct reader *r)
{
	struct reader start = *r;

	(void)next(r);
	while (r->at < r->end && *r->at != '"') {
		if (*r->at == '$' || *r->at == '`')
			return refuse(r, "a shell would put something else here",
				"write the value itself, or take single quotes");
		if (*r->at == '\\')
			double_backslash(r);
		else
			take(r);
	}
	if (r->at == r->end)
		return refuse(&start, "a quote (\") is not closed", "");
	(void)next(r);
	return 0;
}

/* At a line's end it is nothing, else the next character is taken as it is. */
static int
backslash_read(struct reader *r)
{
	struct reader start = *r;

	(void)next(r);
	if (r->at == r->end)
		return refuse(&start, "nothing follows the backslash", "");
	if (*r->at == '\n') {
		(void)next(r);
		return 0;
	}
	r->in_word = true;
	take(r);
	return 0;
}

/* Anything unquoted that is no blank, quote or backslash. */
static int
plain_read(struct reader *r)
{
	char c = *r->at;

	if (strchr(";&|<>()", c) != NULL)
		return refuse(r, "more than one plain command",
			"give QEMU's command line alone; a character such as ; or < needs quotes");
	if (strchr("$`*?[", c) != NULL || (strchr("~#!", c) != NULL && !r->in_word))
		return refuse(r, "a shell would put something else here",
			"write the value itself, or quote the character");
	r->in_word = true;
	take(r);
	return 0;
}

static int
quoted_read(struct reader *r)
{
	r->in_word = true;
	return *r->at == '\'' ? single_read(r) : double_read(r);
}

static int
character_read(struct reader *r)
{
	char c = *r->at;
	int code;

	if (c == ' ' || c == '\t' || c == '\n') {
		code = word_end(r);
		r->is_over = r->is_over || (c == '\n' && r->words->count > 0);
		(void)next(r);
		return code;
	}
	if (r->is_over)
		return refuse(r, "a second command begins here",
			"end a line that goes on with a backslash");
	if (c == '\\')
		return backslash_read(r);
	return c == '\'' || c == '"' ? quoted_read(r) : plain_read(r);
}

int
shell_split(const char *text, size_t len, const char *path, struct argv *ret, struct error *e)
{
	struct reader r = {
		.at = text,
		.end = text + len,
		.path = path,
		.line = 1,
		.column = 1,
		.words = ret,
		.e = e,
	};
	int code = 0;

	if (memchr(text, '\0', len) != NULL) {
		while (*r.at != '\0')
			(void)next(&r);
		return refuse(&r, "a NUL byte is no text", "");
	}
	while (code == 0 && r.at < r.end)
		code = character_read(&r);
	if (code == 0)
		code = word_end(&r);
	buf_done(&r.word);
	return code;
}
