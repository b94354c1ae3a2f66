/* SPDX-License-Identifier: MIT */
/* Judging a definition on a host. */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/level.h"
#include "plan/plan.h"
#include "plan/remedy.h"
#include "qemu/needs.h"

enum {
	ERROR_BYTES = 1536,
	NUMBER_BYTES = 32,
	MIB = 1024 * 1024,
	KIB = 1024,
	US_PER_MS = 1000,
};

static void
refusal_add(enum check_id id, const struct error *e, struct checkup *ret)
{
	char text[ERROR_BYTES];

	error_text(e, text, sizeof(text));
	checkup_add(ret, id, VERDICT_PROBLEM, "%s", text);
	checkup_hint(ret, "%s", e->hint);
}

static void
plan_add(const struct plan *plan, struct checkup *ret)
{
	char text[CPUS_TEXT_BYTES];
	bool by_cgroup = plan->way != WAY_AFFINITY;
	/* A level that is named is what its author wants. */
	bool best =
		plan->level >= ISOLATION_ISOLATED || plan->definition->isolation != ISOLATION_AUTO;

	if (plan->vcpu_count == 0)
		checkup_add(ret, CHECK_VM_PLAN, VERDICT_OK, "it would start, without pinned vCPUs");
	else
		checkup_add(ret, CHECK_VM_PLAN, VERDICT_OK, "it would start, on CPUs %s",
			cpus_format(&plan->pinned, text));
	checkup_add(ret, CHECK_VM_LEVEL, best ? VERDICT_OK : VERDICT_ADVICE, "%s%s%s%s%s",
		level_text(plan), by_cgroup ? ", by " : "", by_cgroup ? way_name(plan->way) : "",
		plan->level_reason[0] != '\0' ? ": " : "", plan->level_reason);
	if (!best)
		checkup_hint(ret, "%s", plan->level_hint);
	for (size_t i = 0; i < plan->warning_count; i++) {
		checkup_add(ret, CHECK_VM_WARNING, VERDICT_ADVICE, "%s", plan->warnings[i].text);
		checkup_hint(ret, "%s", plan->warnings[i].hint);
	}
}

/* The node alone that memory is bound to; -1: none, or several. */
static int
only_node(const struct plan *plan)
{
	return plan != NULL && cpus_count(&plan->memory_nodes) == 1
		       ? cpus_next(&plan->memory_nodes, 0)
		       : -1;
}

static const struct page_pool *
pool_find(const struct memory_facts *m, uint64_t page_bytes, int node)
{
	for (size_t i = 0; i < m->pool_count; i++) {
		if (m->pools[i].page_bytes == page_bytes && m->pools[i].node == node)
			return &m->pools[i];
	}
	return NULL;
}

static void
pages_mend(const struct check_input *in, const struct page_pool *pool, uint64_t wanted,
	struct checkup *ret)
{
	auto_buf struct buf path = {0};
	char number[NUMBER_BYTES];

	if (pool->node >= 0)
		buf_printf(&path, "/sys/devices/system/node/node%d", pool->node);
	else
		buf_add(&path, "/sys/kernel/mm");
	buf_printf(
		&path, "/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages", pool->page_bytes / KIB);
	(void)snprintf(number, sizeof(number), "%" PRIu64, wanted);
	ret->failed |= path.failed;
	if (!path.failed)
		remedy_files(ret, in->facts->systemd, "hugepages", path.text, number);
}

