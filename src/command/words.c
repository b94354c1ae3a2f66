/* SPDX-License-Identifier: MIT */
/* The words that a command takes, read from its own synopsis and help. */
#include "command/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char option_begin[] = "  -", text_begin[] = "  ";

const char *
word_kind_name(enum word_kind kind)
{
	static const char *const names[] = {
		[WORD_NONE] = "none",
		[WORD_ANY] = "any",
		[WORD_VM] = "vm",
		[WORD_USER] = "user",
		[WORD_CPUS] = "cpus",
		[WORD_FILE] = "file",
		[WORD_PID] = "pid",
	};

	return names[kind];
}

/* By the placeholder that @text begins with. */
static enum word_kind
kind_of(const char *text)
{
	static const struct {
		const char *word;
		enum word_kind kind;
	} row[] = {
		{"NAME", WORD_VM},
		{"USER", WORD_USER},
		{"CPUS", WORD_CPUS},
		{"LIST", WORD_CPUS},
		{"SELECT", WORD_CPUS},
		{"FILE", WORD_FILE},
		{"SOCKET", WORD_FILE},
		{"PID", WORD_PID},
	};

	if (text[0] == '\0')
		return WORD_NONE;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (str_starts(text, row[i].word))
			return row[i].kind;
	}
	return WORD_ANY;
}

/* Its names, and the placeholder behind the last one. */
static void
head_read(const char *head, struct word_option *ret)
{
	const char *at = head;

	while (*at == '-' && ret->name_count < WORDS_NAMES_MAX) {
		size_t len = strcspn(at, " ,=[");

		(void)snprintf(
			ret->names[ret->name_count++], WORDS_NAME_BYTES, "%.*s", (int)len, at);
		at += len;
		if (*at != ',')
			break;
		at += strspn(at, ", ");
	}
	if (*at == '[') /* only behind a "=", in the same word */
		return;
	at += strspn(at, " ");
	ret->argument = kind_of(at);
}

bool
words_option_next(const char **help, struct word_option *ret)
{
	const char *line = *help;
	char head[WORDS_TEXT_BYTES];
	char *text;
	size_t len;

	while (*line != '\0' && !str_starts(line, option_begin)) {
		line = strchrnul(line, '\n');
		line += *line == '\n';
	}
	*ret = (struct word_option){0};
	if (*line == '\0')
		return false;
	line += strlen(text_begin);
	len = strcspn(line, "\n");
	*help = line + len;
	(void)snprintf(head, sizeof(head), "%.*s", (int)len, line);
	text = strstr(head, text_begin);
	if (text != NULL) {
		(void)snprintf(ret->text, sizeof(ret->text), "%s", text + strspn(text, " "));
		*text = '\0';
	}
	head_read(head, ret);
	return true;
}

static bool
is_option(const char *word)
{
	return word[0] == '-' || str_starts(word, "OPTION");
}

static bool
is_placeholder(const char *word)
{
	return isupper((unsigned char)word[0]) && !is_option(word);
}

enum word_kind
words_argument(const char *synopsis, size_t position)
{
	bool behind_option = false; /* what stands there is the option's */

	for (const char *at = synopsis; *at != '\0';) {
		size_t len = strcspn(at, " []|"), end = strcspn(at, " ]");
		bool dots = memmem(at, end, "...", strlen("...")) != NULL;

		if (!behind_option && is_placeholder(at)) {
			if (position == 0 || dots)
				return kind_of(at);
			position--;
		}
		/* Of alternatives the last one decides whose the next word is. */
		while (at[len] == '|') {
			at += len + 1;
			len = strcspn(at, " []|");
		}
		if (len > 0)
			behind_option = is_option(at) && at[len] == ' ';
		at += len;
		at += strspn(at, " []");
	}
	return WORD_NONE;
}
