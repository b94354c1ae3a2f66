/* SPDX-License-Identifier: MIT */
/* A thread's scheduling, as a change. */
#include "qemu/scheduling_change.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "host/host.h"
#include "host/task.h"
#include "qemu/scheduling.h"

static int
scheduling_look(struct host *host, struct change *c, struct error *e)
{
	char text[SCHEDULING_TEXT_BYTES];
	struct scheduling now;
	int r = task_look_start(&host->roots.proc, c, e);

	if (r == 0)
		r = scheduling_read((pid_t)c->id, &now, e);
	return r < 0 ? r : change_remember(c, scheduling_format(&now, text), e);
}

static int
scheduling_apply_text(const struct change *c, const char *text, struct error *e)
{
	struct scheduling wanted;
	int r = scheduling_parse(text, &wanted);

	if (r < 0)
		return error_sys(e, -r, c->role, "read the scheduling \"%s\"", text);
	return scheduling_set((pid_t)c->id, &wanted, e);
}

static int
scheduling_apply(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	return scheduling_apply_text(c, c->value, e);
}

static int
scheduling_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[SCHEDULING_TEXT_BYTES];
	struct scheduling wanted, now;
	int r = scheduling_read((pid_t)c->id, &now, e);

	(void)host;
	if (r < 0)
		return r;
	if (scheduling_parse(c->value, &wanted) == 0 && scheduling_same(&wanted, &now))
		return 0;
	error_refuse(e, ERROR_HOST, c->role, "schedule it as \"%s\"", c->value);
	return error_why(e, "the kernel says \"%s\"", scheduling_format(&now, text));
}

static int
scheduling_undo(struct host *host, const struct change *c, struct error *e)
{
	int r = task_lives(&host->roots.proc, (pid_t)c->id, c->start, e);

	if (r > 0)
		r = scheduling_apply_text(c, c->before, e);
	return r == -ESRCH ? 0 : r;
}

static void
scheduling_describe(const struct change *c, char *text, size_t size)
{
	if (c->id != 0)
		(void)snprintf(text, size, "schedule %s (thread %" PRId64 ") as %s", c->role, c->id,
			c->value);
	else
		(void)snprintf(text, size, "schedule %s as %s", c->role, c->value);
}

const struct change_kind change_scheduling = {
	.name = "scheduling",
	.needs = CHANGE_VALUE | CHANGE_BEFORE | CHANGE_ROLE | CHANGE_ID | CHANGE_START,
	.look = scheduling_look,
	.apply = scheduling_apply,
	.verify = scheduling_verify,
	.undo = scheduling_undo,
	.describe = scheduling_describe,
};
