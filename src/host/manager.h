/* SPDX-License-Identifier: MIT */
/*
 * The service manager: systemd over sd-bus, root's on the system's bus, anybody else's own on the
 * user's. Every call has a deadline.
 */
#ifndef QPIN_HOST_MANAGER_H
#define QPIN_HOST_MANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;
typedef struct sd_bus sd_bus;

struct manager {
	sd_bus *bus; /* owned; NULL until manager_connect() */
	bool stop_requested;
};

/* manager_is_systemd - whether systemd runs the host; source: sd_booted(3) */
bool manager_is_systemd(void);

/* manager_connect - the bus, once; -errno with a hint when it can't be reached */
int manager_connect(struct manager *m, struct error *e);
void manager_close(struct manager *m);

/* manager_systemctl - what an operator types to speak to it: "systemctl" or "systemctl --user" */
const char *manager_systemctl(void);

/*
 * manager_read_cgroup - where its units are, below the mount: "" of the system's manager, else
 * "/user.slice/user-1000.slice/user@1000.service"
 *
 * Source: org.freedesktop.systemd1(5), property ControlGroup of the manager.
 */
int manager_read_cgroup(struct manager *m, char *path, size_t size, struct error *e);

/*
 * manager_start_scope - make transient scope @unit in @slice around process @pid, delegated to us
 * @stop_timeout_s: what systemd waits, after it asked us to stop, before it kills
 *
 * We are its controller: `systemctl stop` asks us (manager_stop_requested()) instead of signalling
 * everything in it. Returns 0 when the scope is active, -EEXIST when there is one of that name.
 * Source: systemd, org.freedesktop.systemd1(5), StartTransientUnit().
 */
int manager_start_scope(struct manager *m, const char *unit, const char *slice, pid_t pid,
	unsigned stop_timeout_s, struct error *e);

/*
 * manager_start_refuge - make transient scope @unit, in no slice of ours, around process @pid
 *
 * For who has to leave a unit and may not go back where it came from: an ordinary user's session is
 * root's. It goes with its process.
 */
int manager_start_refuge(struct manager *m, const char *unit, pid_t pid, struct error *e);

/* manager_start_unit, manager_stop_unit - and wait until the job is done; a unit that isn't there
 * is stopped */
int manager_start_unit(struct manager *m, const char *unit, struct error *e);
int manager_stop_unit(struct manager *m, const char *unit, struct error *e);

/* manager_unit_is_active - 1, 0 or -errno; asks systemd */
int manager_unit_is_active(struct manager *m, const char *unit, struct error *e);

/* For an event loop: the descriptor (-1 without a bus), and what came in on it. */
int manager_fd(const struct manager *m);
int manager_dispatch(struct manager *m, struct error *e);

#endif
