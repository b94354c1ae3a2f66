/* SPDX-License-Identifier: MIT */
/* The words that a command takes, read from its own synopsis and help. Pure. */
#ifndef QPIN_COMMAND_WORDS_H
#define QPIN_COMMAND_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	WORDS_NAMES_MAX = 2, /* "-v" and "--verbose" */
	WORDS_NAME_BYTES = 32,
	WORDS_TEXT_BYTES = 200,
};

/* What an argument names, by its placeholder. */
enum word_kind {
	WORD_NONE, /* there is none */
	WORD_ANY,  /* anything else */
	WORD_VM,   /* NAME */
	WORD_USER, /* USER */
	WORD_CPUS, /* CPUS, LIST, SELECT */
	WORD_FILE, /* FILE, SOCKET */
	WORD_PID,  /* PID */
};

/* word_kind_name - "vm", "cpus", …: static */
const char *word_kind_name(enum word_kind kind);

struct word_option {
	char names[WORDS_NAMES_MAX][WORDS_NAME_BYTES]; /* with their dashes */
	size_t name_count;
	enum word_kind argument;
	char text[WORDS_TEXT_BYTES]; /* what it does; the first line of it */
};

/*
 * words_option_next - the next option in @help
 * @help: goes on behind it; at first the command's help
 *
 * An option is a line that begins with two blanks and a dash: names with commas between, a
 * placeholder, two blanks, what it does. A value that may be left out ("--watch[=SECONDS]") is
 * none. Returns false at the end.
 */
bool words_option_next(const char **help, struct word_option *ret);

/*
 * words_argument - what argument @position (from 0) of @synopsis names, options not counted
 *
 * Of alternatives ("PID|--qmp SOCKET") it is the first; what is in brackets counts, unless it is an
 * option; one with dots stands for all behind it. WORD_NONE when it takes no more.
 */
enum word_kind words_argument(const char *synopsis, size_t position);

#endif
