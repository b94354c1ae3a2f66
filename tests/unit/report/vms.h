/* SPDX-License-Identifier: MIT */
/* A made-up VM for tests of what is shown. */
#ifndef QPIN_TESTS_REPORT_VMS_H
#define QPIN_TESTS_REPORT_VMS_H

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/status.h"

enum {
	VMS_THREADS = 6,
};

static inline void
vms_thread(struct status_thread *t, enum status_role role, const char *label, const char *name)
{
	*t = (struct status_thread){.role = role, .tid = 4711, .start = 100};
	(void)snprintf(t->label, sizeof(t->label), "%s", label);
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->spot = (struct spot){.core = -1, .cache = -1, .node = -1};
	t->scheduling = (struct scheduling){.set = true, .policy = SCHED_OTHER};
	for (size_t i = 0; i < USAGE_COUNT; i++) {
		t->usage.has[i] = i != USAGE_IRQS && i != USAGE_FOREIGN;
		t->usage.of[i] = 1000 * (i + 1);
	}
}

/* vms_fill - one VM with a vCPU, the emulator, an iothread, two workers and another thread; the
 * caller calls status_done() */
static inline void
vms_fill(struct status *status)
{
	struct status_vm *vm = calloc(1, sizeof(*vm));

	assert_non_null(vm);
	*status = (struct status){.vms = vm, .vm_count = 1, .taken_ns = 5000000000};
	*vm = (struct status_vm){.name = "win11",
		.uid = geteuid(),
		.user = "me",
		.state = STATUS_RUNNING,
		.qemu = 4711,
		.level = "isolated"};
	cpus_add(&vm->cpus, 2);
	vm->threads = calloc(VMS_THREADS, sizeof(*vm->threads));
	assert_non_null(vm->threads);
	vm->thread_count = VMS_THREADS;
	vms_thread(&vm->threads[0], STATUS_VCPU, "vCPU 0.1.0", "CPU 0/KVM");
	vms_thread(&vm->threads[1], STATUS_EMULATOR, "emulator", "qemu-system-x86");
	vms_thread(&vm->threads[2], STATUS_IOTHREAD, "iothread disk", "IO disk");
	vms_thread(&vm->threads[3], STATUS_WORKER, "worker", "worker");
	vms_thread(&vm->threads[4], STATUS_WORKER, "worker", "worker");
	vms_thread(&vm->threads[5], STATUS_OTHER, "call_rcu", "call_rcu");
	for (int i = 0; i < VMS_THREADS; i++) {
		vm->threads[i].tid += i == 0 ? 1 : i == 1 ? 0 : i;
		cpus_add(&vm->threads[i].cpus, i == 0 ? 2 : 0);
		if (i > 0)
			cpus_add(&vm->threads[i].cpus, 1);
		(void)snprintf(vm->threads[i].partition, sizeof(vm->threads[i].partition), "%s",
			i == 0 ? "isolated" : "member");
	}
	vm->threads[0].has_place = true;
	vm->threads[0].core = 1;
	vm->threads[0].spot = (struct spot){.core = 1, .cache = 0, .node = 0};
	vm->threads[0].scheduling =
		(struct scheduling){.set = true, .policy = SCHED_FIFO, .priority = 5};
	vm->threads[0].usage.has[USAGE_IRQS] = true;
	vm->threads[0].usage.has[USAGE_FOREIGN] = true;
	vm->threads[0].foreign_since_ns = 77;
}

#endif
