/* SPDX-License-Identifier: MIT */
/* Whether threads that QEMU names are its own. */
#ifndef QPIN_QEMU_OWN_H
#define QPIN_QEMU_OWN_H

#include <sys/types.h>

#include "base/files.h"
#include "qemu/threads.h"

struct error;

/*
 * threads_check - whether each is a thread of @pid, other than its first, and has one role
 * @proc:     /proc
 * @tasks_fd: tasks_open() of @pid, not read from yet, borrowed; -1: it is not open
 *
 * Returns 0, and @threads->seen is of a moment at which all were there; -ESRCH when one is none of
 * that process; -ENOTUNIQ when two have one; or -errno.
 */
int threads_check(
	struct threads *threads, const struct root *proc, pid_t pid, int tasks_fd, struct error *e);

#endif
