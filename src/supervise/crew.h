/* SPDX-License-Identifier: MIT */
/* The threads of a QEMU, for who only looks: the journal tells which is which. */
#ifndef QPIN_SUPERVISE_CREW_H
#define QPIN_SUPERVISE_CREW_H

#include "change/journal.h"
#include "host/host.h"
#include "host/spots.h"
#include "host/usage.h"
#include "report/status.h"

struct error;

/* What is read once for all VMs. */
struct crew_sources {
	unsigned wants; /* of enum status_want */
	struct irq_counts irqs;
	struct spots spots;
};

/* crew_sources_load - read what @sources->wants; 0 or -errno. crew_sources_done() in any case. */
int crew_sources_load(const struct host *host, struct crew_sources *sources, struct error *e);
void crew_sources_done(struct crew_sources *sources);

/*
 * crew_read - fill @vm->threads with those that QEMU has now
 *
 * Its vCPUs and iothreads are known by the journal (@j), if the thread that has such an id now is
 * the one that was meant; others by their names, which are QEMU's word. One that ends meanwhile is
 * left out. Returns 0 or -ENOMEM.
 */
int crew_read(const struct host *host, const struct journal *j, const struct crew_sources *sources,
	struct status_vm *vm);

#endif
