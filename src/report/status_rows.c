/* SPDX-License-Identifier: MIT */
/* What is shown of a VM's threads: since an earlier look, and those of one role together. */
#include "report/status_rows.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "report/figures.h"

void
status_rows_done(struct status_rows *rows)
{
	free(rows->list);
	*rows = (struct status_rows){0};
}

const struct status_vm *
status_vm_find(const struct status *in, const struct status_vm *vm)
{
	for (size_t i = 0; i < in->vm_count; i++) {
		if (in->vms[i].uid == vm->uid && in->vms[i].qemu == vm->qemu &&
			str_eq(in->vms[i].name, vm->name))
			return &in->vms[i];
	}
	return NULL;
}

static const struct status_thread *
thread_find(const struct status_vm *in, const struct status_thread *t)
{
	for (size_t i = 0; i < in->thread_count; i++) {
		if (in->threads[i].tid == t->tid && in->threads[i].start == t->start)
			return &in->threads[i];
	}
	return NULL;
}

static struct status_thread
thread_since(const struct status_thread *t, const struct status_vm *before)
{
	const struct status_thread *then = before != NULL ? thread_find(before, t) : NULL;
	struct status_thread since = *t;

	if (then == NULL)
		return since;
	usage_since(&t->usage, &then->usage, &since.usage);
	if (t->foreign_since_ns != then->foreign_since_ns) /* it was counted anew meanwhile */
		since.usage.has[USAGE_FOREIGN] = false;
	return since;
}

static bool
is_grouped(enum status_role role)
{
	return role == STATUS_WORKER || role == STATUS_VHOST || role == STATUS_OTHER;
}

static void
row_merge(struct status_thread *row, const struct status_thread *t)
{
	row->tid = 0;
	cpus_unite(&row->cpus, &t->cpus);
	if (cpus_count(&row->cpus) != 1)
		row->spot = (struct spot){.core = -1, .cache = -1, .node = -1};
	if (!scheduling_same(&row->scheduling, &t->scheduling))
		row->scheduling.set = false;
	if (!str_eq(row->partition, t->partition))
		row->partition[0] = '\0';
	if (!str_eq(row->name, t->name))
		row->name[0] = '\0';
	/* All have the CPU's, if it is one: nothing to be summed. */
	row->usage.has[USAGE_IRQS] = row->usage.has[USAGE_FOREIGN] = false;
	usage_add(&row->usage, &t->usage);
}

static void
row_label(struct status_thread *row, size_t count)
{
	static const char *const texts[] = {
		[STATUS_WORKER] = "workers", [STATUS_VHOST] = "vhosts", [STATUS_OTHER] = "others"};

	if (count > 1)
		(void)snprintf(row->label, sizeof(row->label), "%zu %s", count, texts[row->role]);
}

int
status_rows_make(
	const struct status_vm *vm, const struct status_vm *before, struct status_rows *ret)
{
	size_t merged = 1;

	*ret = (struct status_rows){.list = calloc(vm->thread_count + 1, sizeof(*ret->list))};
	if (ret->list == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < vm->thread_count; i++) {
		struct status_thread t = thread_since(&vm->threads[i], before);
		struct status_thread *last = ret->count > 0 ? &ret->list[ret->count - 1] : NULL;

		if (last == NULL || last->role != t.role || !is_grouped(t.role)) {
			ret->list[ret->count++] = t;
			merged = 1;
			continue;
		}
		row_merge(last, &t);
		row_label(last, ++merged);
	}
	return 0;
}
