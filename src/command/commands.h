/* SPDX-License-Identifier: MIT */
/* The list of subcommands: of main.c, help, man page and shells' completion. */
#ifndef QPIN_COMMAND_COMMANDS_H
#define QPIN_COMMAND_COMMANDS_H

#include <stddef.h>

#include "command/command.h"

/* commands_all - in the order in which they are told; static */
const struct command *const *commands_all(size_t *ret_count);

#endif
