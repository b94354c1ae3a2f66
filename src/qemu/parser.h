/* SPDX-License-Identifier: MIT */
/*
 * The process that reads what QEMU says. It has no capability, no descriptor but one to us, and no
 * system call but those of policy/seccomp/parser.list; and what it answers isn't trusted either.
 */
#ifndef QPIN_QEMU_PARSER_H
#define QPIN_QEMU_PARSER_H

#include <stddef.h>

#include "base/filter.h"
#include "qemu/message.h"

struct error;

enum {
	PARSER_TEXT_MAX_BYTES = 1024 * 1024,    /* of a message */
	PARSER_MEMORY_BYTES = 16 * 1024 * 1024, /* for what becomes of it: 4,096 vCPUs take 4 MiB */
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

/*
 * parser_read - have it read one line, of @len bytes and the newline behind them; as
 * message_parse()
 *
 * Also -EMSGSIZE, and -ECHILD when the parser died of it, or didn't answer within seconds, or
 * answered what a parser can't: there is none from then on. The caller calls message_done() on
 * success.
 */
int parser_read(const char *text, size_t len, struct qmp_message *ret, struct error *e);

#endif
