/* SPDX-License-Identifier: MIT */
/* The keys' part of the manual page qpin.yml(5), out of the table of keys. */
#include "config/manual.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "config/keys.h"
#include "config/wishes.h"

enum {
	RANGE_TOLD_MAX = 1000000, /* what is larger is as good as unbounded to a reader */
	LINE_MAX_BYTES = 76,
};

static void
character_write(FILE *out, char c)
{
	if (c == '\\')
		(void)fputs("\\e", out);
	else if (c == '-')
		(void)fputs("\\-", out);
	else
		(void)fputc(c, out);
}

/* Each sentence on a line of its own, as manual pages are written, and no line too long. */
static void
text_write(FILE *out, const char *text)
{
	size_t column = 0;

	for (const char *p = text; *p != '\0'; p++) {
		size_t next = 1 + strcspn(p + 1, " ");

		if (*p == ' ' && (p[-1] == '.' || column + next > LINE_MAX_BYTES)) {
			(void)fputc('\n', out);
			column = 0;
			continue;
		}
		character_write(out, *p);
		column++;
	}
	(void)fputc('\n', out);
}

static void
words_write(FILE *out, const struct key_word *words)
{
	const char *between = "";

	for (; words->name != NULL; words++) {
		if (words->refusal != NULL)
			continue;
		(void)fprintf(out, "%s%s", between, words->name);
		between = ", ";
	}
}

static void
type_write(FILE *out, const struct key *key)
{
	static const char *const words[] = {
		[KEY_BOOL] = "boolean, default false",
		[KEY_TEXT] = "text",
		[KEY_ID] = "number or name",
		[KEY_CPUS] = "list",
		[KEY_NODES] = "list, auto, leave",
		[KEY_ENV] = "mapping",
		[KEY_PINNING] = "mapping, or auto",
		[KEY_IOTHREADS] = "mapping",
		[KEY_PCI] = "device",
	};

	if (key->type == KEY_WORD)
		words_write(out, key->words);
	else if (key->type == KEY_INT && key->max <= RANGE_TOLD_MAX)
		(void)fprintf(out, "%" PRIu64 " to %" PRIu64, key->min, key->max);
	else if (key->type == KEY_INT)
		(void)fprintf(out, "at least %" PRIu64, key->min);
	else
		(void)fputs(words[key->type], out);
	if (key->unit != NULL)
		(void)fprintf(out, " %s", key->unit);
	if (key->initial != 0)
		(void)fprintf(out, ", default %" PRIu64, key->initial);
	if (key->mandatory)
		(void)fputs(", mandatory", out);
}

static void keys_write(FILE *out, const struct key *keys, size_t count);

/* The wishes are indented below their key. */
static void
wishes_write(FILE *out)
{
	size_t count;
	const struct key *wishes = keys_of_wishes(&count);

	(void)fputs(".RS\n", out);
	keys_write(out, wishes, count);
	(void)fputs(".RE\n", out);
}

static void
keys_write(FILE *out, const struct key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)fprintf(out, ".TP\n.BR %s \" (", keys[i].name);
		type_write(out, &keys[i]);
		(void)fputs(")\"\n", out);
		text_write(out, keys[i].doc);
		if (keys[i].type == KEY_PINNING)
			wishes_write(out);
	}
}

int
manual_write(FILE *out)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);

	keys_write(out, keys, count);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
