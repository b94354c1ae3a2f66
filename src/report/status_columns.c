/* SPDX-License-Identifier: MIT */
/* The columns of qpin status: their names, and what has to be read for them. */
#include "report/status_columns.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"

/* Lists of CPUs are no numbers, but read better below each other's ends. */
static const struct {
	const char *title;
	bool is_number;
	bool is_default;
	unsigned wants;
} table[STATUS_COLUMN_COUNT] = {
	[STATUS_COLUMN_ROLE] = {.title = "ROLE", .is_default = true},
	[STATUS_COLUMN_TID] = {.title = "TID", .is_number = true, .is_default = true},
	[STATUS_COLUMN_CPU] = {.title = "CPU", .is_number = true, .is_default = true},
	[STATUS_COLUMN_PLACE] = {.title = "PLACE", .is_default = true, .wants = STATUS_WANT_SPOT},
	[STATUS_COLUMN_CORE] = {.title = "CORE", .is_number = true, .wants = STATUS_WANT_SPOT},
	[STATUS_COLUMN_CACHE] = {.title = "CACHE", .is_number = true, .wants = STATUS_WANT_SPOT},
	[STATUS_COLUMN_NODE] = {.title = "NODE", .is_number = true, .wants = STATUS_WANT_SPOT},
	[STATUS_COLUMN_POLICY] = {.title = "POLICY",
		.is_default = true,
		.wants = STATUS_WANT_SCHEDULING},
	[STATUS_COLUMN_TIME] = {.title = "TIME",
		.is_number = true,
		.is_default = true,
		.wants = STATUS_WANT_USAGE},
	[STATUS_COLUMN_DELAY] = {.title = "DELAY",
		.is_number = true,
		.is_default = true,
		.wants = STATUS_WANT_USAGE},
	[STATUS_COLUMN_INVOL] = {.title = "INVOL",
		.is_number = true,
		.is_default = true,
		.wants = STATUS_WANT_USAGE},
	[STATUS_COLUMN_VOL] = {.title = "VOL", .is_number = true, .wants = STATUS_WANT_USAGE},
	[STATUS_COLUMN_MIGR] = {.title = "MIGR",
		.is_number = true,
		.wants = STATUS_WANT_USAGE | STATUS_WANT_MIGRATIONS},
	[STATUS_COLUMN_IRQS] = {.title = "IRQS",
		.is_number = true,
		.is_default = true,
		.wants = STATUS_WANT_IRQS},
	[STATUS_COLUMN_FOREIGN] = {.title = "FOREIGN",
		.is_number = true,
		.is_default = true,
		.wants = STATUS_WANT_USAGE | STATUS_WANT_MIGRATIONS | STATUS_WANT_FOREIGN},
	[STATUS_COLUMN_NAME] = {.title = "NAME"},
	[STATUS_COLUMN_PARTITION] = {.title = "PARTITION",
		.is_default = true,
		.wants = STATUS_WANT_PARTITION},
};

const char *
status_column_title(enum status_column column)
{
	return table[column].title;
}

bool
status_column_is_number(enum status_column column)
{
	return table[column].is_number;
}

static void
column_add(struct status_columns *columns, enum status_column column)
{
	columns->list[columns->count++] = column;
	columns->wants |= table[column].wants;
}

void
status_columns_default(struct status_columns *ret)
{
	*ret = (struct status_columns){0};
	for (enum status_column i = 0; i < STATUS_COLUMN_COUNT; i++) {
		if (table[i].is_default)
			column_add(ret, i);
	}
}

static bool
columns_have(const struct status_columns *columns, enum status_column column)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (columns->list[i] == column)
			return true;
	}
	return false;
}

/* The column with the name of @len bytes; STATUS_COLUMN_COUNT when there is none. */
static enum status_column
column_find(const char *name, size_t len)
{
	enum status_column i = 0;

	while (i < STATUS_COLUMN_COUNT &&
		(strlen(table[i].title) != len || strncasecmp(table[i].title, name, len) != 0))
		i++;
	return i;
}

static int __attribute__((format(printf, 2, 3))) refuse(struct error *e, const char *why, ...)
{
	char known[160] = "", text[sizeof(e->why)];
	size_t len = 0;
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	for (size_t i = 0; i < STATUS_COLUMN_COUNT; i++)
		len += (size_t)snprintf(
			known + len, sizeof(known) - len, "%s%s", i > 0 ? "," : "", table[i].title);
	for (char *letter = known; *letter != '\0'; letter++)
		*letter = (char)tolower((unsigned char)*letter);
	error_refuse(e, ERROR_USAGE, NULL, "read the list of columns");
	error_why(e, "%s", text);
	return error_hint(e, "there are %s; +COLUMN adds to the usual ones", known);
}

int
status_columns_parse(const char *text, struct status_columns *ret, struct error *e)
{
	struct status_columns columns = {0};

	if (text[0] == '+') {
		status_columns_default(&columns);
		text++;
	}
	for (;; text++) {
		size_t len = strcspn(text, ",");
		enum status_column column = column_find(text, len);

		if (len == 0)
			return refuse(e, "a column has no name");
		if (column == STATUS_COLUMN_COUNT)
			return refuse(
				e, "there is no column \"%.*s\"", (int)(len < 64 ? len : 64), text);
		if (columns_have(&columns, column))
			return refuse(e, "the column \"%.*s\" is there twice", (int)len, text);
		column_add(&columns, column);
		text += len;
		if (*text == '\0')
			break;
	}
	*ret = columns;
	return 0;
}
