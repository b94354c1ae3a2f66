/* SPDX-License-Identifier: MIT */
/* What isn't as a VM's journal says it was made. */
#ifndef QPIN_SUPERVISE_AMISS_H
#define QPIN_SUPERVISE_AMISS_H

#include "change/journal.h"
#include "host/host.h"
#include "report/status.h"

/*
 * amiss_find - append to @vm's notes each change that isn't so any more, in the kernel's words, and
 * each vCPU and iothread that has ended
 * @vm: with the threads that there are
 *
 * A journal may be another user's word: what leads out of the cgroup tree isn't looked at. Returns
 * 0 or -ENOMEM.
 */
int amiss_find(struct host *host, const struct journal *j, struct status_vm *vm);

#endif
