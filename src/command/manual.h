/* SPDX-License-Identifier: MIT */
/* What the man pages of the commands have from the commands' own words, as man(7) lines. */
#ifndef QPIN_COMMAND_MANUAL_H
#define QPIN_COMMAND_MANUAL_H

#include <stddef.h>
#include <stdio.h>

#include "command/command.h"

/* Each returns 0, or -EIO when it could not be written. */

/* command_manual_head - the sections NAME and SYNOPSIS of a command's page */
int command_manual_head(FILE *out, const struct command *c);

/* command_manual_examples - the section EXAMPLES: the last paragraph of its help, if that has any
 */
int command_manual_examples(FILE *out, const struct command *c);

/* command_manual_options - the names of its options, each on a line, as in the text of a page */
int command_manual_options(FILE *out, const struct command *c);

/* command_manual_list - the pages of all commands, each with the command's summary */
int command_manual_list(FILE *out, const struct command *const *commands, size_t count);

#endif
