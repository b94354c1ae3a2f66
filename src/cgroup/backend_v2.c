/* SPDX-License-Identifier: MIT */
/*
 * cgroup v2: SCOPE/vm is a threaded domain with qpin, QEMU's other threads, and `cores`, one
 * partition with a leaf per pinned CPU. All CPUs are taken at once, because each partition made
 * beside the host's own rebuilds the scheduler's domains; dividing them inside is nearly free.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cgroup/backend.h"
#include "cgroup/files.h"
#include "cgroup/kinds.h"
#include "cgroup/masks.h"
#include "cgroup/pool.h"
#include "host/scope.h"
#include "host/unit_cpus.h"

enum {
	PATH_BYTES = LAYOUT_PATH_BYTES + 64,
};

/* At the top, where a partition can be a local one. */
#define TRIAL_GROUP "/qpin.trial"

/* A list that is being made: remembers that memory ran out. */
struct maker {
	const struct layout *layout;
	struct change_list *list;
	bool failed;
};

static struct change *
add(struct maker *m, const struct change_kind *kind, const char *target, const char *key,
	const char *value)
{
	struct change *c = m->failed ? NULL : change_add(m->list, kind, target, key, value);

	if (c == NULL)
		m->failed = true;
	return c;
}

static void
add_shared(struct maker *m, const struct change_kind *kind, const char *target, const char *value)
{
	struct change *c = add(m, kind, target, NULL, value);

	if (c != NULL)
		c->shared = true;
}

/*
 * In a scope that is a link of a local chain, the scope itself is the domain: a partition between
 * it and the leaves would be called invalid as soon as a VM beside it starts (Linux 6.12, 7.2).
 * Elsewhere the domain is below it, where the manager's own processes don't come.
 */
static bool
is_flat(const struct layout *layout)
{
	return layout->chain == CHAIN_LOCAL && layout->slice[0] != '\0';
}

/* @name in the domain; the domain itself: "". */
static const char *
below(const struct layout *layout, const char *name, char *path)
{
	(void)snprintf(path, PATH_BYTES, "%s%s%s%s", layout->scope, is_flat(layout) ? "" : "/vm",
		name[0] != '\0' ? "/" : "", name);
	return path;
}

/* The leaves of CPUs that are taken later are beside `cores`, whose CPUs stay what they are. */
static bool
v2_leaf(const struct layout *l, unsigned os_cpu, char *path, size_t size)
{
	(void)snprintf(path, size, "%s%s%s/cpu%u", l->scope, is_flat(l) ? "" : "/vm",
		cpus_has(&l->pinned, os_cpu) ? "/cores" : "", os_cpu);
	return true;
}

/* What all VMs are in, if they are in anything but the root. */
static void
make_slice(struct maker *m)
{
	const struct layout *l = m->layout;
	struct change *c;

	if (l->slice[1] == '\0')
		return;
	if (l->unit[0] == '\0') {
		add_shared(m, &change_cgroup, l->slice, NULL);
		add_shared(m, &change_controller, l->slice, "cpuset");
		return;
	}
	c = add(m, &change_slice, QPIN_SLICE, l->slice, NULL);
	if (c != NULL)
		c->shared = true;
}

/* What the manager owns. */
static void
make_unit(struct maker *m)
{
	const struct layout *l = m->layout;
	struct change *c;

	make_slice(m);
	c = add(m, &change_scope, l->unit, l->slice, NULL);
	if (c != NULL)
		c->value = text_printf("%u", l->stop_timeout_s);
	if (c == NULL || c->value == NULL)
		m->failed = true;
}

static void
make_threaded(struct maker *m, const char *path)
{
	add(m, &change_cgroup, path, NULL, NULL);
	add(m, &change_setting, path, CGROUP_TYPE, TYPE_THREADED);
}

/* A partition of the chain above the leaves, with all that is in it. */
static void
make_link(struct maker *m, const char *path)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus all = m->layout->pinned;

	cpus_unite(&all, &m->layout->own);
	add(m, &change_setting, path, CPUSET_CPUS, cpus_format(&all, text));
	add(m, &change_partition, path, NULL, PARTITION_ROOT);
}

/* Who is in the scope goes to @path: qpin, or in the scope of a QEMU that was there before, that.
 */
