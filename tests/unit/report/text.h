/* SPDX-License-Identifier: MIT */
/* What a function writes to a stream, as a text. */
#ifndef QPIN_TESTS_REPORT_TEXT_H
#define QPIN_TESTS_REPORT_TEXT_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct text {
	FILE *out;
	char *bytes;
	size_t len;
};

static inline void
text_open(struct text *text)
{
	text->out = open_memstream(&text->bytes, &text->len);
	assert(text->out != NULL);
}

/* text_close - what was written; the caller frees it */
static inline char *
text_close(struct text *text)
{
	assert(fclose(text->out) == 0);
	return text->bytes;
}

#endif
