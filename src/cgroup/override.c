/* SPDX-License-Identifier: MIT */
/* Settings of cgroups that were there before us, or may outlive us, as changes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"

static int
override_look(struct host *host, struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = group_read(host, c->target, c->key, text, sizeof(text), e);

	return r < 0 ? r : change_remember(c, text, e);
}

/* An empty list is written as a newline: a write of no bytes is none. */
static int
override_write(struct host *host, const struct change *c, const char *value, struct error *e)
{
	return group_write(host, c->target, c->key, value[0] != '\0' ? value : "\n", e);
}

static int
override_apply(struct host *host, struct change *c, struct error *e)
{
	int r = override_write(host, c, c->value, e);

	/* Source: Linux kernel/cgroup/cpuset.c, validate_change(): what siblings, or the one above,
	 * don't allow. */
	if (r == -EINVAL || r == -EACCES || r == -EBUSY) {
		e->kind = ERROR_ISOLATION;
		error_why(e, "another cpuset has some of these CPUs");
	}
	return r;
}

static int
override_verify(struct host *host, const struct change *c, struct error *e)
{
	return change_setting.verify(host, c, e);
}

static int
override_undo(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = group_read(host, c->target, c->key, text, sizeof(text), e);

	if (r < 0 || str_eq(text, c->before))
		return r < 0 ? group_undone(r) : 0;
	return group_undone(override_write(host, c, c->before, e));
}

static void
override_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "write \"%s\" to %s%s%s%s", c->value, c->target,
		str_ends(c->target, "/") ? "" : "/", c->key,
		c->shared ? ", until the last VM ends" : "");
}

const struct change_kind change_override = {
	.name = "override",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE,
	.look = override_look,
	.apply = override_apply,
	.verify = override_verify,
	.undo = override_undo,
	.describe = override_describe,
};