static void
make_room(struct maker *m, const char *path)
{
	struct change *c = add(m, &change_process, path, NULL, NULL);

	if (c == NULL || m->layout->guest == 0)
		return;
	c->id = m->layout->guest;
	c->role = strdup("QEMU");
	m->failed = m->failed || c->role == NULL;
}

/*
 * The domain as a local partition. It takes all that the partition above has, which the kernel
 * allows as long as its tasks are in its own cgroup: those below count as left without a CPU. So
 * qpin (or QEMU) is there when it is made, and goes on to its place when that is done.
 */
static void
make_local_domain(struct maker *m, const char *domain)
{
	const struct layout *l = m->layout;

	if (!is_flat(l) && !str_eq(l->base, l->scope))
		make_link(m, l->scope);
	if (!is_flat(l)) {
		add(m, &change_cgroup, domain, NULL, NULL);
		make_room(m, domain);
		add(m, &change_controller, l->scope, NULL, "cpuset");
	}
	make_link(m, domain);
}

/*
 * The threaded domain and qpin's place in it; qpin stays out of a scope that is QEMU's, whose end
 * would be its own. A controller is enabled only where no process is, so who is in the scope's own
 * cgroup leaves it first.
 */
static void
make_domain(struct maker *m)
{
	const struct layout *l = m->layout;
	char path[PATH_BYTES], text[CPUS_TEXT_BYTES];

	if (l->chain == CHAIN_LOCAL)
		make_local_domain(m, below(l, "", path));
	else
		add(m, &change_cgroup, below(l, "", path), NULL, NULL);
	make_threaded(m, below(l, l->guest != 0 ? "emulator" : "supervisor", path));
	make_room(m, path);
	if (l->chain != CHAIN_LOCAL)
		add(m, &change_controller, l->scope, NULL, "cpuset");
	add(m, &change_controller, below(l, "", path), NULL, "cpuset");
	/* On the domain alone, and before there is memory: a leaf's nodes would move all of it. */
	if (!cpus_empty(&l->memory_nodes))
		add(m, &change_setting, path, CPUSET_MEMS, cpus_format(&l->memory_nodes, text));
	below(l, "emulator", path);
	if (l->guest == 0)
		make_threaded(m, path);
	if (!cpus_empty(&l->emulator))
		add(m, &change_setting, path, CPUSET_CPUS, cpus_format(&l->emulator, text));
	else if (l->partition == NULL) /* nothing else keeps QEMU's other threads off */
		add(m, &change_setting, path, CPUSET_CPUS, cpus_format(&l->pool, text));
	if (l->partition == NULL && l->guest == 0) /* nor qpin */
		add(m, &change_setting, below(l, "supervisor", path), CPUSET_CPUS,
			cpus_format(&l->pool, text));
}

/* Ask for the CPUs in every cgroup from the top down to the VM's domain. */
static void
make_exclusive_chain(struct maker *m, const char *cpus)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/vm", m->layout->scope);
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		add(m, &change_exclusive, path, NULL, cpus);
		*slash = '/';
	}
	add(m, &change_exclusive, path, NULL, cpus);
}

/* One beside `cores`, a partition of its own, has its CPU from the domain. */
static void
make_leaf(struct maker *m, unsigned os_cpu)
{
	const struct layout *l = m->layout;
	char path[PATH_BYTES], text[16];

	(void)v2_leaf(l, os_cpu, path, sizeof(path));
	(void)snprintf(text, sizeof(text), "%u", os_cpu);
	make_threaded(m, path);
	if (l->chain == CHAIN_REMOTE && !cpus_has(&l->pinned, os_cpu))
		add(m, &change_exclusive, path, NULL, text);
	add(m, &change_setting, path, CPUSET_CPUS, text);
	if (m->layout->partition != NULL)
		add(m, &change_partition, path, NULL, m->layout->partition);
}

/* Have systemd keep each of its units off; its own limits come back after the last VM. */
static int
ask_manager(const struct layout *l, struct change_list *list)
{
	char all[CPUS_TEXT_BYTES], cpus[CPUS_TEXT_BYTES], unit[LAYOUT_PATH_BYTES];
	const char *at = l->units != NULL ? l->units : "";
	struct change *c;

	cpus_format(&l->all, all);
	cpus_format(&l->pinned, cpus);
	for (size_t len = strcspn(at, " "); len > 0; len = strcspn(at, " ")) {
		(void)snprintf(unit, sizeof(unit), "%.*s", (int)len, at);
		c = change_add(list, &change_limits, unit, NULL, all);
		if (c == NULL)
			return -ENOMEM;
		c->shared = true;
		if (change_add(list, &change_limit, unit, all, cpus) == NULL)
			return -ENOMEM;
		at += len + strspn(at + len, " ");
	}
	return 0;
}

