/* SPDX-License-Identifier: MIT */
/*
 * How often tasks were put on CPUs, and how many of those times it was the threads whose CPUs they
 * are. Both can't be read at once.
 */
#ifndef QPIN_HOST_TURNOUT_H
#define QPIN_HOST_TURNOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/switches.h"

/* A thread on its CPU; those that share one are next to each other in a list. */
struct turnout {
	unsigned os_cpu;
	pid_t pid, tid; /* tid 0: it's about a CPU that is nobody's */

	bool is_known;              /* all the kernel tells of that CPU and its threads is here: */
	bool is_settled;            /* none of the threads was put anywhere while it was read */
	uint64_t switches;          /* tasks that were put on the CPU since boot, but idle */
	struct turns before, after; /* of the thread: read before @switches, and afterwards */
};

/*
 * turnouts_read - fill in the rest of each of @list
 *
 * It is read again, some 16 times at most, as long as something isn't settled. A CPU that is
 * offline, a thread that ended, a kernel without CONFIG_SCHEDSTATS: nothing is known of that CPU.
 * Returns 0 or -ENOMEM.
 */
int turnouts_read(const struct root *proc, struct turnout *list, size_t count);

/* turnouts_of_cpu - how many of @list, whose first one it begins with, are about the same CPU */
size_t turnouts_of_cpu(const struct turnout *list, size_t count);

#endif
