/* SPDX-License-Identifier: MIT */
/* What happens to the host's own tasks: what the definition asks for, as far as it can be. */
#include "plan/host_tasks.h"

#include <stdio.h>

#include "host/host.h"
#include "host/scope.h"

static bool
is_v1(const struct plan *plan)
{
	return plan->way == WAY_V1 || plan->way == WAY_V1_SHARED;
}

void
host_tasks_find(const struct definition *d, struct ways *ways)
{
	if (d->host_tasks == HOST_TASKS_LEAVE) {
		/* A partition takes its CPUs away from every other task. */
		ways_refuse(ways, WAY_REMOTE, "host_tasks: leave keeps partitions off");
		ways_refuse(ways, WAY_LOCAL, "host_tasks: leave keeps partitions off");
	}
	if (d->host_tasks == HOST_TASKS_LEAVE || d->host_tasks == HOST_TASKS_EXCLUDE)
		ways_refuse(ways, WAY_V1,
			"host_tasks: %s moves no task, and cpusets of cgroup v1 keep only those "
			"off that are moved",
			host_tasks_name(d->host_tasks));
}

/* Why no task can be moved; NULL when nothing is in the way. */
static const char *
no_moving_reason(const struct plan *plan)
{
	if (!plan->facts->root)
		return "only root can move the host's tasks";
	if (plan->way == WAY_AFFINITY)
		return "there is no cgroup to move them to";
	if (plan->facts->systemd && !is_v1(plan))
		return "they are in cgroups of systemd, which qpin takes nothing out of";
	return NULL;
}

/*
 * Without a partition of ours only systemd can keep its units off. One that we are in is needed.
 * What systemd once wrote to a slice's cpuset.cpus stays there until the last VM ends, and where
 * partitions hang together from the top down (Linux before 6.7) it makes all of them invalid.
 */
static bool
is_managers_to_exclude(const struct plan *plan)
{
	const struct facts *f = plan->facts;

	return plan->way == WAY_LEAVES && plan->level == ISOLATION_CPUSET && f->systemd &&
	       f->root && f->cgroup.has_exclusive && !f->cgroup.own_is_delegated;
}

int
host_tasks_choose(struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	const char *reason = no_moving_reason(plan);

	plan->host_tasks = d->host_tasks;
	if (plan->vcpu_count == 0)
		plan->host_tasks = HOST_TASKS_LEAVE;
	else if (d->host_tasks == HOST_TASKS_AUTO)
		plan->host_tasks = reason == NULL ? HOST_TASKS_MIGRATE : HOST_TASKS_EXCLUDE;
	plan->asks_manager = plan->vcpu_count > 0 && d->host_tasks == HOST_TASKS_AUTO &&
			     is_managers_to_exclude(plan);
	if (plan->host_tasks != HOST_TASKS_MIGRATE || reason == NULL)
		return 0;
	error_refuse(e, ERROR_ISOLATION, d->path, "move the host's tasks");
	e->line = d->host_tasks_place.line;
	e->column = d->host_tasks_place.column;
	error_why(e, "%s", reason);
	return error_hint(e, "leave `host_tasks` out: qpin does what this host allows");
}

/*
 * Where partitions hang together from the top down (Linux before 6.7), VMs are at the top, and so
 * is what the host's tasks are in.
 */
void
host_tasks_pool(const struct plan *plan, char *path, size_t size)
{
	if (plan->host_tasks != HOST_TASKS_MIGRATE)
		path[0] = '\0';
	else if (is_v1(plan))
		(void)snprintf(path, size, HOST_CPUSET_V1 "/%s/pool", plan->facts->v1.prefix);
	else if (plan->facts->cgroup.has_exclusive)
		(void)snprintf(path, size, QPIN_POOL);
	else
		(void)snprintf(path, size, QPIN_POOL_TOP);
}
