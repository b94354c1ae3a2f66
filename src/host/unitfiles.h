/* SPDX-License-Identifier: MIT */
/* The system manager's unit files: enabling them, and what of a unit is in the cgroup tree. */
#ifndef QPIN_HOST_UNITFILES_H
#define QPIN_HOST_UNITFILES_H

#include <stddef.h>

struct error;
struct manager;

/* unitfiles_reload - have the manager read its unit files anew */
int unitfiles_reload(struct manager *m, struct error *e);

/*
 * unitfiles_enable, unitfiles_disable - for the next boots too; the manager reads its files anew
 *
 * Returns 0, -ENOENT when no such unit file is installed, or -errno. A unit that isn't enabled is
 * disabled. Source: org.freedesktop.systemd1(5), EnableUnitFiles(), DisableUnitFiles().
 */
int unitfiles_enable(struct manager *m, const char *unit, struct error *e);
int unitfiles_disable(struct manager *m, const char *unit, struct error *e);

/* unitfiles_is_enabled - 1, 0 (also when there is no such unit file) or -errno */
int unitfiles_is_enabled(struct manager *m, const char *unit, struct error *e);

/*
 * unit_read_cgroup - the cgroup of an active unit, "/user.slice/…", below the mount
 *
 * Returns 0; -ENOENT when it has none: it isn't active, or there is no such unit; or -errno.
 */
int unit_read_cgroup(struct manager *m, const char *unit, char *path, size_t size, struct error *e);

#endif
