/* SPDX-License-Identifier: MIT */
/* What `qpin run` and qemu-launcher do alike. */
#ifndef QPIN_COMMAND_RUN_H
#define QPIN_COMMAND_RUN_H

#include "config/definition.h"

struct error;

enum {
	RUN_VERBOSITY_MAX = 2,
};

/*
 * run_named - run the VM @name to its end
 * @verbosity: -1 tells only what is wrong, 0, 1 which thread is where, RUN_VERBOSITY_MAX each
 * change
 *
 * Returns the exit status, or -errno.
 */
int run_named(const char *name, enum dialect dialect, int verbosity, struct error *e);

#endif
