/* SPDX-License-Identifier: MIT */
/*
 * What the kernel does on a few CPUs, event by event: tracefs, through libtracefs, in an instance
 * of our own that is in nobody's way.
 */
#ifndef QPIN_HOST_TRACER_H
#define QPIN_HOST_TRACER_H

#include <stdint.h>

#include "base/cpus.h"
#include "host/tracer_events.h"
#include "host/tracer_record.h"

struct error;
struct tep_event;
struct tep_handle;
struct tracefs_instance;

struct tracer {
	struct tracefs_instance *instance; /* owned */
	struct tep_handle *tep;            /* owned */
	int lock_fd; /* the instance's directory, locked as long as we live; -1: none */
	struct cpus cpus;
	/* Of each event in our table, borrowed from tep; NULL: this kernel has none. */
	struct tep_event *events[TRACER_EVENTS];
	struct tracer_fields fields[TRACER_EVENTS];
};

/* Every struct tracer begins as this. */
#define TRACER_CLOSED                                                                              \
	{                                                                                          \
		.lock_fd = -1                                                                      \
	}

/*
 * tracer_open - make an instance that traces @cpus, and begin
 *
 * Where tracefs isn't mounted it is, in a mount namespace of our own, which others don't see. What
 * a tracer left that died is removed. Returns 0 or -errno (-EPERM, -EACCES: not permitted); the
 * caller calls tracer_close() in any case.
 */
int tracer_open(struct tracer *t, const struct cpus *cpus, struct error *e);

/*
 * tracer_read - call @each for every event up to now: of one CPU in their order
 *
 * Returns 0 or -errno.
 */
int tracer_read(struct tracer *t, void (*each)(const struct trace_event *event, void *data),
	void *data, struct error *e);

/* tracer_stop - no further events; what is there already is still to be read. 0 or -errno */
int tracer_stop(struct tracer *t, struct error *e);

/*
 * tracer_lost - how many events of @os_cpu there was no room for
 *
 * Returns 0 or -errno. Source: Linux Documentation/trace/ftrace.rst, per_cpu/cpuN/stats.
 */
int tracer_lost(const struct tracer *t, unsigned os_cpu, uint64_t *ret, struct error *e);

/* tracer_lost_parse - the same of the text of that file; -EINVAL when it isn't that. Pure. */
int tracer_lost_parse(const char *text, uint64_t *ret);

void tracer_close(struct tracer *t);

#endif
