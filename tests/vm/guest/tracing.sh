# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For cases that have qpin trace.

# spares_make: while an event is on for two others, too, the kernel patches no code for us, on which QEMU's emulation can oops.
# They stay: to switch them off would be just that.
spares_make() {
	local spare event
	for spare in /sys/kernel/tracing/instances/spare{1,2}; do
		mkdir -p "$spare"
		echo 0 >"$spare/tracing_on"
		for event in sched/sched_switch irq/{irq_handler,softirq}_{entry,exit} workqueue/workqueue_execute_start \
			timer/{hrtimer,timer}_expire_entry nmi/nmi_handler \
			irq_vectors/{local_timer,reschedule,call_function,call_function_single,irq_work,x86_platform_ipi}_{entry,exit} \
			irq_vectors/{thermal_apic,threshold_apic,deferred_error_apic,error_apic,spurious_apic}_{entry,exit}; do
			echo 1 >"$spare/events/$event/enable"
		done
	done
}
