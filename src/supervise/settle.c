/* SPDX-License-Identifier: MIT */
/* QEMU's threads in their places: put there, looked at once more, and told. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "host/unit_cpus.h"
#include "plan/changes.h"
#include "plan/level.h"
#include "qemu/scheduling_change.h"
#include "supervise/seated.h"
#include "supervise/vm.h"

enum {
	PATH_BYTES = LAYOUT_PATH_BYTES + 64,
};

int
vm_wake_for_deadline(struct vm *vm, const struct cpus *cpus, struct error *e)
{
	char path[PATH_BYTES];
	int r = 0;

	if (vm->definition->vcpu_scheduling.policy != SCHED_DEADLINE)
		return 0;
	cpus_each (os_cpu, cpus) {
		if (r == 0 && vm->plan.backend->leaf(
				      &vm->plan.layout, (unsigned)os_cpu, path, sizeof(path)))
			r = group_rouse(&vm->host, path, e);
	}
	return r;
}

/* Whether it is of a thread that QEMU named. */
static bool
is_named(const struct change *c)
{
	return str_starts(c->role, "vCPU ") || str_starts(c->role, "iothread ");
}

/* vm_verify() finds each vCPU in its leaf, when all of them are there. */
static int
place(struct vm *vm, const struct change *c, struct error *e)
{
	if (c->kind == &change_thread)
		return journal_apply_unverified(&vm->journal, &vm->host, c, e);
	return journal_apply(&vm->journal, &vm->host, c, e);
}

/*
 * What is known of QEMU's threads by now needs no look at each: that they were there, and that they
 * belong where all of them are born, wherever somebody may have put one since.
 */
static int
changes_know(const struct vm *vm, struct change_list *list, struct error *e)
{
	char path[PATH_BYTES];
	bool born = vm->plan.backend->birthplace(&vm->plan.layout, path, sizeof(path));
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		struct change *c = &list->list[i];

		if (is_named(c))
			c->start = vm->threads.seen;
		if (born && c->kind == &change_thread)
			r = change_remember(c, path, e);
	}
	return r;
}

/* How many moves of vCPUs come one after the other, from change @i on. */
static size_t
vcpu_moves(const struct change_list *list, size_t i)
{
	size_t end = i;

	while (end < list->count && list->list[end].kind == &change_thread &&
		str_starts(list->list[end].role, "vCPU "))
		end++;
	return end - i;
}

/* What puts all threads in their places. */
static int
changes_make(struct vm *vm, struct change_list *ret, struct error *e)
{
	__attribute__((cleanup(tasks_done))) struct tasks tasks = {0};
	int r = 0;

	if (plan_has_for_others(&vm->plan))
		r = tasks_read(&vm->host.roots.proc, vm->qemu.pid, &vm->threads, &tasks, e);
	if (r == 0)
		r = plan_place(&vm->plan, &vm->threads, &tasks, ret, e);
	return r < 0 ? r : changes_know(vm, ret, e);
}

static int
place_threads(struct vm *vm, struct error *e)
{
	auto_change_list struct change_list list = {0};
	bool roused = false;
	int r = changes_make(vm, &list, e);

	for (size_t i = 0; i < list.count && r >= 0; i++) {
		const struct change *c = &list.list[i];
		size_t moves = vcpu_moves(&list, i);

		if (moves > 1) {
			r = journal_apply_together(&vm->journal, &vm->host, c, moves, e);
			i += moves - 1;
			continue;
		}
		if (c->kind == &change_scheduling && str_starts(c->role, "vCPU ") && !roused) {
			roused = true;
			r = vm_wake_for_deadline(vm, &vm->plan.pinned, e);
		}
		if (r >= 0)
			r = place(vm, c, e);
		if (r == -ESRCH && !is_named(c)) /* it has ended, and needs no place any more */
			r = 0;
	}
	return r < 0 ? r : 0;
}

/* What the kernel says now of one pinned CPU: its leaf, and the masks of its threads. */
static int
verify_cpu(struct vm *vm, unsigned os_cpu, pid_t *tids, struct error *e)
{
	char path[PATH_BYTES], text[CPUS_TEXT_BYTES];
	struct cpus wanted = {0}, now;
	size_t count = seated_on(vm, os_cpu, tids, &now);
	int r = 0;

	cpus_add(&wanted, os_cpu);
	if (vm->plan.backend->leaf(&vm->plan.layout, os_cpu, path, sizeof(path)))
		r = group_has_only(&vm->host, path, tids, count, e);
	if (r < 0 || count == 0 || cpus_equal(&wanted, &now))
		return r;
	error_refuse(e, ERROR_HOST, NULL, "keep thread %d on CPU %u", (int)tids[0], os_cpu);
	return error_why(e, "the kernel allows %s %s", count == 1 ? "it" : "it, or another one,",
		cpus_format(&now, text));
}

static int
verify_cpus(struct vm *vm, struct error *e)
{
	pid_t *tids = calloc(vm->threads.vcpu_count + 1, sizeof(*tids));
	struct cpus taken;
	int r = 0;

	if (tids == NULL)
		return error_sys(e, ENOMEM, NULL, "verify the vCPUs' places");
	seated_cpus(vm, &taken);
	cpus_each (os_cpu, &taken) {
		r = verify_cpu(vm, (unsigned)os_cpu, tids, e);
		if (r < 0)
			break;
	}
	free(tids); /* by hand: clang's analyzer loses an array of ints in a cleanup function */
	return r;
}

