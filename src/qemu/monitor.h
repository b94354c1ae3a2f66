/* SPDX-License-Identifier: MIT */
/* Our monitor, as QEMU is told of it. */
#ifndef QPIN_QEMU_MONITOR_H
#define QPIN_QEMU_MONITOR_H

struct error;

/* The numbers that spawn() gives in the child. */
enum {
	MONITOR_SOCKET_FD = 3, /* QEMU's end of the monitor */
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

#endif
