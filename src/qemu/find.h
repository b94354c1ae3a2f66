/* SPDX-License-Identifier: MIT */
/* The QEMUs among the host's processes. */
#ifndef QPIN_QEMU_FIND_H
#define QPIN_QEMU_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;
struct root;

/*
 * find_is_qemu - whether process @pid runs a program whose file is called as QEMU's are
 *
 * Only its own user and root may see that file: false when it can't be seen.
 */
bool find_is_qemu(const struct root *proc, pid_t pid);

/*
 * find_named - the QEMU that is called @name by its -name
 *
 * One that can't be told by its file is known by the first word of its command line. A child of
 * such a QEMU, which still has its command line, is none of its own.
 * Returns 0; -ESRCH (ERROR_HOST) when there is none; -ENOTUNIQ (ERROR_USAGE) when there are
 * several, whose PIDs are told; or -errno.
 */
int find_named(const struct root *proc, const char *name, pid_t *ret, struct error *e);

/*
 * find_vhost - the kernel threads that do vhost's work for QEMU @pid, at most @most into @ret
 *
 * Since Linux 6.4 these are threads of QEMU's own instead. Returns how many, or -errno.
 * Source: Linux 6.1 drivers/vhost/vhost.c, vhost_dev_set_owner().
 */
int find_vhost(const struct root *proc, pid_t pid, pid_t *ret, size_t most, struct error *e);

#endif
