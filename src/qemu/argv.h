/* SPDX-License-Identifier: MIT */
/* QEMU's command line, from a definition. */
#ifndef QPIN_QEMU_ARGV_H
#define QPIN_QEMU_ARGV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "config/definition.h"

/* Starts as {0}; ends with argv_done(). */
struct argv {
	char **list; /* owned, and so is each; ends in NULL, for execve(); NULL while empty */
	size_t count;
};

/*
 * argv_build - the binary and the definition's options, in their order: "-name", "value", …
 *
 * Nothing is added to what the definition says. Returns 0 or -ENOMEM.
 */
int argv_build(const struct definition *d, struct argv *ret, struct error *e);

/* argv_drop - take out every option @flag ("-daemonize", or with two dashes) that has no value */
void argv_drop(struct argv *argv, const char *flag);

/* argv_add - append a copy of @text; returns 0 or -ENOMEM */
int argv_add(struct argv *argv, const char *text, struct error *e);

/* argv_shell - append all words to @ret as one line that a POSIX shell reads back, without "\n" */
void argv_shell(const struct argv *argv, struct buf *ret);

void argv_done(struct argv *argv);

#define auto_argv __attribute__((cleanup(argv_done)))

/* argv_has_flag - whether the definition gives option @name (without its dash), as in "daemonize"
 */
bool argv_has_flag(const struct definition *d, const char *name);

/* argv_value - the value of the last option @name, NULL without one; borrowed from @d */
const char *argv_value(const struct definition *d, const char *name);

/* argv_value_has - whether @word is one of the comma-separated parts of @value; false for NULL */
bool argv_value_has(const char *value, const char *word);

/*
 * argv_uses_stdio - whether QEMU takes the terminal for itself: -nographic, -curses, or "stdio" or
 * "curses" in a value
 */
bool argv_uses_stdio(const struct definition *d);

/*
 * argv_single_thread - whether TCG runs all vCPUs in one thread by the definition's wish:
 * "thread=single" of -accel, or -icount
 */
bool argv_single_thread(const struct definition *d);

#endif
