/* SPDX-License-Identifier: MIT */
/* A definition while it is read: what the keys say, before it's known whether they fit together. */
#ifndef QPIN_CONFIG_DRAFT_H
#define QPIN_CONFIG_DRAFT_H

#include "config/definition.h"

#define POLICY_UNSET (-1)
#define NUMBER_UNSET UINT32_MAX

/*
 * The scheduling keys of one role. A key that isn't given has a place of {0, 0}; one with a place
 * whose value is unset had a value that was refused.
 */
struct schedule_draft {
	int policy; /* SCHED_OTHER, SCHED_FIFO, … */
	struct place policy_place;
	unsigned priority;
	struct place priority_place;
	unsigned runtime_us;
	struct place runtime_place;
	unsigned deadline_us;
	struct place deadline_place;
	unsigned period_us;
	struct place period_place;
};

struct draft {
	struct definition d;
	struct schedule_draft vcpu, iothread, emulator;
};

#endif
