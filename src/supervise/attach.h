/* SPDX-License-Identifier: MIT */
/* Pinning the threads of a QEMU that somebody else started: by affinity, once, and back. */
#ifndef QPIN_SUPERVISE_ATTACH_H
#define QPIN_SUPERVISE_ATTACH_H

#include <stdbool.h>
#include <sys/types.h>

#include "qemu/select.h"
#include "supervise/confine.h"

struct definition;
struct error;
struct host;

/* Of pid, qmp and name at least one; name alone. All is borrowed. */
struct attach {
	pid_t pid;        /* QEMU's process; 0: not given */
	const char *qmp;  /* path of its QMP socket; NULL: not given */
	const char *name; /* of its -name; NULL: not given */
	const struct selection *selection;
	const struct definition *definition; /* whose CPUs it gets; NULL: by the selection */
	bool dry_run;                        /* tell on standard output what would be done */
	bool follow; /* go on with threads that appear later, until QEMU or a signal ends it */
	enum confinement confinement; /* of ourselves */
	const char *save; /* file to write for attach_undo(), which isn't there yet; NULL: none */
};

/*
 * attach_pin - give the selected threads their CPUs
 *
 * All or none: what fails half way is undone. Threads that end meanwhile are left out. Returns 0;
 * -ESRCH without such a process; -EINVAL (ERROR_USAGE) for one that is no QEMU, a selector that
 * finds no thread, or a CPU that the host hasn't, or that a thread's cgroup leaves out (ERROR_HOST,
 * see bounds.h); or as target_find() and pins_load(). Told: each thread by log_info().
 */
int attach_pin(struct host *host, const struct attach *attach, struct error *e);

/*
 * attach_undo - give threads back what they had, as @file tells that attach_pin() wrote
 *
 * Those that have ended are left out. All are tried; returns 0, or what failed first: also that a
 * cgroup doesn't have all of these CPUs any more.
 */
int attach_undo(struct host *host, const char *file, struct error *e);

#endif
