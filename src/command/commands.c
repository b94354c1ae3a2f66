/* SPDX-License-Identifier: MIT */
/* The list of subcommands. */
#include "command/commands.h"

#include <stdio.h>

#include "base/cleanup.h"

static const struct command *const commands[] = {
	&command_run,
	&command_plan,
	&command_release,
	&command_adopt,
	&command_attach,
	&command_import,
	&command_grant,
	&command_revoke,
	&command_status,
	&command_list,
	&command_topology,
	&command_check,
	&command_verify,
};

const struct command *const *
commands_all(size_t *ret_count)
{
	*ret_count = COUNT(commands);
	return commands;
}
