/* SPDX-License-Identifier: MIT */
/* What several subcommands do alike. */
#include "command/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"

static const char *
prefix(const struct command *c)
{
	return c->is_program ? "" : "qpin ";
}

void
command_help(const struct command *c)
{
	(void)printf("usage: %s%s %s\n\n%s.\n\n%s", prefix(c), c->name, c->synopsis, c->summary,
		c->help);
}

/* Source: https://no-color.org: set, and not empty. */
bool
command_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	       !str_eq(term, "dumb");
}

int
command_definition(const char *name, enum dialect dialect, struct definition *ret, struct error *e)
{
	struct problems problems = {0};
	int r = definition_load(name, dialect, ret, &problems, e);

	for (size_t i = 0; r == 0 && i < problems.count; i++)
		log_failure(LOG_LEVEL_WARNING, &problems.list[i]);
	for (size_t i = 0; r < 0 && i + 1 < problems.count; i++)
		log_failure(LOG_LEVEL_ERROR, &problems.list[i]);
	if (r < 0 && problems.count > 0)
		*e = problems.list[problems.count - 1];
	problems_done(&problems);
	return r;
}

int
command_permit(bool permitted, const char *what, struct error *e)
{
	const struct caller *caller = privilege_caller();

	if (permitted || caller == NULL)
		return 0;
	error_sys(e, EPERM, NULL, "do %s for user %u", what, (unsigned)caller->uid);
	error_why(e, "qpin is set-uid root here, and that is for root alone");
	return error_hint(e, "sudo qpin; what else there is: man qpin, SET-UID");
}

int
command_usage(const struct command *c, struct error *e, const char *why, ...)
{
	char text[sizeof(e->why)];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	error_refuse(e, ERROR_USAGE, NULL, "read the command line");
	error_why(e, "%s", text);
	return error_hint(e, "%s%s %s; more: %s%s %s", prefix(c), c->name, c->synopsis, prefix(c),
		c->name, c->is_program ? "-h" : "--help");
}
