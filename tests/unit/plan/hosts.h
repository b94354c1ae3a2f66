/* SPDX-License-Identifier: MIT */
/* Hosts whose cores aren't all alike, made by hand. */
#ifndef QPIN_TESTS_PLAN_HOSTS_H
#define QPIN_TESTS_PLAN_HOSTS_H

#include <assert.h>
#include <stdlib.h>

#include "host/facts.h"

/* Cores that share all that they can share. Core i has the CPUs first + i * step + t * sibling. */
struct host_part {
	unsigned cores, threads;
	unsigned first, step, sibling;
	int package, node, cache;
	enum cpu_class class;
	unsigned cache_mib;
};

enum {
	HOST_PARTS_MAX = 16,
};

struct host_form {
	const char *name;
	struct host_part part[HOST_PARTS_MAX]; /* up to the one without cores */
};

static inline int
host_cpu_compare(const void *a, const void *b)
{
	const struct host_cpu *x = a, *y = b;

	return (x->os_cpu > y->os_cpu) - (x->os_cpu < y->os_cpu);
}

/* host_make - a topology, which the caller frees with topology_done(); all CPUs are online */
static inline struct topology
host_make(const struct host_form *form)
{
	enum { CPUS_MOST = 512 };
	struct topology t = {.cpus = calloc(CPUS_MOST, sizeof(*t.cpus))};
	int core = 0;

	assert(t.cpus != NULL);
	for (const struct host_part *p = form->part; p->cores > 0; p++) {
		for (unsigned i = 0; i < p->cores * p->threads; i++) {
			assert(t.cpu_count < CPUS_MOST);
			t.cpus[t.cpu_count++] = (struct host_cpu){
				.os_cpu = p->first + i / p->threads * p->step +
					  i % p->threads * p->sibling,
				.package = p->package,
				.core = core + (int)(i / p->threads),
				.cache = p->cache,
				.node = p->node,
				.class = p->class,
				.cache_bytes = (uint64_t)p->cache_mib << 20,
			};
		}
		core += (int)p->cores;
		cpus_add(&t.nodes, (unsigned)p->node);
	}
	qsort(t.cpus, t.cpu_count, sizeof(*t.cpus), host_cpu_compare);
	for (size_t i = 0; i < t.cpu_count; i++)
		cpus_add(&t.present, t.cpus[i].os_cpu);
	t.online = t.present;
	return t;
}

/* 8 performance cores with two threads, 4 efficient ones with one; one cache */
static const struct host_form host_hybrid = {
	"hybrid", {
			  {.cores = 8,
				  .threads = 2,
				  .step = 2,
				  .sibling = 1,
				  .class = CPU_CLASS_PERFORMANCE,
				  .cache_mib = 25},
			  {.cores = 4,
				  .threads = 1,
				  .first = 16,
				  .step = 1,
				  .class = CPU_CLASS_EFFICIENT,
				  .cache_mib = 25},
		  }};

/* two dies of 8 cores; the first one has the larger cache; siblings far apart */
static const struct host_form host_two_dies = {
	"two dies", {
			    {.cores = 8, .threads = 2, .step = 1, .sibling = 16, .cache_mib = 96},
			    {.cores = 8,
				    .threads = 2,
				    .first = 8,
				    .step = 1,
				    .sibling = 16,
				    .cache = 1,
				    .cache_mib = 32},
		    }};

/* two packages of two nodes of 8 cores with two threads */
#define SERVER_NODE(n, package_of_it)                                                              \
	{                                                                                          \
		.cores = 8, .threads = 2, .first = 8 * (n), .step = 1, .sibling = 32,              \
		.package = (package_of_it), .node = (n), .cache = (n), .cache_mib = 30,            \
	}
static const struct host_form host_server = {
	"server", {SERVER_NODE(0, 0), SERVER_NODE(1, 0), SERVER_NODE(2, 1), SERVER_NODE(3, 1)}};

/* two packages whose CPUs take turns: even ones in node 0, odd ones in node 1 */
static const struct host_form host_interleaved = {
	"interleaved", {
			       {.cores = 4, .threads = 1, .step = 2, .cache_mib = 20},
			       {.cores = 4,
				       .threads = 1,
				       .first = 1,
				       .step = 2,
				       .package = 1,
				       .node = 1,
				       .cache = 1,
				       .cache_mib = 20},
		       }};

/* 128 cores in one node, 16 to a cache */
#define WIDE_CACHE(n)                                                                              \
	{                                                                                          \
		.cores = 16, .threads = 2, .first = 16 * (n), .step = 1, .sibling = 128,           \
		.cache = (n), .cache_mib = 32,                                                     \
	}
static const struct host_form host_wide = {
	"wide", {WIDE_CACHE(0), WIDE_CACHE(1), WIDE_CACHE(2), WIDE_CACHE(3), WIDE_CACHE(4),
			WIDE_CACHE(5), WIDE_CACHE(6), WIDE_CACHE(7)}};

/* 80 cores of one thread that share nothing that the host tells */
static const struct host_form host_arm = {
	"arm", {{.cores = 80, .threads = 1, .step = 1, .cache = -1}}};

/* every third CPU number is there */
static const struct host_form host_holes = {
	"holes", {{.cores = 6, .threads = 1, .step = 3, .cache_mib = 8}}};

static const struct host_form host_tiny = {"2 CPUs", {{.cores = 2, .threads = 1, .step = 1}}};
static const struct host_form host_one_core = {
	"1 core", {{.cores = 1, .threads = 2, .step = 1, .sibling = 1}}};

#endif
