/* SPDX-License-Identifier: MIT */
/* For groups of tests that talk QMP: a parser, as confine() starts one. */
#ifndef QPIN_TESTS_PARSING_H
#define QPIN_TESTS_PARSING_H

#include "base/error.h"
#include "qemu/parser.h"

static inline int
parsing_begin(void **state)
{
	struct error e;

	(void)state;
	return parser_start(NULL, &e);
}

static inline int
parsing_end(void **state)
{
	(void)state;
	parser_stop();
	return 0;
}

#endif
