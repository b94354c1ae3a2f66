/* SPDX-License-Identifier: MIT */
/* vCPUs whose host CPUs aren't those that the plan gave them at the start. */
#include "supervise/seat.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cgroup/masks.h"
#include "change/revert.h"
#include "host/task.h"
#include "plan/changes.h"
#include "qemu/scheduling_change.h"
#include "supervise/unwind.h"
#include "supervise/vm.h"

void
seats_done(struct seats *seats)
{
	free(seats->list);
	*seats = (struct seats){0};
}

const struct seat *
seat_on(const struct seats *seats, unsigned os_cpu, const struct seat *but)
{
	for (size_t i = 0; i < seats->count; i++) {
		if (seats->list[i].vcpu.os_cpu == os_cpu && &seats->list[i] != but)
			return &seats->list[i];
	}
	return NULL;
}

struct seat *
seat_of(const struct seats *seats, pid_t tid)
{
	for (size_t i = 0; i < seats->count; i++) {
		if (seats->list[i].tid == tid)
			return &seats->list[i];
	}
	return NULL;
}

static int
seats_begin(struct vm *vm, struct error *e)
{
	struct seats *seats = &vm->seats;

	if (seats->list == NULL)
		seats->list = calloc(vm->plan.smp.maxcpus, sizeof(*seats->list));
	return seats->list != NULL ? 0 : error_sys(e, ENOMEM, NULL, "give a vCPU another CPU");
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
	if (vm->host.locked && masks_mend(&vm->host, &e) < 0)
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

	if (seat_on(&vm->seats, seat->vcpu.os_cpu, seat) == NULL)
		r = plan_plug(&vm->plan, seat->vcpu.os_cpu, ret_taking, e);
	return r < 0 ? r : plan_place_vcpu(&vm->plan, &seat->vcpu, seat->tid, ret_placing, e);
}

static void
tell_waited(const struct vm *vm, const struct seat *seat)
{
	char name[PLAN_VCPU_TEXT_BYTES];
	struct error ignored;
	int64_t start;

	if (task_read_start(&vm->host.roots.proc, seat->tid, &start, &ignored) < 0)
		return;
	log_notice("%s: %s was plugged: thread %d is on host CPU %u, %lld ms after its birth",
		vm->definition->name, plan_vcpu_text(&seat->vcpu, name, sizeof(name)),
		(int)seat->tid, seat->vcpu.os_cpu, (long long)task_age_ms(start));
}

/* The VM has one more: its cgroups are watched, too, and what can't be kept off is told. */
static void
has_more(struct vm *vm, unsigned os_cpu)
{
	struct cpus one = {0};

	cpus_add(&one, os_cpu);
	guard_follow(vm);
	vm_tell_irqs(vm, &one);
}

int
seat_add(struct vm *vm, const struct plan_vcpu *vcpu, pid_t tid, struct error *e)
{
	auto_change_list struct change_list taking = {0}, placing = {0};
	const struct seat seat = {.vcpu = *vcpu, .tid = tid};
	int r = seats_begin(vm, e);

	if (r == 0)
		r = changes_of(vm, &seat, &taking, &placing, e);
	if (r == 0)
		r = take(vm, &taking, e);
	if (r == 0)
		r = place(vm, &seat, &placing, e);
	if (r == 0) {
		vm->seats.list[vm->seats.count++] = seat;
		tell_waited(vm, &seat);
		has_more(vm, vcpu->os_cpu);
		return 0;
	}
	give_back(vm, &placing);
	if (taking.count > 0)
		give_back(vm, &taking);
	return r;
}

void
seat_remove(struct vm *vm, struct seat *seat)
{
	auto_change_list struct change_list taking = {0}, placing = {0};
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
	*seat = vm->seats.list[--vm->seats.count];
}

/* The move alone: how it is scheduled stays. */
static int
replace(struct vm *vm, const struct change_list *old, const struct change_list *placing,
	struct error *e)
{
	for (size_t i = 0; i < placing->count && i < old->count; i++) {
		int r = 0;

		if (placing->list[i].kind != &change_scheduling)
			r = journal_replace(
				&vm->journal, &vm->host, &old->list[i], &placing->list[i], e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Onto @to's CPU, which the VM has. */
static int
move(struct vm *vm, const struct seat *from, const struct seat *to, struct error *e)
{
	auto_change_list struct change_list old = {0}, placing = {0};
	struct error second;
	int r = plan_place_vcpu(&vm->plan, &from->vcpu, from->tid, &old, e);

	if (r == 0)
		r = plan_place_vcpu(&vm->plan, &to->vcpu, to->tid, &placing, e);
	if (r == 0)
		r = replace(vm, &old, &placing, e);
	if (r == 0)
		r = verify(to, e);
	if (r < 0 && replace(vm, &placing, &old, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r;
}

/* The seat of a thread that is on another CPU now. */
static void
seat_keep(struct vm *vm, const struct seat *to)
{
	struct seat *seat = seat_of(&vm->seats, to->tid);

	if (seat != NULL)
		*seat = *to;
	else
		vm->seats.list[vm->seats.count++] = *to;
}

int
seat_move(struct vm *vm, const struct plan_vcpu *to, pid_t tid, unsigned from, struct error *e)
{
	auto_change_list struct change_list taking = {0}, leaving = {0};
	struct seat before = {.vcpu = *to, .tid = tid}, after = before;
	int r = seats_begin(vm, e);

	before.vcpu.os_cpu = from;
	if (r == 0 && seat_on(&vm->seats, to->os_cpu, NULL) == NULL)
		r = plan_plug(&vm->plan, to->os_cpu, &taking, e);
	if (r == 0)
		r = take(vm, &taking, e);
	if (r == 0)
		r = move(vm, &before, &after, e);
	if (r < 0) {
		if (taking.count > 0)
			give_back(vm, &taking);
		return r;
	}
	seat_keep(vm, &after);
	if (taking.count > 0)
		has_more(vm, to->os_cpu);
	if (seat_on(&vm->seats, from, NULL) == NULL &&
		plan_plug(&vm->plan, from, &leaving, e) == 0 && leaving.count > 0)
		give_back(vm, &leaving);
	return 0;
}
