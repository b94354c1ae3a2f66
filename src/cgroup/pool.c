/* SPDX-License-Identifier: MIT */
/* The pool: the cgroup of the host's tasks, where these are moved, as changes. */
#include "cgroup/pool.h"

#include <errno.h>
#include <string.h>

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
pool_make(const struct layout *l, struct change_list *list, char *text)
{
	if (!share(list, &change_cgroup, l->pool_group, NULL, NULL))
		return false;
	return !group_is_v1(l->pool_group) || share(list, &change_override, l->pool_group,
						      CPUSET_MEMS, cpus_format(&l->nodes, text));
}

/*
 * Beside a chain of local partitions the pool has what these leave, without being told, unless it
 * becomes one; and a list that it got from another VM must not have any of their CPUs.
 */
static bool
pool_shrink(const struct layout *l, struct change_list *list, char *text)
{
	struct cpus taken = l->pinned;
	bool listed = l->chain == CHAIN_LOCAL && cpus_empty(&l->housekeeping);

	cpus_unite(&taken, &l->own);
	return change_add(list, &change_without, l->pool_group, listed ? WITHOUT_LISTED : NULL,
		       cpus_format(&taken, text)) != NULL;
}

/* The host's tasks are off the housekeeping CPUs as long as there are VMs. */
static bool
pool_tidy(const struct layout *l, struct change_list *list, char *text)
{
	return cpus_empty(&l->housekeeping) || share(list, &change_without, l->pool_group, NULL,
						       cpus_format(&l->housekeeping, text));
}

/* At the top it can be a local partition. */
static bool
is_at_the_top(const struct layout *l)
{
	return strchr(l->pool_group + 1, '/') == NULL;
}

/*
 * The pool becomes a partition; one in the slice has CPUs that are exclusive there too. Then the
 * root, where the kernel's threads are, keeps the housekeeping CPUs and those of VMs without a
 * partition.
 */
static bool
pool_part(const struct layout *l, struct change_list *list, char *text)
{
	struct cpus rest = l->all;

	if (cpus_empty(&l->housekeeping))
		return true;
	cpus_subtract(&rest, &l->housekeeping);
	if (!is_at_the_top(l) &&
		!share(list, &change_exclusive, l->slice, NULL, cpus_format(&rest, text)))
		return false;
	return share(list, &change_apart, l->pool_group, NULL, PARTITION_ROOT);
}

int
pool_prepare(const struct layout *l, struct change_list *list)
{
	char text[CPUS_TEXT_BYTES]; /* one for all: it is large */

	if (l->pool_group[0] == '\0')
		return 0;
	if (!pool_make(l, list, text) || !pool_shrink(l, list, text) || !pool_tidy(l, list, text))
		return -ENOMEM;
	if (!share(list, &change_migrate, l->pool_group, NULL,
		    l->exclusive ? MIGRATE_ALL : MIGRATE_MOVABLE))
		return -ENOMEM;
	return pool_part(l, list, text) ? 0 : -ENOMEM;
}

int
pool_leave(const struct layout *l, struct change_list *list)
{
	char text[CPUS_TEXT_BYTES];

	return l->pool_group[0] == '\0' || pool_shrink(l, list, text) ? 0 : -ENOMEM;
}
