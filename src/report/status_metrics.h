/* SPDX-License-Identifier: MIT */
/* VMs that run, for Prometheus. */
#ifndef QPIN_REPORT_STATUS_METRICS_H
#define QPIN_REPORT_STATUS_METRICS_H

#include "report/status.h"

/*
 * report_status_metrics - write @status in Prometheus' text format, as node_exporter's textfile
 * collector reads it
 *
 * Threads of one role share their samples, as in a table. What isn't known has no sample. Returns
 * 0 or -errno.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, "Text-based format".
 */
int report_status_metrics(FILE *out, const struct status *status, struct error *e);

#endif