/* @pages of @page_bytes. */
static void
pages_check(const struct check_input *in, const struct plan *plan, uint64_t page_bytes,
	uint64_t pages, struct checkup *ret)
{
	int node = only_node(plan);
	const struct page_pool *pool = pool_find(&in->survey->memory, page_bytes, node);
	char where[NUMBER_BYTES] = "";

	if (pool == NULL && node >= 0)
		pool = pool_find(&in->survey->memory, page_bytes, -1);
	if (pool == NULL) {
		checkup_add(ret, CHECK_VM_HUGEPAGES, VERDICT_PROBLEM,
			"this host has no pages of %" PRIu64 " KiB", page_bytes / KIB);
		return;
	}
	if (pool->node >= 0)
		(void)snprintf(where, sizeof(where), " in node %d", pool->node);
	checkup_add(ret, CHECK_VM_HUGEPAGES, pages <= pool->free ? VERDICT_OK : VERDICT_PROBLEM,
		"it takes %" PRIu64 " pages of %" PRIu64 " KiB%s, and %" PRIu64 " are free", pages,
		page_bytes / KIB, where, pool->free);
	if (pages > pool->free) {
		pages_mend(in, pool, pool->total - pool->free + pages, ret);
		checkup_hint(ret, "when memory is too fragmented by now, boot again");
	}
}

static bool
is_running(const struct check_input *in, const char *name)
{
	for (size_t i = 0; i < in->facts->claim_count; i++) {
		const struct claim *claim = &in->facts->claims[i];

		if (!claim->granted && claim->alive && str_eq(claim->name, name))
			return true;
	}
	return false;
}

/* Pages of one size, for all memory backends together. */
static void
check_pages(const struct check_input *in, const struct check_vm *vm, struct checkup *ret)
{
	const struct needs *needs = vm->needs;

	if (needs->memory_count > 0 && is_running(in, vm->definition->name)) {
		checkup_add(
			ret, CHECK_VM_HUGEPAGES, VERDICT_UNSEEN, "it runs: what it has isn't free");
		return;
	}
	for (size_t i = 0; i < needs->memory_count; i++) {
		uint64_t size = needs->memory[i].page_bytes, pages = 0;
		bool is_first = size > 0;

		for (size_t k = 0; k < i; k++)
			is_first = is_first && needs->memory[k].page_bytes != size;
		for (size_t k = i; k < needs->memory_count && is_first; k++) {
			if (needs->memory[k].page_bytes == size)
				pages += needs->memory[k].bytes / size +
					 (needs->memory[k].bytes % size > 0);
		}
		if (is_first)
			pages_check(in, vm->plan, size, pages, ret);
	}
	if (needs->is_partial)
		checkup_add(ret, CHECK_VM_HUGEPAGES, VERDICT_UNSEEN,
			"some of QEMU's options are written in a way that isn't looked into");
}

static void
check_memlock(const struct check_input *in, const struct definition *d, const struct needs *needs,
	struct checkup *ret)
{
	const struct limit_facts *limits = &in->survey->limits;
	bool may = limits->may_lock && (d->user == NULL || d->rlimit_memlock);
	uint64_t limit = limits->memlock_soft_bytes;

	if (!needs->locks && !needs->vfio)
		return;
	/* It takes root, or such a hard limit, to have none: qemu/child.c. */
	if (d->rlimit_memlock && (in->facts->root || limits->memlock_bytes == UINT64_MAX))
		limit = UINT64_MAX;
	if (may || limit >= needs->ram_bytes) {
		checkup_add(ret, CHECK_VM_MEMLOCK, VERDICT_OK, "it may lock its %" PRIu64 " MiB",
			needs->ram_bytes / MIB);
		return;
	}
	checkup_add(ret, CHECK_VM_MEMLOCK, VERDICT_PROBLEM,
		"it locks its %" PRIu64 " MiB, and may lock %" PRIu64 " KiB",
		needs->ram_bytes / MIB, limit / KIB);
	if (in->facts->root)
		checkup_hint(ret, "write `rlimit_memlock: true`");
	else
		remedy_limits(ret, limits->user, "memlock", "unlimited");
}

static unsigned
highest_priority(const struct definition *d, bool *ret_deadline)
{
	const struct scheduling *const all[] = {
		&d->vcpu_scheduling, &d->iothread_scheduling, &d->emulator_scheduling};
	unsigned highest = 0;

	*ret_deadline = false;
	for (size_t i = 0; i < COUNT(all); i++) {
		if (!all[i]->set)
			continue;
		*ret_deadline = *ret_deadline || all[i]->policy == SCHED_DEADLINE;
		if (all[i]->priority > highest)
			highest = all[i]->priority;
	}
	return highest;
}

