/* SPDX-License-Identifier: MIT */
/* VMs that run, for Prometheus. */
#ifndef QPIN_REPORT_STATUS_METRICS_H
#define QPIN_REPORT_STATUS_METRICS_H

#include "report/status.h"

/*
 * No text is right in both: of a counter x_total the older one is told the type of x_total, the
 * other one that of x; and node_exporter's textfile collector, which reads the older one, refuses
 * the types that only the other one has.
 */
enum status_metrics {
	STATUS_METRICS_CLASSIC, /* Prometheus' text format, version 0.0.4 */
	STATUS_METRICS_OPEN,    /* OpenMetrics, version 1.0.0 */
};

/*
 * report_status_metrics - write @status in that format
 *
 * Threads of one role share their samples, as in a table. What isn't known has no sample. Returns
 * 0 or -errno.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, "Text-based format", and
 * https://prometheus.io/docs/specs/om/open_metrics_spec/, "Text format".
 */
int report_status_metrics(
	FILE *out, const struct status *status, enum status_metrics format, struct error *e);

#endif
