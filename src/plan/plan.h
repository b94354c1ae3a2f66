/* SPDX-License-Identifier: MIT */
/* What will be done: definition + facts -> plan. Pure: nothing here touches the host. */
#ifndef QPIN_PLAN_PLAN_H
#define QPIN_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "base/error.h"
#include "cgroup/backend.h"
#include "config/definition.h"
#include "host/facts.h"
#include "plan/way.h"
#include "qemu/smp.h"

enum {
	PLAN_VCPU_TEXT_BYTES = 48, /* "vCPU " and three numbers of 32 bits */
};

/* A vCPU and the host CPU that it gets. */
struct plan_vcpu {
	unsigned socket, core, thread;
	unsigned os_cpu;
};

/* A thing worth saying that doesn't stop the start. */
struct plan_warning {
	char *text; /* owned; a sentence without a full stop */
	char *hint; /* owned; the better line to write; "" when none is known */
};

struct plan {
	const struct definition *definition; /* borrowed, outlives the plan */
	const struct facts *facts;           /* borrowed, outlives the plan */
	struct smp smp;                      /* the guest's topology */

	struct plan_vcpu *vcpus; /* owned; in the order socket, core, thread */
	size_t vcpu_count;
	struct cpus pinned;   /* host CPUs taken at start, for pinned vCPUs */
	struct cpus later;    /* that vCPUs plugged later get: claimed, but the host's until then */
	struct cpus pool;     /* online CPUs that are nobody's: where everything else runs;
				 without those of a claim, of a foreign partition, isolated at boot */
	struct cpus emulator; /* CPUs of QEMU's other threads; empty: wherever the pool is */
	struct cpus housekeeping; /* of the kernel's threads and QEMU's others; empty: of nobody */
	struct cpus memory_nodes; /* that QEMU's memory is bound to; empty: to none */

	enum isolation level;          /* what is aimed at: AFFINITY … QUIET, never AUTO */
	bool boot;                     /* that is ISOLATED or QUIET on CPUs all isolated at boot */
	char level_reason[256];        /* why not a better one; "" at the best */
	char level_hint[256];          /* what would give a better one; "" when nothing is known */
	struct ways ways;              /* which are out, and why */
	enum way way;                  /* the one taken; never WAY_COUNT */
	enum host_tasks host_tasks;    /* what happens to them; never HOST_TASKS_AUTO */
	bool asks_manager;             /* systemd is asked to keep its units off */
	const struct backend *backend; /* borrowed: static */
	struct layout layout;

	struct plan_warning *warnings; /* owned */
	size_t warning_count;
};

/*
 * plan_make - place the vCPUs and choose the level
 * @refused: the ways that the kernel has refused already, with its words; NULL at first
 *
 * Refuses, with the place in the definition: CPUs that don't exist, are offline or another VM's
 * (ERROR_CLAIMED), shared CPUs without share_cpus, vCPUs that the smp line can't have, nothing left
 * for the host; a level that this host can't give (ERROR_ISOLATION).
 * A claim of the definition's own name is none of its obstacles: whether that VM runs already is
 * the caller's question. Pins of vCPUs that aren't present at start (smp.cpus < smp.maxcpus) are
 * among the vCPUs; their CPUs are not taken at start, unless there are no others.
 * Returns 0 or -errno, with an empty @ret; the caller calls plan_done() in any case.
 */
int plan_make(const struct definition *definition, const struct facts *facts,
	const struct ways *refused, struct plan *ret, struct error *e);

void plan_done(struct plan *plan);

/* plan_vcpu_find - the host CPU planned for a vCPU, or NULL when it isn't pinned; borrowed */
const struct plan_vcpu *plan_vcpu_find(
	const struct plan *plan, unsigned socket, unsigned core, unsigned thread);

/* plan_vcpu_is_later - whether a vCPU isn't there at start: QEMU counts threads first, then cores,
 * then sockets */
bool plan_vcpu_is_later(const struct plan *plan, unsigned socket, unsigned core, unsigned thread);

/* plan_vcpu_text - "vCPU 0.1.0" (socket, core, thread), cut to @size; returns @text */
char *plan_vcpu_text(const struct plan_vcpu *vcpu, char *text, size_t size);

#endif
