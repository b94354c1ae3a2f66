/* SPDX-License-Identifier: MIT */
/* Who has which host CPU: read from the journals of all VMs. */
#ifndef QPIN_CHANGE_CLAIMS_H
#define QPIN_CHANGE_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "base/files.h"

struct error;

/* A VM that has a journal in the state directory. */
struct claim {
	char name[65];    /* the VM's */
	struct cpus cpus; /* its pinned host CPUs */
	bool alive;       /* its supervisor lives; else it's left over from a crash */
};

/*
 * claims_read - the claims of all VMs, sorted by name
 * @state: the state directory; fd -1 when there is none, which is no claim at all
 *
 * Returns their number or -errno; the caller frees @ret.
 */
int claims_read(const struct root *state, struct claim **ret, struct error *e);

#endif
