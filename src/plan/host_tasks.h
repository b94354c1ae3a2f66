/* SPDX-License-Identifier: MIT */
/* What happens to the host's own tasks: what the definition asks for, as far as it can be. Pure. */
#ifndef QPIN_PLAN_HOST_TASKS_H
#define QPIN_PLAN_HOST_TASKS_H

#include "plan/plan.h"

/*
 * host_tasks_find - rule out the ways that `host_tasks` excludes
 */
void host_tasks_find(const struct definition *d, struct ways *ways);

/*
 * host_tasks_choose - fill host_tasks and asks_manager of @plan, whose way is chosen
 *
 * Refuses, with the place of `host_tasks` (ERROR_ISOLATION): to move tasks that a service manager
 * has, or where there is no cgroup to move them to. Returns 0 or -EINVAL.
 */
int host_tasks_choose(struct plan *plan, struct error *e);

/* host_tasks_pool - the cgroup that they are moved to, as in group.h; "" when they aren't */
void host_tasks_pool(const struct plan *plan, char *path, size_t size);

#endif
