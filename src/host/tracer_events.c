/* SPDX-License-Identifier: MIT */
/* Which events of the kernel's are traced. */
#include "host/tracer_events.h"

#define INTERRUPT(word, number)                                                                    \
	{.system = "irq_vectors",                                                                  \
		.name = word "_entry",                                                             \
		.kind = TRACE_ENTER,                                                               \
		.source = TRACE_VECTOR,                                                            \
		.id = (number)},                                                                   \
	{                                                                                          \
		.system = "irq_vectors", .name = word "_exit", .kind = TRACE_LEAVE,                \
		.source = TRACE_VECTOR, .id = (number)                                             \
	}

const struct tracer_event tracer_events[TRACER_EVENTS] = {
	{.system = "sched",
		.name = "sched_switch",
		.kind = TRACE_SWITCH,
		.source = TRACE_TASK,
		.id_field = "next_pid",
		.name_field = "next_comm",
		.is_required = true},
	{.system = "irq",
		.name = "irq_handler_entry",
		.kind = TRACE_ENTER,
		.source = TRACE_IRQ,
		.id_field = "irq",
		.name_field = "name",
		.is_required = true},
	{.system = "irq",
		.name = "irq_handler_exit",
		.kind = TRACE_LEAVE,
		.source = TRACE_IRQ,
		.id_field = "irq",
		.is_required = true},
	{.system = "irq",
		.name = "softirq_entry",
		.kind = TRACE_ENTER,
		.source = TRACE_SOFTIRQ,
		.id_field = "vec",
		.is_required = true},
	{.system = "irq",
		.name = "softirq_exit",
		.kind = TRACE_LEAVE,
		.source = TRACE_SOFTIRQ,
		.id_field = "vec",
		.is_required = true},
	{.system = "workqueue",
		.name = "workqueue_execute_start",
		.kind = TRACE_POINT,
		.source = TRACE_WORK,
		.id_field = "function"},
	{.system = "timer",
		.name = "hrtimer_expire_entry",
		.kind = TRACE_POINT,
		.source = TRACE_TIMER,
		.id_field = "function"},
	{.system = "timer",
		.name = "timer_expire_entry",
		.kind = TRACE_POINT,
		.source = TRACE_TIMER,
		.id_field = "function"},
	{.system = "nmi",
		.name = "nmi_handler",
		.kind = TRACE_POINT,
		.source = TRACE_NMI,
		.id_field = "handler",
		.took_field = "delta_ns",
		.only_field = "handled"},
	INTERRUPT("local_timer", VECTOR_LOCAL_TIMER),
	INTERRUPT("reschedule", VECTOR_RESCHEDULE),
	INTERRUPT("call_function", VECTOR_CALL_FUNCTION),
	INTERRUPT("call_function_single", VECTOR_CALL_FUNCTION_SINGLE),
	INTERRUPT("irq_work", VECTOR_IRQ_WORK),
	INTERRUPT("x86_platform_ipi", VECTOR_PLATFORM_IPI),
	INTERRUPT("thermal_apic", VECTOR_THERMAL),
	INTERRUPT("threshold_apic", VECTOR_THRESHOLD),
	INTERRUPT("deferred_error_apic", VECTOR_DEFERRED_ERROR),
	INTERRUPT("error_apic", VECTOR_ERROR),
	INTERRUPT("spurious_apic", VECTOR_SPURIOUS),
};
