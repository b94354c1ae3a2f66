/* SPDX-License-Identifier: MIT */
/* Figures for a person: durations and counts in at most 6 characters, and how they went on. */
#ifndef QPIN_REPORT_FIGURES_H
#define QPIN_REPORT_FIGURES_H

#include <stdint.h>

struct usage;

enum {
	FIGURE_BYTES = 24,
};

/* duration_text - "0", "950ns", "12.3us", "5.21s", "3m07s", "2h05m", "12d03h", "12345d"; cut, not
 * rounded. @text has FIGURE_BYTES; returns it. */
char *duration_text(uint64_t ns, char *text);

/* count_text - "99999", then "123k", "99.9M", …; likewise */
char *count_text(uint64_t count, char *text);

/*
 * usage_since - what was counted between @before and @now
 *
 * A counter that one of them lacks is lacking; one that went back (a sum of 32-bit counters) counts
 * as not having moved.
 */
void usage_since(const struct usage *now, const struct usage *before, struct usage *ret);

/* usage_add - add the counters of @more, as far as both have them */
void usage_add(struct usage *sum, const struct usage *more);

#endif
