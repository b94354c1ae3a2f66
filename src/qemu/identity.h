/* SPDX-License-Identifier: MIT */
/* Whom QEMU runs as: a definition's `user` and `group`, looked up in the host's user database. */
#ifndef QPIN_QEMU_IDENTITY_H
#define QPIN_QEMU_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct caller;
struct error;

/* Starts as {0}: nothing changes. */
struct identity {
	bool set_user;  /* uid and groups */
	bool set_group; /* gid */
	uid_t uid;      /* when set_user */
	gid_t gid;      /* when set_group */
	gid_t *groups;  /* owned; the supplementary groups, when set_user; NULL when there are none
			 */
	size_t count;   /* of groups */
	char *name;     /* owned; the user's name; NULL without set_user or passwd entry */
	char *home;     /* owned; the user's home directory; NULL likewise */
};

/*
 * identity_resolve - look up a user and a group, each a number or a name, or NULL for none
 *
 * Groups are a login's: the user's own group (@group instead, when given) and those that the
 * database lists for that user. A number that has no entry is taken as it is: it has no
 * supplementary groups, and @group must be given with it. @group alone changes the group, and
 * leaves user and supplementary groups as qpin has them. A text of digits is always a number.
 *
 * Returns 0; -EINVAL (ERROR_HOST, with a hint) for an unknown name; -errno when the database
 * can't be read. The caller calls identity_done() in any case; @ret is {0} on failure.
 */
int identity_resolve(const char *user, const char *group, struct identity *ret, struct error *e);

/*
 * identity_of_caller - whom root works for: his ids and groups as he called us, whatever login says
 *
 * Returns 0 or -errno; an id without an account has no name. As identity_resolve() else.
 */
int identity_of_caller(const struct caller *caller, struct identity *ret, struct error *e);

/*
 * identity_choose - identity_of_caller() if there is one, for whom a definition's @user and @group
 * have no effect; else identity_resolve()
 */
int identity_choose(const char *user, const char *group, struct identity *ret, struct error *e);

void identity_done(struct identity *identity);

#endif
