/* SPDX-License-Identifier: MIT */
/* A cgroup of other tasks becomes a partition of its own, as a change. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"

static int
apart_look(struct host *host, struct change *c, struct error *e)
{
	return change_partition.look(host, c, e);
}

static int
apart_apply(struct host *host, struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus cpus;
	int r = group_read_cpus(host, c->target, CPUSET_CPUS, &cpus, e);

	if (r == 0)
		r = group_write(
			host, c->target, CPUSET_CPUS_EXCLUSIVE, cpus_format(&cpus, text), e);
	if (r == -ENOENT) /* before Linux 6.7, where a partition is a local one */
		r = 0;
	return r < 0 ? r : change_partition.apply(host, c, e);
}

static int
apart_verify(struct host *host, const struct change *c, struct error *e)
{
	return change_partition.verify(host, c, e);
}

static int
apart_undo(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = change_partition.undo(host, c, e);

	if (r < 0)
		return r;
	r = group_read(host, c->target, CPUSET_CPUS_EXCLUSIVE, text, sizeof(text), e);
	if (r > 0)
		r = group_write(host, c->target, CPUSET_CPUS_EXCLUSIVE, "\n", e);
	return group_undone(r); /* before Linux 6.7 there is no such file */
}

static void
apart_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "make %s a partition of type %s, with the CPUs that it has",
		c->target, c->value);
}

const struct change_kind change_apart = {
	.name = "apart",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = apart_look,
	.apply = apart_apply,
	.verify = apart_verify,
	.undo = apart_undo,
	.describe = apart_describe,
};