/*
 * The scope, and what keeps others off. Where it stands beside the pool, it comes last and goes
 * first: the pool has no CPU that is in its list.
 */
static void
make_scope(struct maker *m)
{
	const struct layout *l = m->layout;
	bool ours = l->unit[0] == '\0' && l->slice[0] != '\0';
	char trial[CPUS_TEXT_BYTES];

	if (ours) {
		add_shared(m, &change_controller, "/", "cpuset");
		make_slice(m);
	} else if (l->unit[0] != '\0') {
		make_unit(m);
	}
	if (!cpus_empty(&l->trial))
		add(m, &change_trial, TRIAL_GROUP, NULL, cpus_format(&l->trial, trial));
	if (ask_manager(l, m->list) < 0 || pool_prepare(l, m->list) < 0)
		m->failed = true;
	if (ours)
		add(m, &change_cgroup, l->scope, NULL, NULL);
}

static int
v2_prepare(const struct layout *l, struct change_list *list)
{
	struct maker m = {.layout = l, .list = list};
	char path[PATH_BYTES], cpus[CPUS_TEXT_BYTES];

	cpus_format(&l->pinned, cpus);
	add_shared(&m, &change_masks, "all tasks", NULL);
	make_scope(&m);
	make_domain(&m);
	make_threaded(&m, below(l, "cores", path));
	if (l->chain == CHAIN_REMOTE) {
		make_exclusive_chain(&m, cpus);
		add(&m, &change_exclusive, below(l, "cores", path), NULL, cpus);
	}
	add(&m, &change_setting, path, CPUSET_CPUS, cpus);
	if (l->partition != NULL)
		add(&m, &change_partition, path, NULL, l->partition);
	add(&m, &change_controller, path, NULL, "cpuset");
	cpus_each (os_cpu, &l->pinned)
		make_leaf(&m, (unsigned)os_cpu);
	return m.failed ? -ENOMEM : 0;
}

/* A local chain gets one CPU more, from the top down. */
static void
grow_chain(struct maker *m, const char *cpu)
{
	const struct layout *l = m->layout;
	char path[PATH_BYTES];

	if (!is_flat(l) && !str_eq(l->base, l->scope))
		add(m, &change_exclusive, l->scope, CPUSET_CPUS, cpu);
	add(m, &change_exclusive, below(l, "", path), CPUSET_CPUS, cpu);
}

static int
v2_plug(const struct layout *l, unsigned os_cpu, struct change_list *list)
{
	struct maker m = {.layout = l, .list = list};
	struct layout one = *l;
	char cpu[16];

	cpus_clear(&one.pinned);
	cpus_clear(&one.own);
	cpus_add(&one.pinned, os_cpu);
	(void)snprintf(cpu, sizeof(cpu), "%u", os_cpu);
	if (ask_manager(&one, list) < 0 || pool_leave(&one, list) < 0)
		return -ENOMEM;
	if (l->chain == CHAIN_REMOTE)
		make_exclusive_chain(&m, cpu);
	else if (l->chain == CHAIN_LOCAL)
		grow_chain(&m, cpu);
	make_leaf(&m, os_cpu);
	return m.failed ? -ENOMEM : 0;
}

static bool
v2_birthplace(const struct layout *l, char *path, size_t size)
{
	(void)snprintf(path, size, "%s%s/emulator", l->scope, is_flat(l) ? "" : "/vm");
	return true;
}

static int
v2_place(const struct layout *l, const struct placement *p, struct change_list *list)
{
	struct maker m = {.layout = l, .list = list};
	char path[PATH_BYTES];
	struct change *c;

	(void)v2_leaf(l, p->os_cpu, path, sizeof(path));
	c = add(&m, &change_thread, path, NULL, NULL);
	if (c == NULL)
		return -ENOMEM;
	c->id = p->tid;
	c->role = strdup(p->role);
	return c->role != NULL ? 0 : -ENOMEM;
}

const struct backend backend_v2 = {
	.name = "v2",
	.prepare = v2_prepare,
	.plug = v2_plug,
	.place = v2_place,
	.birthplace = v2_birthplace,
	.leaf = v2_leaf,
};
