/* SPDX-License-Identifier: MIT */
/* New pins for a VM that runs. */
#include "supervise/reload.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "change/revert.h"
#include "config/definition.h"
#include "config/findings.h"
#include "host/load.h"
#include "supervise/baselines.h"
#include "supervise/notify.h"
#include "supervise/seated.h"
#include "supervise/vm.h"

/* What the definition says now. */
struct wanted {
	struct definition definition;
	struct facts facts;
	struct plan plan;
};

static int
refuse(const struct plan *now, struct error *e, const char *why)
{
	error_refuse(e, ERROR_DEFINITION, now->definition->path, "take over its vcpu_pinning");
	(void)error_why(e, "%s", why);
	return error_hint(e, "it has effect at the next start");
}

int
reload_check(const struct plan *now, const struct plan *wanted, struct error *e)
{
	if (now->vcpu_count == 0)
		return refuse(now, e, "this VM was started without pins");
	if (wanted->definition->pin_count == 0)
		return refuse(now, e, "a running VM's CPUs are not chosen anew");
	if (now->way != wanted->way || now->level != wanted->level)
		return refuse(now, e, "with these pins it would be isolated in another way");
	if (!cpus_equal(&now->layout.own, &wanted->layout.own) ||
		!cpus_equal(&now->emulator, &wanted->emulator))
		return refuse(now, e, "with these pins QEMU's other threads would have other CPUs");
	for (size_t i = 0; i < now->vcpu_count; i++) {
		const struct plan_vcpu *v = &now->vcpus[i];

		if (now->vcpu_count != wanted->vcpu_count ||
			plan_vcpu_find(wanted, v->socket, v->core, v->thread) == NULL)
			return refuse(now, e, "a running VM keeps the vCPUs that are pinned");
	}
	return 0;
}

/* All that the VM has, and will have. */
static int
claim(struct vm *vm, const struct plan *wanted, struct error *e)
{
	struct cpus cpus = vm->plan.pinned;

	cpus_unite(&cpus, &vm->plan.layout.own);
	cpus_unite(&cpus, &wanted->pinned);
	cpus_unite(&cpus, &wanted->later);
	for (size_t i = 0; i < vm->seats.count; i++)
		cpus_add(&cpus, vm->seats.list[i].vcpu.os_cpu);
	return cpus_equal(&cpus, &vm->journal.cpus) ? 0 : journal_claim(&vm->journal, &cpus, e);
}

/* Where we were at the start: by now we are below that. */
static void
unit_keep(const struct cgroup_facts *start, struct cgroup_facts *now)
{
	(void)snprintf(now->own, sizeof(now->own), "%s", start->own);
	(void)snprintf(now->partition, sizeof(now->partition), "%s", start->partition);
	now->own_is_delegated = start->own_is_delegated;
	now->partition_cpus =
		str_eq(start->partition, "/") ? now->effective : start->partition_cpus;
}

static int
wanted_load(struct vm *vm, struct wanted *ret, struct error *e)
{
	const struct definition *d = vm->definition;
	struct problems problems = {0};
	int r = definition_load(privilege_caller() != NULL ? d->name : d->path, DIALECT_QPIN,
		&ret->definition, &problems, e);

	problems_done(&problems);
	if (r == 0 && cpus_empty(&ret->definition.emulator_cpus)) /* chosen at the start */
		ret->definition.emulator_cpus = vm->plan.layout.own;
	if (r == 0)
		r = facts_again(&vm->host, &vm->facts, &ret->facts, e);
	if (r == 0)
		unit_keep(&vm->facts.cgroup, &ret->facts.cgroup);
	if (r == 0)
		r = plan_make(&ret->definition, &ret->facts, &vm->plan.ways, &ret->plan, e);
	return r;
}

static int
move_all(struct vm *vm, const struct plan *wanted, struct error *e)
{
	char name[PLAN_VCPU_TEXT_BYTES];
	int r = 0;

	for (size_t i = 0; i < vm->threads.vcpu_count && r == 0; i++) {
		const struct vcpu_thread *v = &vm->threads.vcpus[i];
		const struct plan_vcpu *to = plan_vcpu_find(wanted, v->socket, v->core, v->thread);
		int from = seated_cpu(vm, v);

		if (to == NULL || from < 0 || (unsigned)from == to->os_cpu)
			continue;
		r = seat_move(vm, to, v->tid, (unsigned)from, e);
		if (r == 0)
			log_notice("%s: %s was moved from host CPU %d to %u", vm->definition->name,
				plan_vcpu_text(to, name, sizeof(name)), from, to->os_cpu);
	}
	return r;
}

/* Those that aren't there yet get the new CPUs when they come. */
static void
keep_later(struct vm *vm, const struct plan *wanted)
{
	for (size_t i = 0; i < vm->plan.vcpu_count; i++) {
		struct plan_vcpu *v = &vm->plan.vcpus[i];

		if (threads_find_vcpu(&vm->threads, v->socket, v->core, v->thread) == NULL)
			*v = *plan_vcpu_find(wanted, v->socket, v->core, v->thread);
	}
	vm->plan.later = wanted->later;
}

static int
take_over(struct vm *vm, struct wanted *wanted, struct error *e)
{
	int r = host_lock(&vm->host, e);

	if (r == 0)
		r = wanted_load(vm, wanted, e);
	if (r == 0)
		r = reload_check(&vm->plan, &wanted->plan, e);
	if (r == 0)
		r = claim(vm, &wanted->plan, e);
	host_unlock(&vm->host);
	if (r < 0)
		return r;
	r = move_all(vm, &wanted->plan, e);
	baselines_keep(vm); /* also of those that were moved before another one couldn't be */
	if (r == 0)
		keep_later(vm, &wanted->plan);
	return r < 0 ? r : vm_verify(vm, e);
}

/* What is no longer needed is anybody's. */
static void
unclaim(struct vm *vm, const struct plan *wanted)
{
	struct error e;
	int r = host_lock(&vm->host, &e);

	if (r == 0)
		r = claim(vm, wanted, &e);
	if (r < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	host_unlock(&vm->host);
}

void
reload(struct vm *vm)
{
	struct wanted wanted = {0};
	char status[VM_SUMMARY_BYTES], why[VM_SUMMARY_BYTES - 32];
	struct error e;
	int r;

	notify_reloading();
	if (vm->attached || vm->planless) {
		error_refuse(&e, ERROR_HOST, NULL, "give vCPUs other CPUs");
		r = error_why(&e, "this VM is not by a definition that qpin run has read");
	} else {
		r = take_over(vm, &wanted, &e);
		if (r == 0)
			unclaim(vm, &wanted.plan);
	}
	vm_summary(vm, status, sizeof(status));
	if (r < 0) {
		log_failure(LOG_LEVEL_ERROR, &e);
		error_text(&e, why, sizeof(why));
		(void)snprintf(status, sizeof(status), "not reloaded: %s", why);
	} else {
		log_notice("%s: reloaded: %s", vm->definition->name, status);
	}
	notify_ready(status);
	plan_done(&wanted.plan);
	facts_done(&wanted.facts);
	definition_done(&wanted.definition);
}
