/* SPDX-License-Identifier: MIT */
/* How much isolation: what the definition asks for, at most what the host can give. */
#ifndef QPIN_PLAN_LEVEL_H
#define QPIN_PLAN_LEVEL_H

#include "plan/plan.h"

/*
 * level_choose - fill ways, way, level and level_reason of @plan, whose vCPUs are placed
 * @refused: as of plan_make()
 *
 * Refuses, with the place of `isolation`: a named level that this host can't give, or that
 * SCHED_DEADLINE excludes, or a named backend (ERROR_ISOLATION); one that the definition itself
 * contradicts (ERROR_DEFINITION). Returns 0 or -EINVAL.
 */
int level_choose(struct plan *plan, const struct ways *refused, struct error *e);

/* level_text - the level for a person, "isolated (boot)" or "quiet (boot)" on CPUs isolated at
 * boot; static */
const char *level_text(const struct plan *plan);

#endif
