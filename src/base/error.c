/* SPDX-License-Identifier: MIT */
/* Failures as values: filling them where they happen, telling them in one form. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
error_clear(struct error *e, enum error_kind kind, const char *where)
{
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	(void)snprintf(e->where, sizeof(e->where), "%s", where != NULL ? where : "");
}

int
error_sys(struct error *e, int errnum, const char *where, const char *what, ...)
{
	va_list args;

	error_clear(e, errnum == EPERM || errnum == EACCES ? ERROR_DENIED : ERROR_HOST, where);
	e->errnum = errnum;
	va_start(args, what);
	(void)vsnprintf(e->what, sizeof(e->what), what, args);
	va_end(args);
	return error_code(e);
}

int
error_refuse(struct error *e, enum error_kind kind, const char *where, const char *what, ...)
{
	va_list args;

	error_clear(e, kind, where);
	va_start(args, what);
	(void)vsnprintf(e->what, sizeof(e->what), what, args);
	va_end(args);
	return error_code(e);
}

int
error_definition(
	struct error *e, const char *path, unsigned line, unsigned column, const char *why, ...)
{
	va_list args;

	error_clear(e, ERROR_DEFINITION, path);
	e->line = line;
	e->column = column;
	va_start(args, why);
	(void)vsnprintf(e->why, sizeof(e->why), why, args);
	va_end(args);
	return error_code(e);
}

int
error_why(struct error *e, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	(void)vsnprintf(e->why, sizeof(e->why), why, args);
	va_end(args);
	return error_code(e);
}

int
error_hint(struct error *e, const char *hint, ...)
{
	va_list args;

	va_start(args, hint);
	(void)vsnprintf(e->hint, sizeof(e->hint), hint, args);
	va_end(args);
	return error_code(e);
}

int
error_while(struct error *e, const char *context, ...)
{
	char text[sizeof(e->what)];
	char whole[2 * sizeof(e->what) + 2];
	va_list args;

	va_start(args, context);
	(void)vsnprintf(text, sizeof(text), context, args);
	va_end(args);
	(void)snprintf(whole, sizeof(whole), "%s: %s", text, e->what);
	memcpy(e->what, whole, sizeof(e->what) - 1);
	e->what[sizeof(e->what) - 1] = '\0';
	return error_code(e);
}

int
error_code(const struct error *e)
{
	return e->errnum > 0 ? -e->errnum : -EINVAL;
}

enum exit_status
error_exit_status(enum error_kind kind)
{
	switch (kind) {
	case ERROR_HOST:
		return EXIT_STATUS_HOST;
	case ERROR_USAGE:
	case ERROR_DEFINITION:
		return EXIT_STATUS_USAGE;
	case ERROR_ISOLATION:
		return EXIT_STATUS_ISOLATION;
	case ERROR_CLAIMED:
		return EXIT_STATUS_CLAIMED;
	case ERROR_DENIED:
		return EXIT_STATUS_DENIED;
	}
	return EXIT_STATUS_HOST;
}

void
error_text(const struct error *e, char *text, unsigned long size)
{
	const char *why = e->why;
	char where[sizeof(e->where) + 32]; /* with two numbers */

	if (why[0] == '\0' && e->errnum > 0)
		why = strerror(e->errnum);
	if (e->line > 0)
		(void)snprintf(where, sizeof(where), "%s:%u:%u", e->where, e->line, e->column);
	else
		(void)snprintf(where, sizeof(where), "%s", e->where);
	if (e->what[0] == '\0' || (e->kind == ERROR_DEFINITION && e->line > 0)) {
		(void)snprintf(text, size, "%s%s%s", where, where[0] != '\0' ? ": " : "", why);
		return;
	}
	(void)snprintf(text, size, "cannot %s%s%s%s%s", e->what, where[0] != '\0' ? ": " : "",
		where, why[0] != '\0' ? ": " : "", why);
}
