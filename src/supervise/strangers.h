/* SPDX-License-Identifier: MIT */
/* How many others were put on the vCPUs' CPUs since these have them. */
#ifndef QPIN_SUPERVISE_STRANGERS_H
#define QPIN_SUPERVISE_STRANGERS_H

#include "change/journal.h"
#include "report/status.h"

/*
 * strangers_count - fill in USAGE_FOREIGN, and since when, of those of @vm's vCPUs of whom it is
 * known: the journal (@j) tells from when on
 *
 * It isn't known of a CPU that is offline, of one whose vCPUs aren't those, or were elsewhere
 * meanwhile, or are put there so often that it can't be counted. @vm's threads have their
 * migrations already, where the kernel tells them. Returns 0 or -ENOMEM.
 */
int strangers_count(const struct root *proc, const struct journal *j, struct status_vm *vm);

#endif
