/* SPDX-License-Identifier: MIT */
/* A command line as text, taken apart into words as a shell does it, without a shell. */
#ifndef QPIN_IMPORT_SHELL_H
#define QPIN_IMPORT_SHELL_H

#include <stddef.h>

#include "base/error.h"
#include "qemu/argv.h"

/*
 * shell_split - append the words of one command to @ret
 * @path: for messages
 *
 * It knows blanks, both kinds of quotes, and backslashes, also at a line's end. Whatever a shell
 * would replace or act on ($x, `x`, x > y, *, a second line) is no part of a plain command line,
 * and is refused. Returns 0; -EINVAL (ERROR_DEFINITION) with the place; -ENOMEM.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 "Quoting" and 2.3 "Token Recognition".
 */
int shell_split(const char *text, size_t len, const char *path, struct argv *ret, struct error *e);

#endif
