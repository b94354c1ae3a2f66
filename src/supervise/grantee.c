/* SPDX-License-Identifier: MIT */
/* Who a grant is for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "qemu/identity.h"
#include "supervise/grant.h"

static const uint32_t uid_max = UINT32_MAX - 1; /* the last one means "none" to the kernel */

static int
refuse(const char *user, const char *why, struct error *e)
{
	error_refuse(e, ERROR_DEFINITION, NULL, "find the user '%.64s'", user);
	error_why(e, "%s", why);
	return error_hint(e, "`getent passwd` lists those that there are");
}

int
grantee_find(const char *user, bool gone, struct grantee *ret, struct error *e)
{
	struct identity identity = {0};
	uint32_t uid = 0;
	int r = identity_resolve(user, NULL, &identity, e);

	if (r == 0) {
		uid = identity.uid;
		(void)snprintf(ret->name, sizeof(ret->name), "%s",
			identity.name != NULL ? identity.name : user);
	} else if (r == -EINVAL && gone && num_parse_u32(user, 0, uid_max, &uid) == 0) {
		r = 0;
		(void)snprintf(ret->name, sizeof(ret->name), "%s", user);
	} else if (r == -EINVAL) {
		r = refuse(user, "there is no such user on this host", e);
	}
	identity_done(&identity);
	if (r == 0 && uid == 0)
		return refuse(user, "root has all CPUs", e);
	if (r == 0)
		ret->uid = uid;
	return r;
}
