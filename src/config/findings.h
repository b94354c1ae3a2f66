/* SPDX-License-Identifier: MIT */
/* What is wrong with a definition: collected, each thing once, and told in the order of the file.
 */
#ifndef QPIN_CONFIG_FINDINGS_H
#define QPIN_CONFIG_FINDINGS_H

#include <stdbool.h>

#include "config/definition.h"

enum {
	QUOTE_BYTES = 64,
	FINDINGS_MAX = 500, /* nobody reads more, and each takes some 1.8 KiB */
};

struct findings {
	const char *path;          /* borrowed; the definition's file */
	struct problems *problems; /* borrowed; filled */
	struct problems passed;    /* owned; what is only told */
	enum dialect dialect;
	bool no_memory;     /* something was lost for want of memory */
	struct error spare; /* takes what isn't kept */
};

/*
 * finding_add - the definition is wrong at @place
 * @why: printf format of a sentence without a full stop
 *
 * Never NULL: the new error, valid until the next call, for error_hint(). The same sentence about
 * the same place (told by way of two aliases) is kept once.
 */
struct error *finding_add(struct findings *f, struct place place, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * finding_pass - the same of what qemu-launcher takes no notice of: in its dialect it is only told,
 * and doesn't make the definition wrong
 */
struct error *finding_pass(struct findings *f, struct place place, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/* problems_sort - in the order of their places; equal places stay as they were found */
void problems_sort(struct problems *p);

/* A short form of foreign text for a message: one line, cut, without control bytes. */
struct quote {
	char text[QUOTE_BYTES];
};
struct quote quote(const char *text);

#endif
