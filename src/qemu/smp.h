/* SPDX-License-Identifier: MIT */
/* The guest's CPU topology, as QEMU reads it from -smp. */
#ifndef QPIN_QEMU_SMP_H
#define QPIN_QEMU_SMP_H

#include "config/definition.h"

/*
 * Sockets as query-cpus-fast counts them. `cores` is per socket: dies, clusters and modules are
 * multiplied in, because a definition names a vCPU by socket, core and thread alone. QEMU's core-id
 * counts within the innermost of them: a core's number in its socket is
 * ((die-id * clusters + cluster-id) * modules + module-id) * (cores / dies / clusters / modules) +
 * core-id.
 */
struct smp {
	unsigned cpus;    /* present at start */
	unsigned maxcpus; /* with those that can be plugged */
	unsigned sockets, cores, threads;
	unsigned dies, clusters, modules; /* 1 when not given */
	struct place place;               /* of the option; {0,0} when there is none (one CPU) */
};

/*
 * smp_read - the guest's topology from a definition's `smp` options (several are merged, as QEMU
 * does it), with QEMU's rules for what is left out
 *
 * Returns 0, or -EINVAL with @e at the option.
 * Source: QEMU hw/core/machine-smp.c, machine_parse_smp_config(); qapi/machine.json,
 * SMPConfiguration.
 */
int smp_read(const struct definition *d, struct smp *ret, struct error *e);

#endif
