/* SPDX-License-Identifier: MIT */
/*
 * The plan of a VM that was started by a qpin that died. The journal has the changes alone; what is
 * to be done with threads that come later, the plan tells. It is made anew, and believed only if
 * it would have led to the same changes.
 */
#include "supervise/regain.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "plan/changes.h"
#include "supervise/vm.h"

static int
differ(const struct vm *vm, const char *what, struct error *e)
{
	error_sys(e, ESTALE, vm->journal.dir.path, "find the plan that VM %s was started by",
		vm->journal.name);
	return error_why(e, "its definition would lead to other %s now", what);
}

static bool
journal_has(const struct journal *j, const struct change *c)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		if (!j->undone[i] && change_same(&j->changes.list[i], c))
			return true;
	}
	return false;
}

static int
cpus_compare(const struct vm *vm, struct error *e)
{
	struct cpus claimed = vm->plan.pinned;

	cpus_unite(&claimed, &vm->plan.later);
	cpus_unite(&claimed, &vm->plan.layout.own);
	return cpus_equal(&claimed, &vm->journal.cpus) ? 0 : differ(vm, "CPUs", e);
}

static int
cgroups_compare(const struct vm *vm, struct error *e)
{
	auto_change_list struct change_list list = {0};
	int r = plan_prepare(&vm->plan, &list, e);

	for (size_t i = 0; i < list.count && r == 0; i++) {
		const struct change *c = &list.list[i];

		if ((c->kind == &change_cgroup || c->kind == &change_partition) && !c->shared &&
			!journal_has(&vm->journal, c))
			r = differ(vm, "cgroups", e);
	}
	return r;
}

/* Which of several spare CPUs a plugged vCPU has, the journal doesn't tell in these words. */
static bool
has_one_on_a_spare(const struct vm *vm)
{
	for (size_t i = 0; i < vm->threads.vcpu_count; i++) {
		const struct vcpu_thread *v = &vm->threads.vcpus[i];

		if (plan_vcpu_is_later(&vm->plan, v->socket, v->core, v->thread) &&
			plan_vcpu_find(&vm->plan, v->socket, v->core, v->thread) == NULL)
			return true;
	}
	return false;
}

static int
places_compare(const struct vm *vm, struct error *e)
{
	auto_change_list struct change_list list = {0};
	struct tasks tasks = {0};
	int r = tasks_read(&vm->host.roots.proc, vm->qemu.pid, &vm->threads, &tasks, e);

	if (r == 0)
		r = plan_place(&vm->plan, &vm->threads, &tasks, &list, e);
	tasks_done(&tasks);
	for (size_t i = 0; i < list.count && r == 0; i++) {
		const struct change *c = &list.list[i];

		if ((c->kind == &change_thread || c->kind == &change_affinity) &&
			str_starts(c->role, "vCPU ") && !journal_has(&vm->journal, c))
			r = differ(vm, "places of vCPUs", e);
	}
	return r == 0 && has_one_on_a_spare(vm) ? differ(vm, "CPUs of plugged vCPUs", e) : r;
}

static int
definition_read(const struct vm *vm, struct definition *ret, struct error *e)
{
	struct problems problems = {0};
	int r = definition_load(vm->journal.name, DIALECT_QPIN, ret, &problems, e);

	problems_done(&problems);
	ret->shutdown_timeout_s = (unsigned)vm->journal.qemu.stop_s;
	return r;
}

int
regain(struct vm *vm, struct definition *ret, struct error *e)
{
	static const struct ways none;
	const struct definition *before = vm->definition;
	int r = definition_read(vm, ret, e);

	if (r == 0) {
		vm->definition = ret;
		r = vm_decide(vm, &none, e);
	}
	if (r == 0)
		r = cpus_compare(vm, e);
	if (r == 0)
		r = cgroups_compare(vm, e);
	if (r == 0)
		r = vm_read_threads(vm, e);
	if (r == 0)
		r = places_compare(vm, e);
	if (r == 0)
		return 0;
	vm->definition = before;
	threads_done(&vm->threads);
	plan_done(&vm->plan);
	vm->plan.definition = before;
	return r;
}
