/* SPDX-License-Identifier: MIT */
/* What libyaml says of a file that isn't YAML, in plain words. */
#ifndef QPIN_CONFIG_SYNTAX_H
#define QPIN_CONFIG_SYNTAX_H

#include <stdbool.h>

struct syntax_words {
	const char *problem; /* libyaml's */
	const char *why;     /* ours */
	const char *hint;    /* NULL when there is nothing to add */
	bool at_context; /* it's wrong where the context begins, not where the reader stumbled */
};

/* syntax_explain - our words for libyaml's @problem; never NULL, its own words when it's new */
struct syntax_words syntax_explain(const char *problem);

#endif