/* What keeps others off the pinned CPUs: it is looked at once more when all are in their places. */
static bool
keeps_others_off(const struct change *c)
{
	return c->kind == &change_partition || c->kind == &change_exclusive ||
	       c->kind == &change_override || c->kind == &change_without ||
	       c->kind == &change_limit;
}

/* Of a partition that is valid, the kernel keeps others off by itself. */
static bool
is_word_enough(const struct plan *plan, const struct change *c)
{
	return plan->layout.partition == NULL || c->kind == &change_partition;
}

/* All of it was so when it was made; @all: whether it still is, by more than the kernel's word. */
static int
verify(struct vm *vm, bool all, struct error *e)
{
	const struct layout *l = &vm->plan.layout;
	int r = verify_cpus(vm, e);

	for (size_t i = 0; i < vm->journal.changes.count && r == 0; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (keeps_others_off(c) && (all || is_word_enough(&vm->plan, c)))
			r = c->kind->verify(&vm->host, c, e);
	}
	if (r == 0 && l->chain == CHAIN_LOCAL && !str_eq(l->base, "/"))
		r = partition_check(&vm->host, l->base, e);
	return r;
}

int
vm_verify(struct vm *vm, struct error *e)
{
	return verify(vm, true, e);
}

int
vm_settle(struct vm *vm, struct error *e)
{
	int r = host_lock_again(&vm->host, e); /* once for all threads */

	if (r == 0)
		r = place_threads(vm, e);
	host_unlock(&vm->host);
	if (r == 0)
		r = plug_present(vm, e);
	return r < 0 ? r : verify(vm, false, e);
}

int
vm_note_placed(struct vm *vm, struct error *e)
{
	struct record_process qemu = vm->journal.qemu;

	qemu.placed = true;
	(void)snprintf(qemu.level, sizeof(qemu.level), "%s", level_text(&vm->plan));
	(void)snprintf(qemu.reason, sizeof(qemu.reason), "%s", vm->plan.level_reason);
	if (!vm->attached) {
		qemu.paused = argv_has_flag(vm->definition, "S");
		qemu.stop_s = vm->definition->shutdown_timeout_s;
	}
	return journal_note(&vm->journal, RECORD_QEMU, &qemu, e);
}

static void
tell_mapping(const struct vm *vm)
{
	char pool[CPUS_TEXT_BYTES];

	for (size_t i = 0; i < vm->plan.vcpu_count; i++) {
		const struct plan_vcpu *v = &vm->plan.vcpus[i];
		const struct host_cpu *cpu = topology_find(&vm->facts.topology, v->os_cpu);
		const struct vcpu_thread *t =
			threads_find_vcpu(&vm->threads, v->socket, v->core, v->thread);

		if (t != NULL && cpu != NULL)
			log_info("vCPU %u.%u.%u (thread %d) is on host CPU %u (core %d, cache %d, "
				 "node %d)",
				v->socket, v->core, v->thread, (int)t->tid, v->os_cpu, cpu->core,
				cpu->cache, cpu->node);
	}
	for (size_t i = 0; i < vm->threads.iothread_count; i++)
		log_info("iothread %s is thread %d", vm->threads.iothreads[i].id,
			(int)vm->threads.iothreads[i].tid);
	log_info("QEMU's other threads are on host CPUs %s",
		cpus_format(cpus_empty(&vm->plan.emulator) ? &vm->plan.pool : &vm->plan.emulator,
			pool));
}

/* How many vCPUs have a CPU, and which CPUs. */
static size_t
seated_count(const struct vm *vm, struct cpus *ret)
{
	size_t count = 0;

	cpus_clear(ret);
	for (size_t i = 0; i < vm->threads.vcpu_count; i++) {
		int os_cpu = seated_cpu(vm, &vm->threads.vcpus[i]);

		if (os_cpu < 0)
			continue;
		cpus_add(ret, (unsigned)os_cpu);
		count++;
	}
	return count;
}

/* The vCPUs, their CPUs, and the level that they have there. */
static void
places_summary(const struct vm *vm, char *text, size_t size)
{
	const struct plan *p = &vm->plan;
	struct cpus on;
	size_t count = seated_count(vm, &on);
	char cpus[CPUS_TEXT_BYTES];
	bool by_cgroup = p->way != WAY_AFFINITY, reason = p->level_reason[0] != '\0';

	(void)snprintf(text, size, "%zu %s on host %s %s, level %s%s%s%s%s%s", count,
		count == 1 ? "vCPU" : "vCPUs", cpus_count(&on) == 1 ? "CPU" : "CPUs",
		cpus_format(&on, cpus), level_text(p), by_cgroup ? " by " : "",
		by_cgroup ? way_name(p->way) : "", reason ? " (" : "",
		reason ? p->level_reason : "", reason ? ")" : "");
}

void
vm_summary(const struct vm *vm, char *text, size_t size)
{
	char places[VM_SUMMARY_BYTES - 64] = "nothing is pinned";

	if (!vm->planless && vm->plan.vcpu_count > 0)
		places_summary(vm, places, sizeof(places));
	(void)snprintf(text, size, "QEMU is process %d%s%s", (int)vm->qemu.pid,
		vm->planless ? "" : "; ", vm->planless ? "" : places);
}

void
vm_tell(const struct vm *vm)
{
	char text[VM_SUMMARY_BYTES];

	tell_mapping(vm);
	vm_summary(vm, text, sizeof(text));
	log_notice("%s: %s", vm->definition->name, text);
	if (vm->plan.level_hint[0] != '\0')
		log_notice("%s: for more isolation: %s", vm->definition->name, vm->plan.level_hint);
}
