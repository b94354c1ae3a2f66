/* SPDX-License-Identifier: MIT */
/*
 * Who had a CPU, counted from the kernel's events in their order. Pure.
 *
 * A CPU has occupants, whose it is: the threads that are to run there. All else that runs there
 * disturbs them.
 */
#ifndef QPIN_PLAN_TALLY_H
#define QPIN_PLAN_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/trace.h"

enum {
	TALLY_DISTURBERS_MAX = 512, /* of a CPU; what comes then is counted together */
	TALLY_DEPTH_MAX = 8,        /* of interrupts that interrupt one another */
};

/* What a disturber is. Of a thread, who adds events finds it out. */
enum who {
	WHO_UNKNOWN,  /* not looked at yet */
	WHO_ENDED,    /* a thread that ended before it could be looked at */
	WHO_USER,     /* a program's thread */
	WHO_SAME_VM,  /* another thread of an occupant's process */
	WHO_KERNEL,   /* a kernel thread that could run elsewhere */
	WHO_CPUS_OWN, /* a kernel thread of this CPU */
	WHO_NO_TASK,
};

struct disturber {
	enum trace_source source;
	enum who who;
	uint64_t id;                 /* as in an event; a thread's 0: all for which was no room */
	char name[TRACE_NAME_BYTES]; /* untrusted bytes; "": not known, or source and id tell all */
	uint64_t count;              /* it was put on the CPU, or came */
	uint64_t ns;                 /* it had the CPU, in all; 0 of most points */
	uint64_t longest_ns;         /* and at a stretch */
};

struct occupant {
	pid_t tid;
	pid_t pid;      /* its process */
	char label[80]; /* "vCPU 0.1.0": untrusted bytes */
	uint64_t count; /* it was put on the CPU */
	uint64_t ns;    /* it had it */
};

struct tally_span {
	size_t by; /* a disturber's index */
	uint64_t since_ns;
};

/* Of one CPU. Starts as {0}. */
struct tally {
	unsigned os_cpu;
	struct occupant *occupants; /* owned */
	size_t occupant_count;
	struct disturber *list; /* owned */
	size_t count;
	bool failed; /* there was no memory for one: nothing is proven */

	/* The longest time that others had the CPU while an occupant could have run. */
	uint64_t gap_ns;
	size_t gap_by; /* the first of them, by index */

	/* The state: who has the CPU, since when. */
	bool is_known;     /* there was an event */
	pid_t current;     /* 0: none */
	size_t current_by; /* unless it's an occupant */
	uint64_t current_since_ns;
	bool is_ready;           /* an occupant could run, and another one does */
	struct tally_span ready; /* since when, and who does */
	struct tally_span stack[TALLY_DEPTH_MAX];
	size_t depth;
};

/* tally_occupy - make thread @tid of process @pid an occupant; 0 or -ENOMEM */
int tally_occupy(struct tally *t, pid_t pid, pid_t tid, const char *label);

/* tally_is_occupant - whether @tid is one */
bool tally_is_occupant(const struct tally *t, pid_t tid);

/* tally_add - count @event, which is of this CPU; who had that before has had it from @begin_ns */
void tally_add(struct tally *t, const struct trace_event *event, uint64_t begin_ns);

/*
 * tally_count_nmis - there were @count NMIs in all: those of which no event told are added as one
 * disturber, of id 0
 */
void tally_count_nmis(struct tally *t, uint64_t count);

/* tally_end - count up to @end_ns, after the last event */
void tally_end(struct tally *t, uint64_t end_ns);

void tally_done(struct tally *t);

#endif
