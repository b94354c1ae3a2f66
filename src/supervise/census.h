/* SPDX-License-Identifier: MIT */
/* Looking now and then whether QEMU has other threads than before: nothing tells that. */
#ifndef QPIN_SUPERVISE_CENSUS_H
#define QPIN_SUPERVISE_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct vm;

struct census {
	int timer_fd;   /* -1: not begun */
	uint64_t print; /* tasks_print() of the last look; 0: none yet */
	unsigned looks; /* since it was to be looked whether all is as planned */
};

/*
 * census_begin - have a timer for census_take(): soon after the guest has begun, then every
 * second, or four times as often where vCPUs can be plugged; none where nothing is pinned
 *
 * Returns 0 or -errno.
 */
int census_begin(struct vm *vm, struct error *e);

/*
 * census_take - when the timer says so: QEMU is asked for its vCPUs if it has other threads than
 * before
 *
 * Returns whether guard_look() is to look: if it has, and each 8th time.
 */
bool census_take(struct vm *vm);

void census_end(struct vm *vm);

#endif
