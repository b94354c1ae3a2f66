/* SPDX-License-Identifier: MIT */
/* libtracefs and libtraceevent, which only who traces needs. */
#ifndef QPIN_HOST_TRACER_LIBRARY_H
#define QPIN_HOST_TRACER_LIBRARY_H

#include <event-parse.h>
#include <tracefs.h>

#include "base/library.h"

struct error;

#define TRACEFS(X)                                                                                 \
	X(tracefs_, event_enable)                                                                  \
	X(tracefs_, event_file_read)                                                               \
	X(tracefs_, get_tracing_file)                                                              \
	X(tracefs_, instance_create)                                                               \
	X(tracefs_, instance_destroy)                                                              \
	X(tracefs_, instance_file_read)                                                            \
	X(tracefs_, instance_file_write)                                                           \
	X(tracefs_, instance_free)                                                                 \
	X(tracefs_, instance_get_dir)                                                              \
	X(tracefs_, instance_get_file)                                                             \
	X(tracefs_, instance_set_affinity)                                                         \
	X(tracefs_, instances)                                                                     \
	X(tracefs_, iterate_raw_events)                                                            \
	X(tracefs_, list_free)                                                                     \
	X(tracefs_, set_loglevel)                                                                  \
	X(tracefs_, set_tracing_dir)                                                               \
	X(tracefs_, trace_off)                                                                     \
	X(tracefs_, trace_on)

#define TEP(X)                                                                                     \
	X(tep_, alloc)                                                                             \
	X(tep_, data_pid)                                                                          \
	X(tep_, find_field)                                                                        \
	X(tep_, free)                                                                              \
	X(tep_, parse_format)                                                                      \
	X(tep_, parse_header_page)                                                                 \
	X(tep_, read_number_field)                                                                 \
	X(tep_, set_long_size)                                                                     \
	X(tep_, set_page_size)

struct tracefs {
	TRACEFS(LIBRARY_MEMBER)
};

struct tep {
	TEP(LIBRARY_MEMBER)
};

/* Their functions, for who called tracer_library_load(). */
extern struct tracefs tracefs;
extern struct tep tep;

/* tracer_library_load - for good; 0 or -ELIBACC */
int tracer_library_load(struct error *e);

#endif
