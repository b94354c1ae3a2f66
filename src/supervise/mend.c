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
#include "supervise/vm.h"

bool
mend_concerns(const struct change *c)
{
	static const struct change_kind *const kinds[] = {&change_affinity, &change_exclusive,
		&change_limit, &change_override, &change_partition, &change_setting, &change_thread,
		&change_without};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (c->kind == kinds[i])
			return true;
	}
	return false;
}

/* Whether the journal has a partition around @c's: what @c gives back stays in that one. */
static bool
is_inside(const struct vm *vm, const struct change *c)
{
	char above[GROUP_PATH_BYTES];

	(void)snprintf(above, sizeof(above), "%s", c->target);
	if (!group_up(above))
		return false;
	for (size_t i = 0; i < vm->journal.changes.count; i++) {
		const struct change *other = &vm->journal.changes.list[i];

		if (other->kind == &change_partition && str_eq(other->target, above))
			return true;
	}
	return false;
}

/*
 * A partition inside one that was invalid may be called valid again and still have its sibling's
 * CPUs (seen with 6.12 and 7.2, after all CPUs of that one were offline).
 */
static void
divide_again(struct vm *vm, const struct change *c)
{
	struct cpus own, effective;
	struct error e;
	int r = group_read_cpus(&vm->host, c->target, CPUSET_CPUS, &own, &e);

	if (r == 0)
		r = group_read_cpus(
			&vm->host, c->target, group_effective(c->target), &effective, &e);
	if (r == 0 && cpus_equal(&own, &effective) && c->kind->verify(&vm->host, c, &e) == 0)
		return;
	if (r == 0)
		r = group_write(
			&vm->host, c->target, CPUSET_CPUS_PARTITION, PARTITION_MEMBER, &e);
	if (r == 0)
		r = group_write(&vm->host, c->target, CPUSET_CPUS_PARTITION, c->value, &e);
	if (r < 0)
		log_debug("%s can't be divided again", c->target);
}

/*
 * The topmost one that isn't valid though all in it is right again: 6.1 looks at it anew when its
 * list changes, and then only. What it is given for that moment it doesn't get as long as others
 * have it.
 */
static void
nudge(struct vm *vm, const struct change *c)
{
	char now[CPUS_TEXT_BYTES], more[CPUS_TEXT_BYTES];
	struct cpus cpus;
	struct error e;

	if (c->kind->verify(&vm->host, c, &e) == 0 ||
		group_read_cpus(&vm->host, c->target, CPUSET_CPUS, &cpus, &e) < 0)
		return;
	cpus_format(&cpus, now);
	cpus_unite(&cpus, &vm->plan.layout.all);
	cpus_format(&cpus, more);
	if (group_write(&vm->host, c->target, CPUSET_CPUS, more, &e) < 0 ||
		group_write(&vm->host, c->target, CPUSET_CPUS, now, &e) < 0)
		log_debug("%s can't be looked at anew", c->target);
}

/* What is written into a partition's file once more isn't enough for every kernel. */
static void
mend_partitions(struct vm *vm)
{
	for (size_t i = 0; i < vm->journal.changes.count; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (c->kind == &change_partition && !is_inside(vm, c))
			nudge(vm, c);
	}
	for (size_t i = 0; i < vm->journal.changes.count; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (c->kind == &change_partition && is_inside(vm, c))
			divide_again(vm, c);
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
	if (journal_restore(&vm->journal, &vm->host, mend_concerns, &e) < 0)
		log_debug("not all can be made again: %s", e.what);
	mend_partitions(vm);
	if (masks_mend(&vm->host, &e) < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	host_unlock(&vm->host);
}
