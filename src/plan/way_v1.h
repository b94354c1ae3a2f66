/* SPDX-License-Identifier: MIT */
/* Whether cpusets of cgroup v1 can be had. Pure. */
#ifndef QPIN_PLAN_WAY_V1_H
#define QPIN_PLAN_WAY_V1_H

#include "plan/way.h"

struct facts;

/*
 * ways_find_v1 - rule out cgroup v1's ways
 * @by_name: the definition asks for v1; else there is a reason only where v1 has the controller
 */
void ways_find_v1(const struct facts *facts, bool by_name, struct ways *ways);

#endif
