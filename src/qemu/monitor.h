/* SPDX-License-Identifier: MIT */
/* Our monitor, as QEMU is told of it. */
#ifndef QPIN_QEMU_MONITOR_H
#define QPIN_QEMU_MONITOR_H

struct error;
struct root;

/* The numbers that spawn() gives in the child. */
enum {
	MONITOR_SOCKET_FD = 3, /* where QEMU's monitor listens */
	MONITOR_CONFIG_FD = 4, /* from monitor_config_open() */
};

/*
 * The words that make QEMU read MONITOR_CONFIG_FD. Ends in NULL.
 *
 * A -mon would do as well, but QEMU takes it as the user's choice, and leaves out the monitor that
 * -nographic has on Ctrl-A C, or a display in its windows. What it reads from a file isn't counted.
 */
extern const char *const monitor_argv[];

/*
 * monitor_config_open - a file that names MONITOR_SOCKET_FD as a monitor, for -readconfig
 *
 * Any user may read it, nobody change it. The caller closes the descriptor. Returns it, or -errno.
 */
int monitor_config_open(struct error *e);

/*
 * monitor_open - a socket JOURNAL_MONITOR_FILE in @dir, for QEMU's monitor, and our connection to
 * it
 * @ret_listener: for the child; QEMU is given it and nothing else of the file
 * @ret_ours:     the first that QEMU accepts: it has one client at a time, and listens anew when
 *                that has gone
 *
 * An old file of that name is replaced. Who ends without having accepted it resets the connection.
 * Returns 0 or -errno; the caller closes both.
 */
int monitor_open(const struct root *dir, int *ret_listener, int *ret_ours, struct error *e);

#endif
