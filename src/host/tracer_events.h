/* SPDX-License-Identifier: MIT */
/* Which events of the kernel's are traced, and what they tell. */
#ifndef QPIN_HOST_TRACER_EVENTS_H
#define QPIN_HOST_TRACER_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/trace.h"

enum {
	TRACER_EVENTS = 31,
};

struct tracer_event {
	const char *system;
	const char *name;
	enum trace_kind kind;
	enum trace_source source;
	uint64_t id;            /* where no field tells it */
	const char *id_field;   /* NULL: none */
	const char *name_field; /* NULL: none */
	const char *took_field; /* how long it took, in ns; NULL: none */
	const char *only_field; /* those in which it is 0 tell of nothing; NULL: none */
	bool is_required;       /* without it nothing can be proven */
};

/*
 * The first is that of switches. Source: Linux include/trace/events/,
 * arch/x86/include/asm/trace/irq_vectors.h. All that are asked for an NMI tell it, in nmi_handler:
 * whose it was have handled it.
 */
extern const struct tracer_event tracer_events[TRACER_EVENTS];

#endif
