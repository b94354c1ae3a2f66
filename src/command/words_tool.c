/* SPDX-License-Identifier: MIT */
/* A tool of the build: what is generated from the commands' own words, on standard output. */
#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "command/commands.h"
#include "command/completion.h"
#include "command/manual.h"

static int
names_write(FILE *out, const struct command *const *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, "%s\n", commands[i]->name);
	return ferror(out) ? -EIO : 0;
}

/* What there is of all commands together. */
static int
all_write(FILE *out, const char *what, const struct command *const *commands, size_t count)
{
	if (str_eq(what, "list"))
		return command_manual_list(out, commands, count);
	if (str_eq(what, "names"))
		return names_write(out, commands, count);
	return completion_write(out, what, commands, count);
}

static int
one_write(FILE *out, const char *what, const struct command *c)
{
	if (str_eq(what, "head"))
		return command_manual_head(out, c);
	if (str_eq(what, "examples"))
		return command_manual_examples(out, c);
	if (str_eq(what, "options"))
		return command_manual_options(out, c);
	return -EINVAL;
}

int
main(int argc, char **argv)
{
	size_t count;
	const struct command *const *commands = commands_all(&count);
	int r = -EINVAL;

	if (argc == 2)
		r = all_write(stdout, argv[1], commands, count);
	for (size_t i = 0; argc == 3 && i < count; i++) {
		if (str_eq(argv[2], commands[i]->name))
			r = one_write(stdout, argv[1], commands[i]);
	}
	if (r == -EINVAL)
		(void)fputs("usage: words bash|zsh|fish|list|names, or head|examples|options "
			    "COMMAND\n",
			stderr);
	return r < 0;
}
