/* SPDX-License-Identifier: MIT */
/* No cgroup at all: each vCPU's thread gets an affinity mask of one CPU. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/backend.h"
#include "host/task.h"

static int
affinity_prepare(const struct layout *l, struct change_list *list)
{
	(void)l;
	(void)list;
	return 0;
}

static int
affinity_plug(const struct layout *l, unsigned os_cpu, struct change_list *list)
{
	(void)l;
	(void)os_cpu;
	(void)list;
	return 0;
}

static int
affinity_place(const struct layout *l, const struct placement *p, struct change_list *list)
{
	char cpu[16];
	struct change *c;

	(void)l;
	(void)snprintf(cpu, sizeof(cpu), "%u", p->os_cpu);
	c = change_add(list, &change_affinity, p->role, NULL, cpu);
	if (c == NULL)
		return -ENOMEM;
	c->id = p->tid;
	c->role = strdup(p->role);
	return c->role != NULL ? 0 : -ENOMEM;
}

static bool
affinity_birthplace(const struct layout *l, char *path, size_t size)
{
	(void)l;
	(void)path;
	(void)size;
	return false;
}

static bool
affinity_leaf(const struct layout *l, unsigned os_cpu, char *path, size_t size)
{
	(void)l;
	(void)os_cpu;
	(void)path;
	(void)size;
	return false;
}

const struct backend backend_affinity = {
	.name = "affinity",
	.prepare = affinity_prepare,
	.plug = affinity_plug,
	.place = affinity_place,
	.birthplace = affinity_birthplace,
	.leaf = affinity_leaf,
};
