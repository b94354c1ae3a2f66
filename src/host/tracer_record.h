/* SPDX-License-Identifier: MIT */
/* What is in the kernel's record of an event, whose layout the kernel tells. */
#ifndef QPIN_HOST_TRACER_RECORD_H
#define QPIN_HOST_TRACER_RECORD_H

#include <stdbool.h>

#include "host/trace.h"
#include "host/tracer_events.h"

struct tep_event;
struct tep_format_field;
struct tep_record;

/* Borrowed from the event; NULL: it has none. */
struct tracer_fields {
	struct tep_format_field *id, *name, *state, *took, *only;
};

/* For who called tracer_library_load(), as tracer_open() does. */

/* tracer_fields_find - those that are @wanted; false without the one that tells what it is about */
bool tracer_fields_find(
	struct tep_event *event, const struct tracer_event *wanted, struct tracer_fields *ret);

/*
 * tracer_record_read - fill @ret, whose CPU and current thread are there already
 *
 * False when it tells of nothing: @event's only_field is 0.
 */
bool tracer_record_read(const struct tracer_event *event, const struct tracer_fields *fields,
	const struct tep_record *record, struct trace_event *ret);

#endif
