/* SPDX-License-Identifier: MIT */
/*
 * vCPUs that come and go. QEMU tells nobody that one was plugged, and only those that asked that
 * one was unplugged; so it is asked for its vCPUs whenever its threads are others than before
 * (census.h), and at the events by which a guest takes part in it.
 */
#include "supervise/plug.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/masks.h"
#include "change/revert.h"
#include "host/task.h"
#include "plan/changes.h"
#include "qemu/scheduling_change.h"
#include "supervise/unwind.h"
#include "supervise/vm.h"

void
plug_done(struct plug *plug)
{
	free(plug->seats);
	*plug = (struct plug){0};
}

/* Who has @os_cpu, but not @but; NULL: nobody */
static const struct seat *
seat_on(const struct plug *plug, unsigned os_cpu, const struct seat *but)
{
	for (size_t i = 0; i < plug->count; i++) {
		if (plug->seats[i].vcpu.os_cpu == os_cpu && &plug->seats[i] != but)
			return &plug->seats[i];
	}
	return NULL;
}

static struct seat *
seat_of(const struct plug *plug, const struct vcpu_thread *v)
{
	for (size_t i = 0; i < plug->count; i++) {
		if (plug->seats[i].tid == v->tid)
			return &plug->seats[i];
	}
	return NULL;
}

