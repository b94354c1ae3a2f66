/* SPDX-License-Identifier: MIT */
/* The host cores that qpin may choose from, and which of them a guest's cores get. */
#ifndef QPIN_PLAN_CORES_H
#define QPIN_PLAN_CORES_H

#include "plan/plan.h"

enum {
	CORE_CPUS_MAX = 8, /* POWER's SMT8: no Linux host has more */
	CORE_SPANS = 3,    /* those of its cache, its node, its package */
};

/* Where in a list cores are that have something together. */
struct span {
	size_t first, last;
};

/* A host core that may be chosen; ids as in struct host_cpu. */
struct core {
	int package, node, cache;
	enum cpu_class class;
	uint64_t cache_bytes;
	unsigned cpus[CORE_CPUS_MAX]; /* ascending */
	unsigned cpu_count;
	unsigned units;               /* what of the guest it gets; 0 while it is free */
	bool is_given;                /* vCPUs have its CPUs */
	struct span span[CORE_SPANS]; /* plan/fit.c's own */
};

/* What a guest needs: so many units, each on CPUs of one host core. */
struct shape {
	unsigned units;
	unsigned unit_cpus; /* vCPUs of a unit: guest threads of a core, or 1 */
	bool alone;         /* one unit per host core */
};

/* Ordered by package, node, cache and CPU number. Starts as {0}. */
struct cores {
	struct core *list; /* owned */
	size_t count;
	struct core host; /* where the host's own core is: its ids alone */
};

/*
 * cores_make - the cores that have CPUs in @usable
 * @whole: leave out cores that have other online CPUs as well
 *
 * Returns 0 or -ENOMEM; the caller calls cores_done() in any case.
 */
int cores_make(const struct topology *host, const struct cpus *usable, bool whole,
	struct cores *ret, struct error *e);
void cores_done(struct cores *cores);

#define auto_cores __attribute__((cleanup(cores_done)))

/* cores_spare - what the host can spare of @rest: not CPU 0, and not the first whole core of it */
void cores_spare(const struct topology *host, const struct cpus *rest, struct cpus *ret);

/* cores_siblings - @cpus and all online CPUs of their cores */
void cores_siblings(const struct topology *host, const struct cpus *cpus, struct cpus *ret);

/* cores_cpus - all CPUs of all cores */
void cores_cpus(const struct cores *cores, struct cpus *ret);

/* core_holds - how many units of @shape go on one core */
unsigned core_holds(const struct core *core, const struct shape *shape);

/* cores_hold - how many units of @shape go on all of them */
unsigned cores_hold(const struct cores *cores, const struct shape *shape);

#endif
