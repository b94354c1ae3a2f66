/* SPDX-License-Identifier: MIT */
/* Who has which host CPU: read from the journals of all VMs. */
#ifndef QPIN_CHANGE_CLAIMS_H
#define QPIN_CHANGE_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpus.h"
#include "base/files.h"
#include "change/record.h"

struct error;

/* A VM that has a journal in the state directory, or a user that root granted CPUs to. */
struct claim {
	char name[65];    /* the VM's, or the user's */
	struct cpus cpus; /* its pinned host CPUs, and those of its own partition */
	bool alive;       /* its supervisor lives; else it's left over from a crash */
	bool damaged;     /* its journal can't be read: nobody knows its CPUs */
	bool granted;     /* the user's (host/grants.h), not a VM's */
};

/*
 * claims_list - the claims of all VMs, sorted by name; those with a damaged journal too
 * @state: the state directory; fd -1 when there is none, which is no claim at all
 *
 * A journal whose first line was never written whole claims no CPUs. Returns their number or
 * -errno; the caller frees @ret.
 */
int claims_list(const struct root *state, struct claim **ret, struct error *e);

/*
 * claims_read - like claims_list(), for who wants CPUs: fails when a journal is damaged
 *
 * What such a VM has can't be known, so nobody else may take anything.
 */
int claims_read(const struct root *state, struct claim **ret, struct error *e);

/*
 * claims_read_process - the process of VM @name that was noted last; its journal may be held
 * @type: RECORD_QEMU, or RECORD_KEEPER: who keeps it, when its QEMU ran before
 *
 * Returns 0, with pid 0 when nobody is written down; -ENOENT without a journal; or -errno.
 */
int claims_read_process(const struct root *state, const char *name, enum record_type type,
	struct record_process *ret, struct error *e);

/*
 * claims_tidy - remove what is left of a VM's directory when its qpin died before it had a journal
 * there, or after that was deleted; the global lock is held
 *
 * What isn't ours in there stays, and so does the directory.
 */
void claims_tidy(const struct root *state);

#endif
