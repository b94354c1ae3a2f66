/* SPDX-License-Identifier: MIT */
/* The service manager: systemd over sd-bus. Every call has a deadline. */
#ifndef QPIN_HOST_MANAGER_H
#define QPIN_HOST_MANAGER_H

#include <stdbool.h>
#include <sys/types.h>

struct error;
typedef struct sd_bus sd_bus;

struct manager {
	sd_bus *bus; /* owned; NULL until manager_connect() */
	bool stop_requested;
};

/* manager_connect - the system's bus, once; -errno with a hint when it can't be reached */
int manager_connect(struct manager *m, struct error *e);
void manager_close(struct manager *m);

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
