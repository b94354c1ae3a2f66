/* SPDX-License-Identifier: MIT */
/* Reaching the QMP of a QEMU that somebody else started, by the path of its socket. */
#ifndef QPIN_QEMU_REACH_H
#define QPIN_QEMU_REACH_H

#include <sys/types.h>

#include "qemu/qmp.h"

struct error;
struct root;

enum {
	REACH_MS = 3 * 1000, /* for timeout_ms: a monitor that is free greets in microseconds */
};

/*
 * reach_given - connect to the QMP socket @path, of whoever it is
 * @pid:        whose it must be; 0: anybody's
 * @timeout_ms: for each of its first two words
 * @ret:        the caller calls qmp_close() in any case, which leaves the monitor as it was
 * @ret_pid:    the process that listens there; may be NULL
 *
 * Whose it is, the kernel says: who called listen(2) last. QEMU does that also with a socket that
 * it was given by a manager. Nothing is read or written before that is known.
 * A monitor has one client at a time; to others it is silent, or doesn't even take them.
 * Returns 0; -EPERM when it is another's; -EBUSY when it has a client, or QEMU hangs;
 * -ECONNREFUSED when nobody listens; -ENOTSOCK; or as qmp_open_take().
 * Source: unix(7), SO_PEERCRED; Linux net/unix/af_unix.c, unix_listen(); QEMU
 * util/qemu-sockets.c, socket_listen().
 */
int reach_given(const char *path, pid_t pid, int timeout_ms, struct qmp *ret, pid_t *ret_pid,
	struct error *e);

/*
 * reach_at - the same for the socket @path below @dirfd, which must be of process @pid
 *
 * The caller calls qmp_close() in any case. Returns as reach_given().
 */
int reach_at(
	int dirfd, const char *path, pid_t pid, int timeout_ms, struct qmp *ret, struct error *e);

/*
 * reach_found - connect to a QMP socket that QEMU's command line tells, the first that answers
 *
 * Paths are QEMU's: relative to its working directory, and only if it has the same root directory
 * as we have. None is tried any more when @timeout_ms are past. The caller calls qmp_close() in any
 * case. Returns 0; -ENOENT when no path leads to a QMP of it; or why the last one can't be used, as
 * reach_given().
 */
int reach_found(
	const struct root *proc, pid_t pid, int timeout_ms, struct qmp *ret, struct error *e);

#endif
