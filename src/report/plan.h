/* SPDX-License-Identifier: MIT */
/* What `qpin plan` shows to a person. */
#ifndef QPIN_REPORT_PLAN_H
#define QPIN_REPORT_PLAN_H

#include <stdio.h>

struct change_list;
struct error;
struct plan;

/*
 * report_plan - placement, CPUs of everything else, warnings, changes in order, QEMU's command line
 * @changes:   what would be done, or NULL to leave them out
 * @argv_line: QEMU's command line, quoted for a shell, without a newline; NULL to leave it out
 *
 * Returns 0 or -errno, also when @out can't be written to.
 */
int report_plan(FILE *out, const struct plan *plan, const struct change_list *changes,
	const char *argv_line, struct error *e);

#endif
