/* SPDX-License-Identifier: MIT */
/* The command line of qemu-launcher. */
#ifndef QPIN_COMMAND_LAUNCHER_H
#define QPIN_COMMAND_LAUNCHER_H

#include <stdbool.h>

struct error;

struct launcher_options {
	bool help, verbose, debug;
	const char *name; /* borrowed from argv; NULL with help alone */
};

/*
 * launcher_options_parse - read the words behind argv[0]; touches nothing
 *
 * -v, -d and -h may stand anywhere and repeatedly; with -h nothing else matters.
 * Source: qemu-launcher 0.1.0, which is silent about long options. Returns 0 or -EINVAL
 * (ERROR_USAGE).
 */
int launcher_options_parse(int argc, char **argv, struct launcher_options *ret, struct error *e);

#endif