static void
check_priority(const struct check_input *in, const struct definition *d, struct checkup *ret)
{
	const struct limit_facts *limits = &in->survey->limits;
	bool deadline;
	unsigned highest = highest_priority(d, &deadline);

	if (highest == 0 && !deadline)
		return;
	if (limits->may_schedule) {
		checkup_add(ret, CHECK_VM_RTPRIO, VERDICT_OK, "they can be had");
	} else if (deadline) {
		checkup_add(ret, CHECK_VM_RTPRIO, VERDICT_PROBLEM,
			"root alone can give the scheduler deadline");
	} else if (limits->rtprio < highest) {
		checkup_add(ret, CHECK_VM_RTPRIO, VERDICT_PROBLEM,
			"it asks for priority %u, and you may give %" PRIu64, highest,
			limits->rtprio);
		remedy_limits(ret, limits->user, "rtprio", "99");
	} else {
		checkup_add(ret, CHECK_VM_RTPRIO, VERDICT_OK, "you may give up to %" PRIu64,
			limits->rtprio);
	}
}

/* vCPUs that never sleep are stopped where tasks of that class may not have all of a CPU. */
static void
check_throttling(const struct check_input *in, const struct definition *d, struct checkup *ret)
{
	const struct survey *s = in->survey;
	int64_t lost_us = s->rt_period_us.value - s->rt_runtime_us.value;

	if (!d->vcpu_scheduling.set || d->vcpu_scheduling.priority == 0)
		return;
	if (!s->rt_runtime_us.is_known || !s->rt_period_us.is_known || s->rt_runtime_us.value < 0 ||
		lost_us <= 0) {
		checkup_add(ret, CHECK_VM_RT_THROTTLING, VERDICT_OK, "they aren't");
	} else if (!s->fair_server.is_known) {
		checkup_add(ret, CHECK_VM_RT_THROTTLING, VERDICT_UNSEEN,
			"it can be seen by root alone, in debugfs");
	} else if (s->fair_server.value != 0) {
		checkup_add(ret, CHECK_VM_RT_THROTTLING, VERDICT_OK,
			"not unless other tasks wait for their CPU");
	} else {
		checkup_add(ret, CHECK_VM_RT_THROTTLING, VERDICT_ADVICE,
			"a busy vCPU is stopped for %" PRId64 " ms of each %" PRId64 " ms",
			lost_us / US_PER_MS, s->rt_period_us.value / US_PER_MS);
		remedy_sysctl(ret, "rt", "kernel.sched_rt_runtime_us", "-1");
		checkup_hint(ret, "the kernel's own threads there wait then for as long as the "
				  "vCPU is busy");
	}
}

static void
check_accelerator(const struct check_input *in, const struct needs *needs, struct checkup *ret)
{
	if (!needs->kvm)
		return;
	if (in->survey->kvm.open_errno == 0) {
		checkup_add(ret, CHECK_VM_KVM, VERDICT_OK, "it asks for it, and can have it");
	} else {
		checkup_add(ret, CHECK_VM_KVM, VERDICT_PROBLEM, "it needs KVM, and can't have it");
		checkup_hint(ret, "see kvm.device");
	}
}

void
check_definition(const struct check_input *in, const struct check_vm *vm, struct checkup *ret)
{
	if (vm->no_parts != NULL)
		refusal_add(CHECK_VM_PROGRAM, vm->no_parts, ret);
	else
		checkup_add(ret, CHECK_VM_PROGRAM, VERDICT_OK, "they are there");
	if (vm->plan == NULL)
		refusal_add(CHECK_VM_PLAN, vm->refusal, ret);
	else
		plan_add(vm->plan, ret);
	check_accelerator(in, vm->needs, ret);
	check_pages(in, vm, ret);
	check_memlock(in, vm->definition, vm->needs, ret);
	check_priority(in, vm->definition, ret);
	check_throttling(in, vm->definition, ret);
}
