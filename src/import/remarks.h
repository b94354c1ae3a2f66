/* SPDX-License-Identifier: MIT */
/* What a person should know of an import: what was left out, and what needs a look. */
#ifndef QPIN_IMPORT_REMARKS_H
#define QPIN_IMPORT_REMARKS_H

#include <stdbool.h>
#include <stddef.h>

struct remark {
	char *text;    /* owned */
	unsigned line; /* of the file that was read, from 1; 0: of none */
};

/* Starts as {0}. */
struct remarks {
	struct remark *list; /* owned */
	size_t count;
	bool no_memory; /* some are lost */
};

/* remarks_add - add a sentence without a full stop, in the order of the lines */
void remarks_add(struct remarks *remarks, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void remarks_done(struct remarks *remarks);

#endif
