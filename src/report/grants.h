/* SPDX-License-Identifier: MIT */
/* What `qpin grant --list` shows. */
#ifndef QPIN_REPORT_GRANTS_H
#define QPIN_REPORT_GRANTS_H

#include <stddef.h>
#include <stdio.h>

struct error;
struct grant;

/*
 * report_grants, report_grants_json - a table with a line per grant; a JSON array and a newline
 *
 * Return 0 or -errno.
 */
int report_grants(FILE *out, const struct grant *grants, size_t count, struct error *e);
int report_grants_json(FILE *out, const struct grant *grants, size_t count, struct error *e);

#endif
