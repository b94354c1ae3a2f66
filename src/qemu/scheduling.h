/* SPDX-License-Identifier: MIT */
/* How a thread is scheduled: set, read back, and put into texts for the journal. */
#ifndef QPIN_QEMU_SCHEDULING_H
#define QPIN_QEMU_SCHEDULING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "config/definition.h"

enum {
	SCHEDULING_TEXT_BYTES = 96,
};

/*
 * scheduling_set - schedule thread @tid so, and read it back
 *
 * Does nothing when @want isn't set. Its nice value stays. Threads that it makes later aren't
 * real-time (SCHED_FLAG_RESET_ON_FORK), without which a deadline thread could make none.
 * A deadline thread that sleeps may be refused until it ran on its own CPU: -EPERM is worth another
 * try. Returns 0; -EPERM, -EBUSY (the CPU has no such time left), -ESRCH, with a hint; -EINVAL when
 * the kernel made something else of it.
 * Source: sched_setattr(2), sched(7).
 */
int scheduling_set(pid_t tid, const struct scheduling *want, struct error *e);

/* scheduling_read - how thread @tid is scheduled now; place is {0, 0} */
int scheduling_read(pid_t tid, struct scheduling *ret, struct error *e);

/* scheduling_same - places don't count; a period of 0 is the deadline */
bool scheduling_same(const struct scheduling *a, const struct scheduling *b);

/* scheduling_name - of a policy as in a definition: "other", "fifo", …; "unknown" of another */
const char *scheduling_name(int policy);

/*
 * scheduling_format, scheduling_parse - "other", "fifo 50", "deadline 5000000 10000000 10000000"
 * (runtime, deadline, period in ns); "" of one that isn't set. @text has SCHEDULING_TEXT_BYTES.
 * scheduling_parse() takes what scheduling_format() gives: 0, or -EINVAL and @ret untouched.
 */
char *scheduling_format(const struct scheduling *s, char *text);
int scheduling_parse(const char *text, struct scheduling *ret);

#endif
