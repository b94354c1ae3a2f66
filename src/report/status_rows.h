/* SPDX-License-Identifier: MIT */
/* What is shown of a VM's threads: since an earlier look, and those of one role together. Pure. */
#ifndef QPIN_REPORT_STATUS_ROWS_H
#define QPIN_REPORT_STATUS_ROWS_H

#include "report/status.h"

/* Starts as {0}. */
struct status_rows {
	struct status_thread *list; /* owned */
	size_t count;
};

/* status_vm_find - the same VM in another look; NULL when it wasn't there; borrowed */
const struct status_vm *status_vm_find(const struct status *in, const struct status_vm *vm);

/*
 * status_rows_make - a row for each vCPU, iothread and the emulator, and one for all others of a
 * role: "3 workers", with the sums of their counters; what they don't have in common isn't known
 * @before: an earlier look, or NULL; a thread that began later is counted since then
 *
 * Returns 0 or -ENOMEM; the caller calls status_rows_done() in any case.
 */
int status_rows_make(
	const struct status_vm *vm, const struct status_vm *before, struct status_rows *ret);
void status_rows_done(struct status_rows *rows);

#endif
