/* SPDX-License-Identifier: MIT */
/*
 * cgroup v1: cpusets in PREFIX, one for the VM with one in it for each pinned CPU. Threads of one
 * process may be in different cpusets there, so QEMU's others stay where they were born: in the
 * pool with the host's tasks, or in a cpuset of their own when they have CPUs or nodes of their
 * own, or nobody else is moved.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/backend.h"
#include "cgroup/files.h"
#include "cgroup/kinds.h"
#include "cgroup/masks.h"
#include "cgroup/pool.h"
#include "host/host.h"
#include "host/mount_change.h"

enum {
	PATH_BYTES = LAYOUT_PATH_BYTES + LAYOUT_NAME_BYTES + 32,
};

#define TOP HOST_CPUSET_V1 "/"
#define ON  "1"
#define OFF "0"

/* A list that is being made: remembers that memory ran out. */
struct maker {
	const struct layout *layout;
	struct change_list *list;
	bool failed;
};

static void
add(struct maker *m, const struct change_kind *kind, const char *target, const char *key,
	const char *value)
{
	if (m->failed || change_add(m->list, kind, target, key, value) == NULL)
		m->failed = true;
}

static void
add_shared(struct maker *m, const struct change_kind *kind, const char *target, const char *key,
	const char *value)
{
	size_t count = m->list->count;

	add(m, kind, target, key, value);
	if (m->list->count > count)
		m->list->list[count].shared = true;
}

/* "PREFIX/vm-NAME": no VM's name can make it the pool, or another's. */
static const char *
own_path(const struct layout *l, const char *kind, const char *name, char *path)
{
	(void)snprintf(path, PATH_BYTES, "%s/%s-%s", l->slice, kind, name);
	return path;
}

static const char *
vm_path(const struct layout *l, char *path)
{
	return own_path(l, "vm", l->name, path);
}

/* From the top down: a cpuset can have only what the one above it has. */
static void
make_prefix(struct maker *m)
{
	const struct layout *l = m->layout;
	char text[CPUS_TEXT_BYTES];

	if (l->v1_mount[0] != '\0')
		add_shared(m, &change_mount, l->v1_mount, NULL, "cpuset");
	add_shared(m, &change_masks, "all tasks", NULL, NULL);
	add_shared(m, &change_cgroup, l->slice, NULL, NULL);
	add_shared(m, &change_override, l->slice, CPUSET_CPUS, cpus_format(&l->all, text));
	add_shared(m, &change_override, l->slice, CPUSET_MEMS, cpus_format(&l->nodes, text));
	if (l->exclusive)
		add_shared(m, &change_override, l->slice, CPUSET_CPU_EXCLUSIVE, ON);
}

/*
 * The host's tasks, and QEMUs that have cpusets of their own, leave the pinned CPUs. Only then no
 * load needs to be balanced over all CPUs: the pool balances its own.
 */
static void
keep_others_off(struct maker *m)
{
	const struct layout *l = m->layout;
	char path[PATH_BYTES], text[CPUS_TEXT_BYTES];

	cpus_format(&l->pinned, text);
	for (size_t i = 0; i < l->claim_count; i++) {
		if (strcmp(l->claims[i].name, l->name) != 0)
			add(m, &change_without, own_path(l, "qemu", l->claims[i].name, path), NULL,
				text);
	}
}

static void
make_room(struct maker *m)
{
	const struct layout *l = m->layout;

	if (pool_prepare(l, m->list) < 0)
		m->failed = true;
	keep_others_off(m);
	if (!l->exclusive)
		return;
	add_shared(m, &change_override, TOP, CPUSET_LOAD_BALANCE, OFF);
	add_shared(m, &change_override, l->slice, CPUSET_LOAD_BALANCE, OFF);
}

