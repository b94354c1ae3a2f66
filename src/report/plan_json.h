/* SPDX-License-Identifier: MIT */
/* What `qpin plan --json` shows to a program. */
#ifndef QPIN_REPORT_PLAN_JSON_H
#define QPIN_REPORT_PLAN_JSON_H

#include <stdio.h>

struct change_list;
struct error;
struct plan;

/*
 * report_plan_json - everything of a plan as one JSON object and a newline
 * @changes: what would be done, or NULL for none
 * @argv:    QEMU's command line, ending in NULL; or NULL, which is told as null
 *
 * Keys are stable. Sets of CPUs and nodes are lists in the kernel's format ("0-3,8"); what the host
 * doesn't have, or the definition doesn't give, is null.
 * Returns 0 or -errno, also when @out can't be written to.
 */
int report_plan_json(FILE *out, const struct plan *plan, const struct change_list *changes,
	const char *const *argv, struct error *e);

#endif
