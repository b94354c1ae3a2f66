/* SPDX-License-Identifier: MIT */
/*
 * The process that reads what QEMU says. It has no capability, no descriptor but one to us, and no
 * system call but those of policy/seccomp/parser.list; and what it answers isn't trusted either.
 */
#ifndef QPIN_QEMU_PARSER_H
#define QPIN_QEMU_PARSER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/filter.h"
#include "qemu/message.h"

enum {
	PARSER_LINES_MAX = 16,                  /* that it is given at once */
	PARSER_TEXT_MAX_BYTES = 1024 * 1024,    /* of them, without the last newline */
	PARSER_MEMORY_BYTES = 16 * 1024 * 1024, /* for what becomes of it: 4,096 vCPUs take 4 MiB */
};

/* What a line is. */
struct parsed {
	int32_t result; /* as of message_parse() */
	char why[sizeof(((struct error *)NULL)->why)];
	struct qmp_message message; /* owned by who asked, when the result is 0 */
};

/*
 * parser_start - have one, as long as this process lives or until parser_stop()
 * @filter: its system calls; NULL: all of them, for debugging
 *
 * Nothing to do when there is one. Returns 0 or -errno.
 */
int parser_start(const struct filter *filter, struct error *e);

/* parser_stop - also when there is none */
void parser_stop(void);

/* parser_rest - have it give back the memory that it needs only to read (base/memory.h); it goes on
 */
void parser_rest(void);

/*
 * parser_read - have it read @lines lines, each with its newline: @len bytes in all
 * @text: stays as it is
 * @ret:  room for as many; the caller calls message_done() for each message on success
 *
 * Returns 0; -EMSGSIZE when that is too much; -ECHILD when the parser died of it, or didn't answer
 * within seconds, or answered what a parser can't: there is none from then on.
 */
int parser_read(char *text, size_t len, unsigned lines, struct parsed *ret, struct error *e);

#endif
