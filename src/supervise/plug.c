/* SPDX-License-Identifier: MIT */
/*
 * vCPUs that come and go. QEMU tells nobody that one was plugged, and only those that asked that
 * one was unplugged; so it is asked for its vCPUs whenever its threads are others than before
 * (census.h), and at the events by which a guest takes part in it.
 */
#include "supervise/plug.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "qemu/own.h"
#include "supervise/baselines.h"
#include "supervise/vm.h"

bool
plug_choose(const struct plan *plan, const struct seats *seats, const struct vcpu_thread *v,
	unsigned *ret)
{
	const struct plan_vcpu *named = plan_vcpu_find(plan, v->socket, v->core, v->thread);

	if (named != NULL) {
		*ret = named->os_cpu;
		return true;
	}
	cpus_each (os_cpu, &plan->definition->spare_cpus) {
		if (seat_on(seats, (unsigned)os_cpu, NULL) == NULL) {
			*ret = (unsigned)os_cpu;
			return true;
		}
	}
	return false;
}

bool
plug_concerns(const char *name)
{
	static const char *const names[] = {
		"ACPI_DEVICE_OST", "DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR"};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

static void
tell_unseated(const struct vm *vm, const struct plan_vcpu *v, pid_t tid)
{
	char name[PLAN_VCPU_TEXT_BYTES];

	plan_vcpu_text(v, name, sizeof(name));
	if (vm->plan.vcpu_count == 0) {
		log_info("%s: %s was plugged (thread %d)", vm->definition->name, name, (int)tid);
		return;
	}
	log_warning("%s: %s was plugged, and no host CPU is left for it: thread %d runs with "
		    "QEMU's other threads",
		vm->definition->name, name, (int)tid);
	log_warning("hint: name one in vcpu_pinning, or more in vcpu_spare_cpus");
}

/* Give a vCPU its CPU; @is_new: it is told when there is none. 0 or -errno. */
static int
seat_new(struct vm *vm, const struct vcpu_thread *v, bool is_new, struct error *e)
{
	struct plan_vcpu vcpu = {.socket = v->socket, .core = v->core, .thread = v->thread};

	if (plug_choose(&vm->plan, &vm->seats, v, &vcpu.os_cpu))
		return seat_add(vm, &vcpu, v->tid, e);
	if (is_new)
		tell_unseated(vm, &vcpu, v->tid);
	return 0;
}

static void
come(struct vm *vm, const struct vcpu_thread *v, bool is_new)
{
	struct error e;

	if (seat_new(vm, v, is_new, &e) == 0)
		return;
	log_failure(LOG_LEVEL_WARNING, &e);
	log_warning("%s: vCPU %u.%u.%u runs with QEMU's other threads", vm->definition->name,
		v->socket, v->core, v->thread);
}

/* QEMU's vCPUs are @now, no longer @before. */
static void
update(struct vm *vm, const struct threads *before)
{
	const struct threads *now = &vm->threads;
	const struct vcpu_thread *v;
	bool room = false;

	for (size_t at = 0; (v = threads_next_missing(before, now, &at)) != NULL;) {
		struct seat *seat = seat_of(&vm->seats, v->tid);

		if (seat == NULL)
			continue;
		seat_remove(vm, seat);
		room = true;
	}
	for (size_t at = 0; (v = threads_next_missing(now, before, &at)) != NULL;)
		come(vm, v, true);
	for (size_t i = 0; i < now->vcpu_count && room; i++) { /* who has waited for one */
		v = &now->vcpus[i];
		if (plan_vcpu_is_later(&vm->plan, v->socket, v->core, v->thread) &&
			seat_of(&vm->seats, v->tid) == NULL)
			come(vm, v, false);
	}
	baselines_keep(vm);
}

int
plug_present(struct vm *vm, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < vm->threads.vcpu_count && r == 0; i++) {
		const struct vcpu_thread *v = &vm->threads.vcpus[i];
		const struct plan_vcpu *named =
			plan_vcpu_find(&vm->plan, v->socket, v->core, v->thread);

		if (plan_vcpu_is_later(&vm->plan, v->socket, v->core, v->thread) &&
			(named == NULL || !cpus_has(&vm->plan.pinned, named->os_cpu)))
			r = seat_new(vm, v, true, e);
	}
	return r;
}

/* Whether QEMU lets a vCPU be plugged. */
static bool
may_come(const struct vm *vm)
{
	return vm->plan.smp.maxcpus > vm->plan.smp.cpus;
}

void
plug_ask(struct vm *vm)
{
	struct error e;
	int64_t id;

	if (vm->planless || vm->down || (!vm->attached && !may_come(vm)))
		return;
	vm->plug.again = vm->qmp.wire.fd >= 0;
	if (vm->qmp.wire.fd < 0 || vm->plug.asked != 0)
		return;
	id = qmp_send(&vm->qmp, "query-cpus-fast", 0, &e);
	if (id <= 0) {
		census_again(vm);
		return;
	}
	vm->plug.asked = (uint64_t)id;
	vm->plug.again = false;
}

static int
answer_read(struct vm *vm, const struct qmp_message *answer, struct threads *ret, struct error *e)
{
	int r = threads_parse_vcpus(answer, &vm->plan.smp, ret, e);

	return r < 0 ? r : threads_check(ret, &vm->host.roots.proc, vm->qemu.pid, -1, e);
}

static void
on_answer(struct vm *vm, const struct qmp_message *message)
{
	struct threads now = {0}, before = {0};
	struct error e;

	if (message->kind != QMP_RETURN) {
		log_warning("%s: QEMU refuses to tell its vCPUs: %s", vm->definition->name,
			message->name);
		return;
	}
	if (answer_read(vm, message, &now, &e) < 0) {
		threads_done(&now);
		vm->plug.again = e.errnum == ESRCH; /* it went meanwhile */
		if (vm->plug.again)
			census_again(vm);
		else
			log_failure(LOG_LEVEL_WARNING, &e);
		return;
	}
	before.vcpus = vm->threads.vcpus;
	before.vcpu_count = vm->threads.vcpu_count;
	vm->threads.vcpus = now.vcpus;
	vm->threads.vcpu_count = now.vcpu_count;
	update(vm, &before);
	threads_done(&before);
}

bool
plug_message(struct vm *vm, const struct qmp_message *message)
{
	bool again;

	if (message->kind == QMP_EVENT) {
		if (plug_concerns(message->name))
			plug_ask(vm);
		return false;
	}
	if (vm->plug.asked == 0 || message->id != vm->plug.asked)
		return false;
	again = vm->plug.again;
	vm->plug.asked = 0;
	vm->plug.again = false;
	on_answer(vm, message);
	if (again)
		plug_ask(vm);
	return true;
}
