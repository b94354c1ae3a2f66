/* SPDX-License-Identifier: MIT */
/*
 * Whether a partition may have CPUs isolated at boot, tried out, as a change.
 *
 * A local partition is what tells it without harm: where the kernel refuses that, nothing has
 * changed (Linux 6.12). A remote one it accepts there, to refuse the leaves in it and to forget
 * what was isolated at boot when it ends. Linux 7.2 takes both.
 */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/host.h"

static int
trial_look(struct host *host, struct change *c, struct error *e)
{
	return change_cgroup.look(host, c, e);
}

/* Nothing stays of it, whatever came out. */
static int
trial_undo(struct host *host, const struct change *c, struct error *e)
{
	struct error ignored;

	(void)group_write(host, c->target, CPUSET_CPUS_PARTITION, PARTITION_MEMBER, &ignored);
	return change_cgroup.undo(host, c, e);
}

static int
trial_apply(struct host *host, struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES] = "";
	struct error second;
	int r = change_cgroup.apply(host, c, e), undone;

	if (r == 0)
		r = group_write(host, c->target, CPUSET_CPUS, c->value, e);
	if (r == 0)
		r = group_write(host, c->target, CPUSET_CPUS_PARTITION, PARTITION_ISOLATED, e);
	if (r == 0)
		r = group_read(host, c->target, CPUSET_CPUS_PARTITION, text, sizeof(text), e);
	undone = trial_undo(host, c, r < 0 ? &second : e);
	if (r < 0 || undone < 0)
		return r < 0 ? r : undone;
	if (str_eq(text, PARTITION_ISOLATED))
		return 0;
	error_refuse(e, ERROR_ISOLATION, c->target,
		"make a partition of CPUs isolated at boot (%s)", c->value);
	return error_why(e, "the kernel says \"%s\"", text);
}

static int
trial_verify(struct host *host, const struct change *c, struct error *e)
{
	if (!group_exists(host, c->target))
		return 0;
	return error_sys(e, EEXIST, c->target, "end the trial of a partition");
}

static void
trial_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size,
		"try whether a partition may have CPUs isolated at boot (%s), in %s; else by "
		"leaves alone",
		c->value, c->target);
}

const struct change_kind change_trial = {
	.name = "trial",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = trial_look,
	.apply = trial_apply,
	.verify = trial_verify,
	.undo = trial_undo,
	.describe = trial_describe,
};
