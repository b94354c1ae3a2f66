/* SPDX-License-Identifier: MIT */
/* A user of the host, by the number. */
#ifndef QPIN_HOST_ACCOUNT_H
#define QPIN_HOST_ACCOUNT_H

#include <sys/types.h>

struct error;

struct account {
	uid_t uid;
	gid_t gid;
	char name[256];
};

/* account_find - look up user @uid; 0, -ENOENT when the host has no such user, or -errno */
int account_find(uid_t uid, struct account *ret, struct error *e);

#endif
