/* SPDX-License-Identifier: MIT */
/* What an ordinary user can't do. Pure. */
#ifndef QPIN_PLAN_WAY_USER_H
#define QPIN_PLAN_WAY_USER_H

#include "plan/way.h"

struct facts;

/*
 * ways_find_user - rule out cgroup v2's ways for who isn't root, each with its reason and what
 * would open it
 */
void ways_find_user(const struct facts *facts, struct ways *ways);

#endif
