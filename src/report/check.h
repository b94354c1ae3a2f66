/* SPDX-License-Identifier: MIT */
/* What `qpin check` shows. */
#ifndef QPIN_REPORT_CHECK_H
#define QPIN_REPORT_CHECK_H

#include <stdbool.h>
#include <stdio.h>

struct checkup;
struct error;

struct report_check {
	const char *kernel; /* release */
	const char *vm;     /* name; NULL: the host alone was looked at */
	bool is_root;       /* else commands that mend are wrapped in sudo */
	bool colour;
};

/*
 * report_check - a line for each that was looked at; below it what a person does about it (hint),
 * and the command that mends it; and a sum. Returns 0 or -errno, also when @out can't be written
 * to.
 */
int report_check(
	FILE *out, const struct checkup *c, const struct report_check *how, struct error *e);

/* report_check_json - the same for programs; commands as root gives them */
int report_check_json(
	FILE *out, const struct checkup *c, const struct report_check *how, struct error *e);

/*
 * report_check_manual - a paragraph (man macros) for each that is looked at, out of the same table
 *
 * Returns 0, or -EIO when @out refused something.
 */
int report_check_manual(FILE *out);

#endif
