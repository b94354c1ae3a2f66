/* SPDX-License-Identifier: MIT */
/* Putting right what others, or the kernel, undid of a plan while the guest runs. */
#include "supervise/mend.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "cgroup/masks.h"
#include "host/task.h"
#include "host/unit_cpus.h"
#include "qemu/scheduling_change.h"
#include "supervise/vm.h"

/* Whether the task that @c is about is still there, if it's about one: its id may be another's. */
static bool
has_its_task(const struct host *host, const struct change *c)
{
	struct error ignored;

	return c->id == 0 || task_lives(&host->roots.proc, (pid_t)c->id, c->start, &ignored) != 0;
}

bool
mend_concerns(struct host *host, const struct change *c)
{
	static const struct change_kind *const kinds[] = {&change_affinity, &change_exclusive,
		&change_limit, &change_override, &change_partition, &change_scheduling,
		&change_setting, &change_thread, &change_without};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (c->kind == kinds[i])
			return has_its_task(host, c);
	}
	return false;
}

/* Partitions have their own way: mend_partitions(). */
static bool
is_made_again(struct host *host, const struct change *c)
{
	return c->kind != &change_partition && mend_concerns(host, c);
}

/* Whether partition @inner is directly in partition @outer. */
static bool
is_in(const struct change *inner, const struct change *outer)
{
	char above[GROUP_PATH_BYTES];

	(void)snprintf(above, sizeof(above), "%s", inner->target);
	return group_up(above) && str_eq(above, outer->target);
}

/* The next partition of the VM from @at on, which goes on behind it; NULL: no more. */
static const struct change *
next_partition(const struct vm *vm, size_t *at)
{
	while (*at < vm->journal.changes.count) {
		const struct change *c = &vm->journal.changes.list[(*at)++];

		if (c->kind == &change_partition && !vm->journal.undone[*at - 1])
			return c;
	}
	return NULL;
}

/* The partition that @c is in, and one that is in it; NULL where there is none of the VM's. */
static const struct change *
outer_of(const struct vm *vm, const struct change *c)
{
	const struct change *other;

	for (size_t at = 0; (other = next_partition(vm, &at)) != NULL;) {
		if (is_in(c, other))
			return other;
	}
	return NULL;
}

static const struct change *
inner_of(const struct vm *vm, const struct change *c)
{
	const struct change *other;

	for (size_t at = 0; (other = next_partition(vm, &at)) != NULL;) {
		if (is_in(other, c))
			return other;
	}
	return NULL;
}

static bool
is_valid(struct vm *vm, const struct change *c)
{
	struct error ignored;

	return c->kind->verify(&vm->host, c, &ignored) == 0;
}

static void
write_type(struct vm *vm, const struct change *c, const char *type)
{
	struct error e;

	if (partition_write(&vm->host, c->target, type, &e) < 0)
		log_debug("%s can't be made \"%s\"", c->target, type);
}

/*
 * 6.1 looks at a partition anew when its list changes, and then only. What it is given for that
 * moment it doesn't get: others have it.
 */
static void
nudge(struct vm *vm, const struct change *c)
{
	char now[CPUS_TEXT_BYTES], more[CPUS_TEXT_BYTES];
	struct cpus cpus;
	struct error e;

	if (group_read_cpus(&vm->host, c->target, CPUSET_CPUS, &cpus, &e) < 0 ||
		file_read(&vm->host.roots.sys, "devices/system/cpu/online", more, sizeof(more),
			&e) < 0)
		return;
	cpus_format(&cpus, now);
	if (group_write(&vm->host, c->target, CPUSET_CPUS, more, &e) < 0 ||
		group_write(&vm->host, c->target, CPUSET_CPUS, now, &e) < 0)
		log_debug("%s can't be looked at anew", c->target);
}

/*
 * An outermost partition that isn't valid: its CPUs are the host's already. Those in it must not be
 * partitions meanwhile: a kernel with remote ones takes them for such, and refuses the outer one.
 */
static void
mend_outermost(struct vm *vm, const struct change *c)
{
	struct error ignored;
	struct cpus exclusive;
	bool remote = group_read_cpus(&vm->host, c->target, CPUSET_CPUS_EXCLUSIVE, &exclusive,
			      &ignored) == 0;
	const struct change *other;

	for (size_t at = 0; remote && (other = next_partition(vm, &at)) != NULL;) {
		if (is_in(other, c))
			write_type(vm, other, PARTITION_MEMBER);
	}
	write_type(vm, c, c->value);
	if (!remote && !is_valid(vm, c))
		nudge(vm, c);
}

/*
 * One inside of another, which is valid: what it gives back stays in that one. It may be called
 * valid and have its sibling's CPUs (seen with 6.12 and 7.2, after all CPUs were offline).
 */
static void
mend_inner(struct vm *vm, const struct change *c)
{
	struct cpus own = {0}, effective = {0};
	struct error ignored;

	if (!is_valid(vm, c))
		write_type(vm, c, c->value);
	(void)group_read_cpus(&vm->host, c->target, CPUSET_CPUS, &own, &ignored);
	(void)group_read_cpus(
		&vm->host, c->target, group_effective(c->target), &effective, &ignored);
	if (is_valid(vm, c) && (inner_of(vm, c) != NULL || cpus_equal(&own, &effective)))
		return;
	write_type(vm, c, PARTITION_MEMBER);
	write_type(vm, c, c->value);
}

/* The journal has the outer ones first. */
static void
mend_partitions(struct vm *vm)
{
	const struct change *c, *outer;

	for (size_t at = 0; (c = next_partition(vm, &at)) != NULL;) {
		outer = outer_of(vm, c);
		if (outer == NULL && !is_valid(vm, c))
			mend_outermost(vm, c);
		else if (outer != NULL && is_valid(vm, outer))
			mend_inner(vm, c);
	}
}

void
mend(struct vm *vm)
{
	struct error e;
	int r = host_lock(&vm->host, &e);

	if (r == 0)
		r = masks_watch(&vm->host, &e);
	if (r < 0) {
		log_failure(LOG_LEVEL_WARNING, &e);
		host_unlock(&vm->host);
		return;
	}
	if (journal_restore(&vm->journal, &vm->host, is_made_again, &e) < 0)
		log_debug("not all can be made again: %s", e.what);
	mend_partitions(vm);
	if (masks_mend(&vm->host, &e) < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	host_unlock(&vm->host);
}
