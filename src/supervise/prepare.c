/* SPDX-License-Identifier: MIT */
/* Before QEMU is started: look, decide, and make its place. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/masks.h"
#include "host/irq_change.h"
#include "host/load.h"
#include "host/pci.h"
#include "host/task.h"
#include "plan/changes.h"
#include "supervise/unwind.h"
#include "supervise/vm.h"

enum {
	KTHREADD_PID = 2, /* the parent of the kernel's threads */
};

int
vm_decide(struct vm *vm, const struct ways *refused, struct error *e)
{
	int r;

	plan_done(&vm->plan);
	facts_done(&vm->facts);
	r = facts_load(&vm->host, &vm->facts, e);
	if (r == 0)
		r = pci_load(&vm->host.roots.sys, vm->definition->wishes.near, &vm->facts.near, e);
	if (r == 0)
		r = plan_make(vm->definition, &vm->facts, refused, &vm->plan, e);
	return r;
}

int
vm_apply(struct vm *vm, const struct change_list *list, struct error *e)
{
	struct error second;
	int r = masks_watch(&vm->host, e);
	int mended;

	for (size_t i = 0; i < list->count && r >= 0; i++) {
		const struct change *c = &list->list[i];

		r = c->shared ? shared_apply(&vm->host, c, e)
			      : journal_apply(&vm->journal, &vm->host, c, e);
	}
	mended = masks_mend(&vm->host, r < 0 ? &second : e);
	if (r < 0 && mended < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r < 0 ? r : mended;
}

/*
 * Who we are, so that a release finds us, and who QEMU is. Before the first change: what a release
 * after our death finds in the cgroups that we made a part of isn't ours to end.
 */
static int
attached_note(struct vm *vm, struct error *e)
{
	struct record_process self = {.pid = getpid()}, qemu = {.pid = vm->qemu.pid};
	int r;

	if (!vm->attached)
		return 0;
	r = task_read_start(&vm->host.roots.proc, self.pid, &self.start, e);
	if (r == 0)
		r = task_read_start(&vm->host.roots.proc, qemu.pid, &qemu.start, e);
	if (r == 0)
		r = journal_note(&vm->journal, RECORD_KEEPER, &self, e);
	return r < 0 ? r : journal_note(&vm->journal, RECORD_QEMU, &qemu, e);
}

/* Make the changes of the plan; on failure all are undone. @ret_refused: the host refused one. */
static int
carry_out(struct vm *vm, bool *ret_refused, struct error *e)
{
	auto_change_list struct change_list list = {0};
	struct error second;
	struct cpus claimed = vm->plan.pinned;
	int r = plan_prepare(&vm->plan, &list, e);

	cpus_unite(&claimed, &vm->plan.later);
	cpus_unite(&claimed, &vm->plan.layout.own);
	if (r == 0)
		r = journal_create(
			&vm->host.state, vm->definition->name, &claimed, &vm->journal, e);
	if (r < 0)
		return r;
	r = attached_note(vm, e);
	if (r == 0) {
		r = vm_apply(vm, &list, e);
		*ret_refused = r < 0;
	}
	if (r < 0 && unwind(&vm->host, &vm->journal, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r;
}

/* What a qpin that died left of this VM goes first. */
static int
release_own(struct vm *vm, struct error *e)
{
	auto_free struct claim *claims = NULL;
	int count = claims_list(&vm->host.state, &claims, e);
	int r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		if (claims[i].alive || !str_eq(claims[i].name, vm->definition->name))
			continue;
		log_notice("%s: undoing what a qpin that died left of it", claims[i].name);
		r = release(&vm->host, claims[i].name, false, e);
		if (r == 0) /* it may have removed the state directory, with our lock in it */
			r = host_lock(&vm->host, e);
	}
	return r;
}

/* Once through it, under the lock: a failure before may have taken all away, the lock too. */
static int
attempt(struct vm *vm, const struct ways *refused, bool *ret_refused, struct error *e)
{
	int r = host_lock(&vm->host, e);

	if (r == 0)
		r = release_own(vm, e);
	if (r == 0)
		r = vm_decide(vm, refused, e);
	return r == 0 ? carry_out(vm, ret_refused, e) : r;
}

/* A level that is named leaves no other way, but on CPUs isolated at boot a leaf may reach it. */
static bool
lesser_will_do(const struct plan *plan)
{
	enum isolation asked = plan->definition->isolation;

	return asked == ISOLATION_AUTO || (asked > ISOLATION_CPUSET && way_is_boot(plan));
}

/* The kernel has the last word on a way: what it refused is not tried again. */
static bool
may_go_another_way(struct vm *vm, struct ways *refused, const struct error *e)
{
	enum way way = vm->plan.way;

	if (!lesser_will_do(&vm->plan) || way == WAY_AFFINITY || e->errnum == ECANCELED ||
		e->errnum == ENOMEM)
		return false;
	ways_refuse(refused, way, "%s", e->why[0] != '\0' ? e->why : strerror(e->errnum));
	ways_hint(refused, way, "%s", e->hint);
	log_failure(LOG_LEVEL_WARNING, e);
	log_warning("it can't be had by %s; trying the next best", way_name(way));
	return true;
}

/* Why the ways that isolate better weren't taken. */
static void
tell_ways(const struct plan *plan)
{
	for (enum way way = 0; way < plan->way; way++) {
		const struct way_refusal *refusal = &plan->ways.refusal[way];

		if (refusal->why[0] != '\0')
			log_info("not by %s: %s", way_name(way), refusal->why);
	}
}

static void
tell_warnings(const struct plan *plan)
{
	for (size_t i = 0; i < plan->warning_count; i++) {
		log_warning("%s", plan->warnings[i].text);
		if (plan->warnings[i].hint[0] != '\0')
			log_warning("hint: %s", plan->warnings[i].hint);
	}
}

/* Linux 7.2 keeps its threads off isolated CPUs alone, and not off another partition's. */
static void
tell_kernel_threads(const struct plan *plan)
{
	char text[CPUS_TEXT_BYTES];
	struct error ignored;
	struct cpus rest;

	if (cpus_empty(&plan->housekeeping) ||
		task_read_affinity(KTHREADD_PID, &rest, &ignored) < 0 ||
		cpus_within(&rest, &plan->housekeeping))
		return;
	cpus_subtract(&rest, &plan->housekeeping);
	log_warning(
		"threads of the kernel that can't be moved may run on CPUs %s, too: this kernel "
		"keeps no others than workqueues to housekeeping_cpus",
		cpus_format(&rest, text));
}

/* A line for each: a disk may have one for every CPU. */
static void
tell_staying(const struct vm *vm, const struct change *c)
{
	auto_buf struct buf names = {0};
	struct error e;
	char *rest, *name;

	if (irqs_staying(&vm->host, c, &names, &e) < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	rest = names.text;
	while (rest != NULL && (name = strsep(&rest, "\n")) != NULL)
		log_warning(
			"%s: %s: the kernel does not let it be moved", vm->definition->name, name);
}

void
vm_tell_irqs(const struct vm *vm, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	cpus_format(cpus, text);
	for (size_t i = 0; i < vm->journal.changes.count; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (c->kind == &change_irqs && !vm->journal.undone[i] && str_eq(c->value, text))
			tell_staying(vm, c);
	}
}

int
vm_prepare(struct vm *vm, struct error *e)
{
	struct ways refused = {0};
	bool again = true;
	struct error second;
	int r = -EINVAL;

	while (r < 0 && again) {
		again = false;
		r = attempt(vm, &refused, &again, e);
		again = again && may_go_another_way(vm, &refused, e);
	}
	if (r < 0 && vm->host.locked && shared_unwind(&vm->host, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second); /* the lock made its directory */
	host_unlock(&vm->host);
	if (r == 0) {
		tell_warnings(&vm->plan);
		tell_ways(&vm->plan);
		tell_kernel_threads(&vm->plan);
		vm_tell_irqs(vm, &vm->plan.pinned);
	}
	return r;
}
