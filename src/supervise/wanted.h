/* SPDX-License-Identifier: MIT */
/* The definition of a QEMU that runs already, by its command line and the selectors that were
 * given. */
#ifndef QPIN_SUPERVISE_WANTED_H
#define QPIN_SUPERVISE_WANTED_H

#include "config/definition.h"
#include "qemu/select.h"
#include "qemu/tasks.h"

/* What it is made from; all is borrowed. */
struct wanted {
	const struct selection *selection;
	const struct tasks *tasks;
	pid_t pid; /* QEMU's process, which gives the name: "attach-PID" */
	const char
		*words; /* its command line: words that each end in NUL, as in /proc/PID/cmdline */
	size_t len;     /* bytes of these */
};

/*
 * wanted_definition - a definition with the pins that @w asks for
 *
 * -k pins vCPUs, a CPU for each; -i are iothread_pinning, -p emulator_cpus. Memory stays where it
 * is. Returns 0; -EINVAL (ERROR_USAGE) for other selectors, those that find no thread, or several
 * CPUs for a vCPU; or as smp_read(), or -ENOMEM. The caller calls definition_done() in any case.
 */
int wanted_definition(const struct wanted *w, struct definition *ret, struct error *e);

#endif
