/* SPDX-License-Identifier: MIT */
/* An event of the kernel's on a CPU, as all that count them see it. */
#ifndef QPIN_HOST_TRACE_H
#define QPIN_HOST_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	TRACE_NAME_BYTES = 64,
};

enum trace_kind {
	TRACE_SWITCH, /* to thread @id */
	TRACE_ENTER,  /* an interrupt begins, and ends */
	TRACE_LEAVE,
	TRACE_POINT, /* something was done */
};

/* Of whom an event tells, in the order in which they are told. */
enum trace_source {
	TRACE_TASK,
	TRACE_IRQ,     /* a device's interrupt. id: its number */
	TRACE_SOFTIRQ, /* id: enum trace_softirq */
	TRACE_VECTOR,  /* an interrupt of the CPU's own. id: enum trace_vector */
	TRACE_NMI,     /* id: the address of the function that took it; 0: not known */
	TRACE_WORK,    /* of a workqueue. id: the function's address */
	TRACE_TIMER,   /* id: the function's address */
};

/* Source: Linux include/linux/interrupt.h; the numbers are part of its interface. */
enum trace_softirq {
	SOFTIRQ_HI,
	SOFTIRQ_TIMER,
	SOFTIRQ_NET_TX,
	SOFTIRQ_NET_RX,
	SOFTIRQ_BLOCK,
	SOFTIRQ_IRQ_POLL,
	SOFTIRQ_TASKLET,
	SOFTIRQ_SCHED,
	SOFTIRQ_HRTIMER,
	SOFTIRQ_RCU,
	SOFTIRQ_COUNT,
};

/* From another CPU, from the CPU's own timer, or of its own accord. */
enum trace_vector {
	VECTOR_LOCAL_TIMER,
	VECTOR_RESCHEDULE,
	VECTOR_CALL_FUNCTION,
	VECTOR_CALL_FUNCTION_SINGLE,
	VECTOR_IRQ_WORK,
	VECTOR_PLATFORM_IPI,
	VECTOR_THERMAL,
	VECTOR_THRESHOLD,
	VECTOR_DEFERRED_ERROR,
	VECTOR_ERROR,
	VECTOR_SPURIOUS,
	VECTOR_COUNT,
};

struct trace_event {
	enum trace_kind kind;
	enum trace_source source;
	unsigned os_cpu;
	uint64_t ns;      /* by CLOCK_MONOTONIC */
	pid_t current;    /* the thread that had the CPU up to now; 0: none */
	uint64_t id;      /* of a switch: the thread that runs now; 0: none */
	uint64_t took_ns; /* of a point: how long it took, up to then; 0: not known */
	bool ready;       /* of a switch: the thread that had the CPU could have run on */
	char name[TRACE_NAME_BYTES]; /* of the thread or device: untrusted bytes; "": none */
};

#endif
