/* SPDX-License-Identifier: MIT */
/*
 * CPUs that root gave to ordinary users for good. Each grant is a journal of its own, named by the
 * user's number, in a directory that outlives boots: its first line says which CPUs, the others
 * what was done to the host's configuration for it.
 */
#ifndef QPIN_HOST_GRANTS_H
#define QPIN_HOST_GRANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "base/files.h"

struct error;

struct grant {
	uid_t uid;
	char user[65]; /* his name, maybe cut; his number when the host knows none */
	struct cpus cpus;
	bool in_force;   /* of grant_observe() */
	char state[160]; /* likewise, for a person: "in force", "waits until the user logs in" */
};

/*
 * grants_open - the directory; the caller closes it with root_close()
 * @make: make it when it isn't there
 *
 * Refused (-EPERM) unless it is root's, and no link. Returns 0, -ENOENT when there is none, -errno.
 */
int grants_open(bool make, struct root *ret, struct error *e);

/* grants_tidy - remove the directory, if no grant is in it */
void grants_tidy(void);

/*
 * grants_list - all grants in @dir (grants_open(); fd -1: none), sorted by user
 *
 * Fails when one can't be read: nobody knows its CPUs. Returns their number or -errno; the caller
 * frees @ret.
 */
int grants_list(const struct root *dir, struct grant **ret, struct error *e);

/* grants_read - grants_list() of the host's own directory; none for who isn't root */
int grants_read(struct grant **ret, struct error *e);

#endif