static void
make_cpuset(struct maker *m, const char *path, const struct cpus *cpus, bool exclusive)
{
	const struct layout *l = m->layout;
	char text[CPUS_TEXT_BYTES];

	add(m, &change_cgroup, path, NULL, NULL);
	add(m, &change_setting, path, CPUSET_CPUS, cpus_format(cpus, text));
	add(m, &change_setting, path, CPUSET_MEMS,
		cpus_format(cpus_empty(&l->memory_nodes) ? &l->nodes : &l->memory_nodes, text));
	if (!exclusive)
		return;
	add(m, &change_override, path, CPUSET_CPU_EXCLUSIVE, ON);
	add(m, &change_setting, path, CPUSET_LOAD_BALANCE, OFF);
}

/* Whether QEMU's other threads are in a cpuset of their own. */
static bool
has_own_cpuset(const struct layout *l)
{
	return l->pool_group[0] == '\0' || !cpus_empty(&l->emulator) ||
	       !cpus_empty(&l->memory_nodes);
}

/* QEMU is born where qpin is, which goes there before: its memory comes from the nodes of that. */
static void
make_qemu(struct maker *m)
{
	const struct layout *l = m->layout;
	char path[PATH_BYTES];

	if (!has_own_cpuset(l))
		return;
	own_path(l, "qemu", l->name, path);
	make_cpuset(m, path, cpus_empty(&l->emulator) ? &l->pool : &l->emulator, false);
	add(m, &change_process, path, NULL, NULL);
}

static bool
v1_leaf(const struct layout *l, unsigned os_cpu, char *path, size_t size)
{
	if (cpus_has(&l->pinned, os_cpu))
		(void)snprintf(path, size, "%s/vm-%s/cpu%u", l->slice, l->name, os_cpu);
	else
		(void)snprintf(path, size, "%s/cpu%u-%s", l->slice, os_cpu, l->name);
	return true;
}

/* A cpuset beside that of the VM, whose CPUs stay what they are. */
static int
v1_plug(const struct layout *l, unsigned os_cpu, struct change_list *list)
{
	struct layout one = *l;
	struct maker m = {.layout = &one, .list = list};
	char path[PATH_BYTES];

	cpus_clear(&one.pinned);
	cpus_add(&one.pinned, os_cpu);
	if (pool_leave(&one, list) < 0)
		return -ENOMEM;
	keep_others_off(&m);
	(void)v1_leaf(l, os_cpu, path, sizeof(path));
	make_cpuset(&m, path, &one.pinned, l->exclusive);
	return m.failed ? -ENOMEM : 0;
}

static int
v1_prepare(const struct layout *l, struct change_list *list)
{
	struct maker m = {.layout = l, .list = list};
	char path[PATH_BYTES];

	make_prefix(&m);
	make_room(&m);
	make_cpuset(&m, vm_path(l, path), &l->pinned, l->exclusive);
	cpus_each (os_cpu, &l->pinned) {
		struct cpus one = {0};

		cpus_add(&one, (unsigned)os_cpu);
		(void)v1_leaf(l, (unsigned)os_cpu, path, sizeof(path));
		make_cpuset(&m, path, &one, l->exclusive);
	}
	make_qemu(&m);
	return m.failed ? -ENOMEM : 0;
}

static int
v1_place(const struct layout *l, const struct placement *p, struct change_list *list)
{
	char path[PATH_BYTES];
	struct change *c;

	(void)v1_leaf(l, p->os_cpu, path, sizeof(path));
	c = change_add(list, &change_thread, path, NULL, NULL);
	if (c == NULL)
		return -ENOMEM;
	c->id = p->tid;
	c->role = strdup(p->role);
	return c->role != NULL ? 0 : -ENOMEM;
}

static bool
v1_birthplace(const struct layout *l, char *path, size_t size)
{
	(void)l;
	(void)path;
	(void)size;
	return false;
}

const struct backend backend_v1 = {
	.name = "v1",
	.prepare = v1_prepare,
	.plug = v1_plug,
	.place = v1_place,
	.birthplace = v1_birthplace,
	.leaf = v1_leaf,
};
