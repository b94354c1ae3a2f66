/* SPDX-License-Identifier: MIT */
/*
 * What the service manager is told, when one started qpin and listens (Type=notify); else nothing.
 * Source: systemd, sd_notify(3), sd_watchdog_enabled(3).
 */
#ifndef QPIN_SUPERVISE_NOTIFY_H
#define QPIN_SUPERVISE_NOTIFY_H

#include <stdbool.h>

struct error;

/* notify_is_awaited - whether a service manager waits to be told that we are ready */
bool notify_is_awaited(void);

/* notify_ready - the guest runs, each vCPU in its place; @status: a line for `systemctl status` */
void notify_ready(const char *status);

/* notify_status - only that line */
void notify_status(const char *status);

/* notify_stopping - it ends, and the manager must not lose patience for @seconds from now on */
void notify_stopping(unsigned seconds);

/* notify_reloading - until notify_ready(), the VM goes over to another definition */
void notify_reloading(void);

/*
 * notify_watchdog_open - a timer that expires as often as the manager wants to hear of us
 * @ret_fd: a timerfd(2), which the caller closes; -1 when it does not want to
 *
 * Returns 0 or -errno.
 */
int notify_watchdog_open(int *ret_fd, struct error *e);

/* notify_alive - after that timer expired: take it, and let the manager hear of us */
void notify_alive(int watchdog_fd);

#endif
