/* SPDX-License-Identifier: MIT */
/* vCPUs on host CPUs that qpin chooses: vcpu_pinning: auto, and wishes. */
#ifndef QPIN_PLAN_CHOOSE_H
#define QPIN_PLAN_CHOOSE_H

#include "plan/plan.h"

/*
 * choose_cpus - fill vcpus and pinned of @plan, whose definition has wishes, and smp is set
 *
 * For the vCPUs that are there at start. The same facts give the same choice. Whole cores are
 * taken, of nobody else's CPUs: neither a VM's, nor a foreign partition's, nor isolated at boot,
 * nor those of emulator_cpus, iothread_pinning and vcpu_spare_cpus; CPU 0 and a whole core stay
 * with the host. CPUs that the wish `cpus` names may be any that are free.
 * - The threads of a guest core share a host core, where the host has such cores enough.
 * - Guest sockets of several vCPUs get a package each, else a node each, where that fits; else, and
 *   without sockets, all are of one cache, else one node, else one package, when that suffices.
 * - On a host of two kinds of cores, all are of one kind, when that suffices.
 *
 * Refuses, with its place, what can't be had. Returns 0 or -errno; plan_done() frees what was made.
 */
int choose_cpus(struct plan *plan, struct error *e);

#endif
