/* SPDX-License-Identifier: MIT */
/* What attach wants of QEMU's threads. */
#include "supervise/pins.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "change/change.h"
#include "host/host.h"
#include "host/load.h"
#include "host/pci.h"
#include "host/task.h"
#include "plan/changes.h"
#include "qemu/names.h"

/* A CPU that is not there is an error; one that is offline only has no part in the mask. */
static int
cpus_check(const struct host *host, const struct selection *s, struct error *e)
{
	char text[FILE_TEXT_BYTES], absent[CPUS_TEXT_BYTES];
	struct cpus present;
	int r = file_read(&host->roots.sys, "devices/system/cpu/present", text, sizeof(text), e);

	if (r < 0 || cpus_parse(text, &present) < 0)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < s->count; i++) {
		struct cpus rest = s->list[i].cpus;

		cpus_subtract(&rest, &present);
		if (cpus_empty(&rest))
			continue;
		error_refuse(e, ERROR_USAGE, NULL, "take %s %s", select_option(s->list[i].group),
			s->list[i].word);
		return error_why(
			e, "the host has no CPU %s, but %s", cpus_format(&rest, absent), text);
	}
	return 0;
}

/* All that attach leaves as it is doesn't count. */
static struct definition
definition_of_cpus(const struct definition *d)
{
	static const struct scheduling unset;
	struct definition copy = *d;

	copy.isolation = ISOLATION_AFFINITY;
	copy.backend = BACKEND_AUTO;
	copy.host_tasks = HOST_TASKS_AUTO;
	copy.memory_choice = MEMORY_LEAVE;
	copy.memory_nodes = copy.housekeeping_cpus = (struct cpus){0};
	copy.governor = NULL;
	copy.max_idle_latency_place = (struct place){0};
	copy.vcpu_scheduling = copy.iothread_scheduling = copy.emulator_scheduling = unset;
	return copy;
}

/* The VM of that name, which qpin runs, has its CPUs. */
static int
claims_check(const struct pins *pins, struct error *e)
{
	for (size_t i = 0; i < pins->facts.claim_count; i++) {
		const struct claim *claim = &pins->facts.claims[i];

		if (!claim->alive || claim->granted || !str_eq(claim->name, pins->definition.name))
			continue;
		error_refuse(
			e, ERROR_CLAIMED, pins->definition.path, "take CPUs from a definition");
		return error_why(e, "qpin runs %s, which has them", claim->name);
	}
	return 0;
}

static int
plan_load(struct host *host, const struct definition *definition, struct pins *ret, struct error *e)
{
	int r;

	ret->definition = definition_of_cpus(definition);
	r = facts_load(host, &ret->facts, e);
	if (r == 0)
		r = claims_check(ret, e);
	if (r == 0)
		r = pci_load(&host->roots.sys, definition->wishes.near, &ret->facts.near, e);
	if (r == 0)
		r = plan_make(&ret->definition, &ret->facts, NULL, &ret->plan, e);
	if (r == 0 && (definition->vcpu_scheduling.set || definition->iothread_scheduling.set ||
			      definition->emulator_scheduling.set))
		log_notice("%s: attach sets CPUs alone, and no scheduling", definition->name);
	return r;
}

int
pins_load(struct host *host, const struct selection *selection, const struct definition *definition,
	struct pins *ret, struct error *e)
{
	*ret = (struct pins){.selection = definition == NULL ? selection : NULL};
	return definition != NULL ? plan_load(host, definition, ret, e)
				  : cpus_check(host, selection, e);
}

void
pins_done(struct pins *pins)
{
	plan_done(&pins->plan);
	facts_done(&pins->facts);
}

bool
pins_want_roles(const struct pins *pins)
{
	if (pins->selection == NULL)
		return true;
	for (size_t i = 0; i < pins->selection->count; i++) {
		enum select_group group = pins->selection->list[i].group;

		if (group == SELECT_VCPU || group == SELECT_IO)
			return true;
	}
	return false;
}

/* A thread is called by its name, if that tells what it is. */
static int
change_make(const struct task *task, const struct selector *s, struct change_list *ret)
{
	char cpus[CPUS_TEXT_BYTES], text[THREAD_TEXT_BYTES];
	struct thread_name name;
	const char *role = task->name;
	struct change *c;

	thread_name_parse(task->name, &name);
	if (task->role != TASK_EMULATOR && name.kind == THREAD_OTHER)
		role = thread_text(task, text);
	c = change_add(ret, &change_affinity, role, NULL, cpus_format(&s->cpus, cpus));
	if (c == NULL)
		return -ENOMEM;
	c->id = task->tid;
	c->role = strdup(role);
	return c->role != NULL ? 0 : -ENOMEM;
}

/* A thread gets its name when it runs: one that has another by now is new, too. */
static bool
is_known(const struct tasks *before, const struct task *task)
{
	for (size_t i = 0; i < before->count; i++) {
		if (before->list[i].tid == task->tid)
			return str_eq(before->list[i].name, task->name);
	}
	return false;
}

/* By selectors. */
static int
select_make(const struct pins *pins, const struct target *target, const struct tasks *tasks,
	const struct tasks *before, struct change_list *ret, struct error *e)
{
	auto_free const struct selector **of =
		calloc(tasks->count, sizeof(const struct selector *));
	int r;

	if (of == NULL)
		return error_sys(e, ENOMEM, NULL, "select QEMU's threads");
	r = select_threads(pins->selection, tasks, target->pid, !pins->later, of, e);
	if (r < 0)
		return r == -EINVAL ? target_hint(target, tasks, e) : r;
	for (size_t i = 0; i < tasks->count && r == 0; i++) {
		if (of[i] != NULL && !is_known(before, &tasks->list[i]))
			r = change_make(&tasks->list[i], of[i], ret);
	}
	return r < 0 ? error_sys(e, -r, NULL, "select QEMU's threads") : 0;
}

/* By a plan, of which the threads of before have their part. */
static int
plan_make_changes(const struct pins *pins, const struct target *target, const struct tasks *tasks,
	const struct tasks *before, struct change_list *ret, struct error *e)
{
	int r = plan_place(&pins->plan, &target->known, tasks, ret, e);

	if (r < 0)
		return r == -ENOENT ? target_hint(target, tasks, e) : r;
	for (size_t i = 0; i < tasks->count; i++) {
		if (!is_known(before, &tasks->list[i]))
			continue;
		for (size_t c = 0; c < ret->count; c++) {
			if (ret->list[c].id == tasks->list[i].tid)
				ret->list[c].id = 0;
		}
	}
	return 0;
}

int
pins_make(const struct pins *pins, const struct target *target, const struct tasks *tasks,
	const struct tasks *before, struct change_list *ret, struct error *e)
{
	return pins->selection != NULL ? select_make(pins, target, tasks, before, ret, e)
				       : plan_make_changes(pins, target, tasks, before, ret, e);
}