bool
plug_choose(const struct plan *plan, const struct plug *plug, const struct vcpu_thread *v,
	unsigned *ret)
{
	const struct plan_vcpu *named = plan_vcpu_find(plan, v->socket, v->core, v->thread);

	if (named != NULL) {
		*ret = named->os_cpu;
		return true;
	}
	cpus_each (os_cpu, &plan->definition->spare_cpus) {
		if (seat_on(plug, (unsigned)os_cpu, NULL) == NULL) {
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

/* Undo those changes, the masks of other tasks too; what stays is warned of. */
static void
give_back(struct vm *vm, const struct change_list *list)
{
	struct error e;
	int r = host_lock(&vm->host, &e);

	if (r == 0)
		r = masks_watch(&vm->host, &e);
	if (r == 0)
		r = journal_revert(&vm->journal, &vm->host, list, unwind_tell, &e);
	if (r < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	if (vm->host.lock_fd >= 0 && masks_mend(&vm->host, &e) < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	host_unlock(&vm->host);
}

/* Take the CPU from the host, and make its leaf. */
static int
take(struct vm *vm, const struct change_list *list, struct error *e)
{
	int r = list->count > 0 ? host_lock(&vm->host, e) : 0;

	if (r == 0 && list->count > 0)
		r = vm_apply(vm, list, e);
	host_unlock(&vm->host);
	return r;
}

static int
verify(const struct seat *seat, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted = {0}, now;
	int r = task_read_affinity(seat->tid, &now, e);

	cpus_add(&wanted, seat->vcpu.os_cpu);
	if (r < 0 || cpus_equal(&wanted, &now))
		return r;
	error_refuse(
		e, ERROR_HOST, NULL, "keep thread %d on CPU %u", (int)seat->tid, seat->vcpu.os_cpu);
	return error_why(e, "the kernel allows it %s", cpus_format(&now, text));
}

static int
place(struct vm *vm, const struct seat *seat, const struct change_list *list, struct error *e)
{
	struct cpus one = {0};
	int r = 0;

	cpus_add(&one, seat->vcpu.os_cpu);
	for (size_t i = 0; i < list->count && r == 0; i++) {
		if (list->list[i].kind == &change_scheduling)
			r = vm_wake_for_deadline(vm, &one, e);
		if (r == 0)
			r = journal_apply(&vm->journal, &vm->host, &list->list[i], e);
	}
	return r < 0 ? r : verify(seat, e);
}

/* The changes that seat a vCPU: @ret_taking when nobody else has its CPU, and @ret_placing. */
static int
changes_of(const struct vm *vm, const struct seat *seat, struct change_list *ret_taking,
	struct change_list *ret_placing, struct error *e)
{
	int r = 0;

	if (seat_on(&vm->plug, seat->vcpu.os_cpu, seat) == NULL)
		r = plan_plug(&vm->plan, seat->vcpu.os_cpu, ret_taking, e);
	return r < 0 ? r : plan_place_vcpu(&vm->plan, &seat->vcpu, seat->tid, ret_placing, e);
}

static void
measure(struct vm *vm, struct seat *seat)
{
	char name[PLAN_VCPU_TEXT_BYTES];
	struct error ignored;
	int64_t start;

	if (task_read_start(&vm->host.roots.proc, seat->tid, &start, &ignored) < 0)
		return;
	seat->waited_ms = task_age_ms(start);
	log_notice("%s: %s was plugged: thread %d is on host CPU %u, %lld ms after its birth",
		vm->definition->name, plan_vcpu_text(&seat->vcpu, name, sizeof(name)),
		(int)seat->tid, seat->vcpu.os_cpu, (long long)seat->waited_ms);
}

static int
seat_take(struct vm *vm, struct seat *seat, struct error *e)
{
	auto_change_list struct change_list taking = {0}, placing = {0};
	int r = changes_of(vm, seat, &taking, &placing, e);

	if (r == 0)
		r = take(vm, &taking, e);
	if (r == 0)
		r = place(vm, seat, &placing, e);
	if (r == 0) {
		guard_follow(vm);
		measure(vm, seat);
		return 0;
	}
	give_back(vm, &placing);
	if (taking.count > 0)
		give_back(vm, &taking);
	return r;
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
seat_add(struct vm *vm, const struct vcpu_thread *v, bool is_new, struct error *e)
{
	struct plug *plug = &vm->plug;
	struct seat *seat;
	struct plan_vcpu vcpu = {.socket = v->socket, .core = v->core, .thread = v->thread};
	int r;

	if (!plug_choose(&vm->plan, plug, v, &vcpu.os_cpu)) {
		if (is_new)
			tell_unseated(vm, &vcpu, v->tid);
		return 0;
	}
	if (plug->seats == NULL)
		plug->seats = calloc(vm->plan.smp.maxcpus, sizeof(*plug->seats));
	if (plug->seats == NULL)
		return error_sys(e, ENOMEM, NULL, "give a CPU to thread %d", (int)v->tid);
	seat = &plug->seats[plug->count];
	*seat = (struct seat){.vcpu = vcpu, .tid = v->tid};
	r = seat_take(vm, seat, e);
	if (r == 0)
		plug->count++;
	return r;
}

/* A vCPU has gone: its CPU is the host's again, if it was taken for it. */
static void
seat_remove(struct vm *vm, struct seat *seat)
{
	auto_change_list struct change_list taking = {0}, placing = {0};
	struct plug *plug = &vm->plug;
	char name[PLAN_VCPU_TEXT_BYTES];
	struct error e;

	if (changes_of(vm, seat, &taking, &placing, &e) < 0) {
		log_failure(LOG_LEVEL_WARNING, &e);
		return;
	}
	give_back(vm, &placing);
	if (taking.count > 0)
		give_back(vm, &taking);
	log_notice("%s: %s was unplugged; host CPU %u is %s", vm->definition->name,
		plan_vcpu_text(&seat->vcpu, name, sizeof(name)), seat->vcpu.os_cpu,
		taking.count > 0 ? "the host's again" : "kept for it");
	*seat = plug->seats[--plug->count];
}

static void
come(struct vm *vm, const struct vcpu_thread *v, bool is_new)
{
	struct error e;

	if (seat_add(vm, v, is_new, &e) == 0)
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
		struct seat *seat = seat_of(&vm->plug, v);

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
			seat_of(&vm->plug, v) == NULL)
			come(vm, v, false);
	}
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
			r = seat_add(vm, v, true, e);
	}
	return r;
}

void
plug_ask(struct vm *vm)
{
	struct error e;
	int64_t id;

	if (vm->planless) /* by which plan should they get their CPUs? */
		return;
	vm->plug.again = vm->qmp.wire.fd >= 0;
	if (vm->qmp.wire.fd < 0 || vm->plug.asked != 0)
		return;
	id = qmp_send(&vm->qmp, "query-cpus-fast", 0, &e);
	if (id <= 0)
		return;
	vm->plug.asked = (uint64_t)id;
	vm->plug.again = false;
}

static int
answer_read(struct vm *vm, const cJSON *data, struct threads *ret, struct error *e)
{
	int r = threads_parse_vcpus(data, &vm->plan.smp, ret, e);

	return r < 0 ? r : threads_check(ret, &vm->host.roots.proc, vm->qemu.pid, e);
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
	if (answer_read(vm, message->data, &now, &e) < 0) {
		threads_done(&now);
		vm->plug.again = e.errnum == ESRCH; /* it went meanwhile; at the next look */
		if (e.errnum != ESRCH)
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
