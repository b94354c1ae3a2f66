/* SPDX-License-Identifier: MIT */
/* What shells complete: the commands' words, in a shell's own form. */
#ifndef QPIN_COMMAND_COMPLETION_H
#define QPIN_COMMAND_COMPLETION_H

#include <stddef.h>
#include <stdio.h>

#include "command/command.h"

/*
 * completion_write - the lines that stand for @TABLE@ in policy/completions/
 * @shell: "bash", "zsh" or "fish"
 *
 * Returns 0, -EINVAL for another shell, or -EIO.
 */
int completion_write(
	FILE *out, const char *shell, const struct command *const *commands, size_t count);

#endif
