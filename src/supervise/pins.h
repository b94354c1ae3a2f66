/* SPDX-License-Identifier: MIT */
/* What attach wants of QEMU's threads: by selectors, or as a definition's plan places them. */
#ifndef QPIN_SUPERVISE_PINS_H
#define QPIN_SUPERVISE_PINS_H

#include <stdbool.h>

#include "config/definition.h"
#include "host/facts.h"
#include "plan/plan.h"
#include "qemu/select.h"
#include "supervise/target.h"

struct error;
struct host;

/* Starts as {0}. */
struct pins {
	bool later;                        /* what finds no thread now may find one later */
	const struct selection *selection; /* borrowed; NULL with a definition */
	struct definition definition;      /* a copy of which nothing is owned */
	struct facts facts;                /* of a definition */
	struct plan plan;                  /* likewise */
};

/*
 * pins_load - check the selectors' CPUs, or make the plan of @definition, for affinity alone
 * @definition: borrowed as long as @ret; NULL: by @selection
 *
 * Of a definition only CPUs count: isolation, scheduling and memory are left as they are.
 * Returns 0; -EINVAL (ERROR_USAGE) for a CPU that the host hasn't; ERROR_CLAIMED when the VM of
 * that name runs; or as plan_make(). The caller calls pins_done() in any case.
 */
int pins_load(struct host *host, const struct selection *selection,
	const struct definition *definition, struct pins *ret, struct error *e);
void pins_done(struct pins *pins);

/* pins_want_roles - whether vCPUs or iothreads are to be told from other threads */
bool pins_want_roles(const struct pins *pins);

/*
 * pins_make - append the changes for those of @tasks that are not in @before
 *
 * Returns 0; -EINVAL (ERROR_USAGE) as select_threads(); -ENOENT when QEMU lacks a thread that the
 * definition pins; -ENOMEM.
 */
int pins_make(const struct pins *pins, const struct target *target, const struct tasks *tasks,
	const struct tasks *before, struct change_list *ret, struct error *e);

#endif
