/* SPDX-License-Identifier: MIT */
/* The state directories of all users whose VMs we may see, for who only looks. */
#ifndef QPIN_HOST_STATES_H
#define QPIN_HOST_STATES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/files.h"

struct error;
struct host;

struct state {
	struct root root; /* with ->user, when it isn't ours */
	uid_t uid;
	char user[65]; /* his name, maybe cut; his number when the host knows none */
};

/* Starts as {0}. */
struct states {
	struct state *list; /* owned; ours first, the others' by number */
	size_t count;
};

/* Where systemd makes a directory for each user who is logged in, named by his number. */
#define STATES_RUNTIME "/run/user"

/*
 * states_open - our own, and for root those in RUNTIME/UID/qpin
 * @host: open; its state directory, if there is one, is opened once more
 * @runtime: STATES_RUNTIME, or a tree in its place; fd -1: there is none
 *
 * Nothing of another user's leads elsewhere: no link is followed, and nothing that he mounted.
 * What isn't his alone is left out. Returns 0 or -errno; the caller calls states_close() in any
 * case.
 */
int states_open(
	const struct host *host, const struct root *runtime, struct states *ret, struct error *e);
void states_close(struct states *states);

#endif
