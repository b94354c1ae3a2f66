/* SPDX-License-Identifier: MIT */
/* A user of the host, by the number. */
#include "host/account.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

enum {
	ENTRY_BYTES = 64 * 1024, /* a user's entry: names and paths */
};

int
account_find(uid_t uid, struct account *ret, struct error *e)
{
	char text[ENTRY_BYTES];
	struct passwd entry, *found = NULL;
	int errnum = getpwuid_r(uid, &entry, text, sizeof(text), &found);

	if (found == NULL) {
		error_sys(e, errnum != 0 ? errnum : ENOENT, NULL, "look up user %u", (unsigned)uid);
		if (errnum != 0)
			return -errnum;
		error_why(e, "there is no such user on this host");
		return -ENOENT;
	}
	*ret = (struct account){.uid = uid, .gid = entry.pw_gid};
	(void)snprintf(ret->name, sizeof(ret->name), "%s", entry.pw_name);
	return 0;
}
