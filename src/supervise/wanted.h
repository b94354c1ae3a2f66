/* SPDX-License-Identifier: MIT */
/* The definition of a QEMU that runs already, by its command line and the selectors that were
 * given. */
#ifndef QPIN_SUPERVISE_WANTED_H
#define QPIN_SUPERVISE_WANTED_H

#include "config/definition.h"
#include "qemu/select.h"
#include "qemu/tasks.h"

/*
 * wanted_definition - a definition with the pins that @s asks for
 * @words: QEMU's command line, of @len bytes: words that each end in NUL, as in /proc/PID/cmdline
 * @pid:   its process, which gives the name: "attach-PID"
 *
 * -k pins vCPUs, a CPU for each; -i are iothread_pinning, -p emulator_cpus. Memory stays where it
 * is. Returns 0; -EINVAL (ERROR_USAGE) for other selectors, those that find no thread, or several
 * CPUs for a vCPU; or as smp_read(), or -ENOMEM. The caller calls definition_done() in any case.
 */
int wanted_definition(const struct selection *s, const struct tasks *tasks, pid_t pid,
	const char *words, size_t len, struct definition *ret, struct error *e);

#endif
