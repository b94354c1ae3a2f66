/* SPDX-License-Identifier: MIT */
/* Taking over a QEMU that runs already: with all that a start gives it, until it ends or we go. */
#ifndef QPIN_SUPERVISE_ISOLATE_H
#define QPIN_SUPERVISE_ISOLATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "config/definition.h"
#include "qemu/select.h"
#include "supervise/confine.h"

struct error;

/* Of pid, qmp and name at least one, as in struct target_request. */
struct isolate {
	pid_t pid;                         /* QEMU's process; 0: not given */
	const char *qmp;                   /* borrowed: path of its QMP socket; NULL: not given */
	const char *name;                  /* borrowed: of its -name; NULL: not given */
	const struct selection *selection; /* borrowed; what to pin, when there is no definition */
	const struct definition *definition; /* borrowed; or NULL */
	enum confinement confinement;        /* of ourselves */
	bool background;                     /* return when it is done, and go on behind */
};

/*
 * attach_isolate - give a QEMU that runs leaves and partitions, watch over it, and put all back
 *
 * Ends with QEMU, or at a signal of signals_open(); then QEMU runs on as it did before. Where its
 * cgroup is another manager's, affinity is what is left (plan/takeover.h), which is told. Returns
 * 0; 1 and more is an exit status of the background process; or -errno, with nothing left behind.
 */
int attach_isolate(const struct isolate *ask, struct error *e);

#endif
