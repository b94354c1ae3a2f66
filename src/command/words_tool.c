/* SPDX-License-Identifier: MIT */
/* A tool of the build: what is generated from the commands' own words, on standard output. */
#include <stdio.h>

#include "base/text.h"
#include "command/commands.h"
#include "command/completion.h"
#include "command/manual.h"

int
main(int argc, char **argv)
{
	size_t count;
	const struct command *const *commands = commands_all(&count);

	if (argc == 2 && completion_write(stdout, argv[1], commands, count) == 0)
		return 0;
	for (size_t i = 0; i < count && argc == 3; i++) {
		if (!str_eq(argv[2], commands[i]->name))
			continue;
		if (str_eq(argv[1], "head"))
			return command_manual_head(stdout, commands[i]) < 0;
		if (str_eq(argv[1], "examples"))
			return command_manual_examples(stdout, commands[i]) < 0;
		if (str_eq(argv[1], "options"))
			return command_manual_options(stdout, commands[i]) < 0;
	}
	if (argc == 2 && str_eq(argv[1], "list"))
		return command_manual_list(stdout, commands, count) < 0;
	(void)fputs("usage: words bash|zsh|fish|list, or head|examples|options COMMAND\n", stderr);
	return 2;
}
