/* SPDX-License-Identifier: MIT */
/* The kernel's process connector: it tells that a process has made or lost a thread. */
#ifndef QPIN_HOST_CONNECTOR_H
#define QPIN_HOST_CONNECTOR_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * connector_listen - have the kernel tell of all processes; nothing comes through before
 * connector_narrow()
 *
 * Returns a descriptor (O_CLOEXEC, non-blocking) for connector_close(), or -errno where
 * it can't be had: -EPERM before Linux 6.6 without CAP_NET_ADMIN; -EOPNOTSUPP where nobody answers,
 * as in a namespace of processes or users that isn't the first, or without CONFIG_PROC_EVENTS.
 * Source: Linux include/uapi/linux/cn_proc.h, drivers/connector/cn_proc.c.
 */
int connector_listen(void);

/*
 * connector_narrow - let through that process @pid, as the first namespace of processes calls it,
 * made a thread or lost one, and nothing else: the others' wake nobody here up
 *
 * Returns 0 or -errno.
 */
int connector_narrow(int fd, pid_t pid);

/*
 * connector_take - take what was told, up to a bound: what is left keeps @fd readable
 *
 * Returns whether the kernel has told something, or something was lost; what programs have sent
 * doesn't count.
 */
bool connector_take(int fd);

/*
 * connector_close - end it
 *
 * What the kernel keeps where this isn't called, or before Linux 6.6 without CAP_NET_ADMIN: it goes
 * on to make messages, and drops them at once.
 */
void connector_close(int fd);

#endif
