/* SPDX-License-Identifier: MIT */
/* The ways in which a plan can be carried out, and which of them this host leaves. Pure. */
#ifndef QPIN_PLAN_WAY_H
#define QPIN_PLAN_WAY_H

#include <stdbool.h>

#include "config/definition.h"

struct plan;
struct error;

/* Best first. Each rests on what the one before it lacks. */
enum way {
	WAY_REMOTE,    /* cgroup v2: a partition of its own, wherever it is (Linux 6.7) */
	WAY_LOCAL,     /* cgroup v2: partitions all the way down from one that is there */
	WAY_V1,        /* cgroup v1: cpusets with cpu_exclusive, and the host's tasks in the pool */
	WAY_V1_SHARED, /* cgroup v1: cpusets alone */
	WAY_LEAVES,    /* cgroup v2: leaves with cpuset.cpus alone */
	WAY_AFFINITY,  /* no cgroup: sched_setaffinity(2) */
	WAY_COUNT,
};

/* Why a way can't be gone. One that is beside the point here is out without a reason. */
struct way_refusal {
	bool out;
	char why[200];  /* a sentence without a full stop; "" when it's not worth telling */
	char hint[256]; /* what would open it; "" when nothing is known */
};

struct ways {
	struct way_refusal refusal[WAY_COUNT];
};

/* way_name - "v2, remote partitions": for a person; static */
const char *way_name(enum way way);

/* ways_refuse - @way is out; the first reason stays. @why: printf format of a sentence */
void ways_refuse(struct ways *ways, enum way way, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/* ways_refuse_silently - @way is out, and beside the point here */
void ways_refuse_silently(struct ways *ways, enum way way);

/* ways_hint - what would open @way, whose refusal was just told; nothing when it has a hint */
void ways_hint(struct ways *ways, enum way way, const char *hint, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * ways_find - rule out what the host, the definition or the vCPUs' CPUs exclude
 * @plan: with definition, facts, and vCPUs placed
 * @ways: what the kernel has refused already; gets the rest
 */
void ways_find(const struct plan *plan, struct ways *ways);

/* way_boot_cpus - those of the pinned CPUs that were isolated at boot */
struct cpus way_boot_cpus(const struct plan *plan);

/* way_is_boot - whether all pinned CPUs were isolated at boot */
bool way_is_boot(const struct plan *plan);

/* way_wants_deadline - whether vCPUs get SCHED_DEADLINE, which needs a partition of type root */
bool way_wants_deadline(const struct definition *d);

/* way_level - the most that @way reaches for @plan */
enum isolation way_level(const struct plan *plan, enum way way);

#endif
