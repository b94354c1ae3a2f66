/* SPDX-License-Identifier: MIT */
/* VMs that run, for programs. */
#ifndef QPIN_REPORT_STATUS_JSON_H
#define QPIN_REPORT_STATUS_JSON_H

#include "report/status.h"

/*
 * report_status_json - write all of @status as one JSON object
 * @line: on one line, for who looks repeatedly
 *
 * Counters are those since the threads began. What isn't known is null. Returns 0 or -errno.
 */
int report_status_json(FILE *out, const struct status *status, bool line, struct error *e);

#endif
