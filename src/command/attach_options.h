/* SPDX-License-Identifier: MIT */
/* The command line of `qpin attach`, which is qemu-affinity's. */
#ifndef QPIN_COMMAND_ATTACH_OPTIONS_H
#define QPIN_COMMAND_ATTACH_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "qemu/select.h"
#include "supervise/confine.h"

struct error;

struct attach_options {
	bool help, dry_run, verbose, follow, isolate, background;
	enum confinement confinement;
	/* Borrowed from argv; NULL when not given. */
	const char *save, *undo, *qmp, *name, *definition;
	pid_t pid; /* 0: not given, but qmp or name is */
	struct selection selection;
};

/*
 * attach_options_parse - read the words behind argv[0]; touches nothing
 * @cpu_count: of the host: a number of at least this is no CPU, but may be the PID
 *
 * Returns 0, -EINVAL (ERROR_USAGE) or -ENOMEM; the caller calls attach_options_done() in any case.
 */
int attach_options_parse(
	int argc, char **argv, unsigned cpu_count, struct attach_options *ret, struct error *e);
void attach_options_done(struct attach_options *options);

#endif
