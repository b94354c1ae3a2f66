/* SPDX-License-Identifier: MIT */
/* What `qpin run` and qemu-launcher do alike. */
#ifndef QPIN_COMMAND_RUN_H
#define QPIN_COMMAND_RUN_H

#include "config/definition.h"
#include "supervise/confine.h"

struct error;

enum {
	RUN_VERBOSITY_MAX = 2,
};

struct run_request {
	const char *name; /* borrowed; of the VM */
	enum dialect dialect;
	int verbosity; /* -1 tells only what is wrong, 0, 1 which thread is where,
			  RUN_VERBOSITY_MAX each change */
	enum confinement confinement;
};

/* run_named - run a VM to its end; returns the exit status, or -errno */
int run_named(const struct run_request *request, struct error *e);

#endif
