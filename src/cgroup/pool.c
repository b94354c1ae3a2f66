/* SPDX-License-Identifier: MIT */
/* The pool: the cgroup of the host's tasks, where these are moved, as changes. */
#include "cgroup/pool.h"

#include <errno.h>

#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"

/* Append a change that all VMs share; false without memory. */
static bool
share(struct change_list *list, const struct change_kind *kind, const char *target, const char *key,
	const char *value)
{
	struct change *c = change_add(list, kind, target, key, value);

	if (c != NULL)
		c->shared = true;
	return c != NULL;
}

/* Before it holds anybody: v1 lets no task into a cpuset without nodes. */
static bool
pool_make(const struct layout *l, struct change_list *list)
{
	char text[CPUS_TEXT_BYTES];

	if (!share(list, &change_cgroup, l->pool_group, NULL, NULL))
		return false;
	return !group_is_v1(l->pool_group) || share(list, &change_override, l->pool_group,
						      CPUSET_MEMS, cpus_format(&l->nodes, text));
}

/*
 * Beside a chain of local partitions the pool has what these leave, without being told; and a list
 * that it got from another VM must not have any of their CPUs.
 */
static bool
pool_shrink(const struct layout *l, struct change_list *list)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus taken = l->pinned;

	if (l->chain != CHAIN_LOCAL)
		return change_add(list, &change_without, l->pool_group, NULL,
			       cpus_format(&taken, text)) != NULL;
	cpus_unite(&taken, &l->own);
	return change_add(list, &change_without, l->pool_group, WITHOUT_LISTED,
		       cpus_format(&taken, text)) != NULL;
}

int
pool_prepare(const struct layout *l, struct change_list *list)
{
	if (l->pool_group[0] == '\0')
		return 0;
	if (!pool_make(l, list) || !pool_shrink(l, list))
		return -ENOMEM;
	return share(list, &change_migrate, l->pool_group, NULL,
		       l->exclusive ? MIGRATE_ALL : MIGRATE_MOVABLE)
		       ? 0
		       : -ENOMEM;
}
