/* SPDX-License-Identifier: MIT */
/* What the man pages of the commands have from the commands' own words. */
#include "command/manual.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "command/words.h"

/* What man(7) and its readers would take for something else, as they shall show it. */
static const char *
escape_of(char c)
{
	switch (c) {
	case '-':
		return "\\-";
	case '\\':
		return "\\e";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	default:
		return NULL;
	}
}

/* Text of @len bytes, just as it is. */
static void
put(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char *escape = escape_of(text[i]);

		if (escape != NULL)
			(void)fputs(escape, out);
		else if (text[i] == '.' && (i == 0 || text[i - 1] == '\n'))
			(void)fputs("\\&.", out);
		else
			(void)fputc(text[i], out);
	}
}

/* What is between backquotes is bold. */
static void
put_summary(FILE *out, const char *summary)
{
	bool bold = false;

	for (const char *at = summary; *at != '\0'; at += *at == '`') {
		size_t len = strcspn(at, "`");

		put(out, at, len);
		at += len;
		if (*at == '\0')
			break;
		bold = !bold;
		(void)fputs(bold ? "\\fB" : "\\fP", out);
	}
}

/* Options are bold, and placeholders in italics. */
static void
put_synopsis(FILE *out, const char *synopsis)
{
	for (const char *at = synopsis; *at != '\0';) {
		size_t len = strcspn(at, " []|=.");
		char font = '\0';

		if (len > 0 && at[0] == '-')
			font = 'B';
		else if (len > 0 && isupper((unsigned char)at[0]))
			font = 'I';
		if (font != '\0')
			(void)fprintf(out, "\\f%c", font);
		put(out, at, len);
		if (font != '\0')
			(void)fputs("\\fP", out);
		at += len;
		if (*at != '\0')
			(void)fputc(*at++, out);
	}
}

int
command_manual_head(FILE *out, const struct command *c)
{
	(void)fprintf(out, ".SH NAME\nqpin\\-%s \\- ", c->name);
	put_summary(out, c->summary);
	(void)fprintf(out, "\n.SH SYNOPSIS\n\\fBqpin %s\\fP ", c->name);
	put_synopsis(out, c->synopsis);
	(void)fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}

/* The last paragraph; it is examples when each line of it is indented. */
static const char *
examples_find(const char *help)
{
	const char *last = help;

	for (const char *at = help; (at = strstr(at, "\n\n")) != NULL; at += strlen("\n\n"))
		last = at + strlen("\n\n");
	if (last == help)
		return NULL;
	for (const char *line = last; *line != '\0'; line += *line == '\n') {
		if (!str_starts(line, "  ") || str_starts(line, "  -"))
			return NULL;
		line = strchrnul(line, '\n');
	}
	return last;
}

int
command_manual_examples(FILE *out, const struct command *c)
{
	const char *line = examples_find(c->help);

	if (line == NULL)
		return 0;
	(void)fputs(".SH EXAMPLES\n.nf\n", out);
	while (*line != '\0') {
		const char *end = strchrnul(line, '\n');
		const char *text = line + strlen("  ");

		put(out, text, (size_t)(end - text));
		(void)fputc('\n', out);
		line = end + (*end == '\n');
	}
	(void)fputs(".fi\n", out);
	return ferror(out) ? -EIO : 0;
}

int
command_manual_options(FILE *out, const struct command *c)
{
	struct word_option option;
	const char *help = c->help;

	while (words_option_next(&help, &option)) {
		for (size_t i = 0; i < option.name_count; i++) {
			put(out, option.names[i], strlen(option.names[i]));
			(void)fputc('\n', out);
		}
	}
	return ferror(out) ? -EIO : 0;
}

int
command_manual_list(FILE *out, const struct command *const *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, ".TP\n.BR qpin\\-%s (1)\n", commands[i]->name);
		put_summary(out, commands[i]->summary);
		(void)fputs(".\n", out);
	}
	return ferror(out) ? -EIO : 0;
}
