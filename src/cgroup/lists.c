/* SPDX-License-Identifier: MIT */
/* CPU lists of which each VM has a part, as changes: an undo takes out its own part alone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/host.h"

/* Which list it is. */
static const char *
exclusive_file(const struct change *c)
{
	return c->key != NULL ? c->key : CPUSET_CPUS_EXCLUSIVE;
}

/* The CPUs that the change wants, and those that are there now. */
static int
exclusive_read(struct host *host, const struct change *c, struct cpus *wanted, struct cpus *now,
	struct error *e)
{
	int r = cpus_parse(c->value, wanted);

	if (r < 0)
		return error_sys(e, -r, c->target, "read the CPU list \"%s\"", c->value);
	return group_read_cpus(host, c->target, exclusive_file(c), now, e);
}

/* An empty list is written as a newline: a write of no bytes is none. */
static int
exclusive_write(struct host *host, const struct change *c, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	cpus_format(cpus, text);
	return group_write(host, c->target, exclusive_file(c), text[0] != '\0' ? text : "\n", e);
}

static int
exclusive_look(struct host *host, struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus now;
	int r = group_read_cpus(host, c->target, exclusive_file(c), &now, e);

	return r < 0 ? r : change_remember(c, cpus_format(&now, text), e);
}

static int
exclusive_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus wanted, now;
	int r = exclusive_read(host, c, &wanted, &now, e);

	if (r < 0)
		return r;
	cpus_unite(&now, &wanted);
	r = exclusive_write(host, c, &now, e);
	if (r != -EINVAL)
		return r;
	e->kind = ERROR_ISOLATION; /* a leaf without a partition may still be had */
	error_why(e, "another cgroup has some of these CPUs for itself");
	return error_hint(e, "see which: grep . %s%s/../*/cpuset.cpus.exclusive",
		host->roots.cgroup.path, c->target);
}

static int
exclusive_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted, now;
	int r = exclusive_read(host, c, &wanted, &now, e);

	if (r < 0 || cpus_within(&wanted, &now))
		return r;
	error_refuse(e, ERROR_HOST, c->target, "have the CPUs %s exclusively", c->value);
	return error_why(e, "the kernel left \"%s\"", cpus_format(&now, text));
}

static int
exclusive_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus added, now, before;
	int r = cpus_parse(c->before, &before);

	if (r < 0)
		return error_sys(e, -r, c->target, "read the CPU list \"%s\"", c->before);
	r = exclusive_read(host, c, &added, &now, e);
	if (r < 0)
		return group_undone(r);
	cpus_subtract(&added, &before);
	if (!cpus_intersect(&added, &now))
		return 0;
	cpus_subtract(&now, &added);
	return group_undone(exclusive_write(host, c, &now, e));
}

static void
exclusive_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "add %s to %s/%s", c->value, c->target, exclusive_file(c));
}

const struct change_kind change_exclusive = {
	.name = "exclusive",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = exclusive_look,
	.apply = exclusive_apply,
	.verify = exclusive_verify,
	.undo = exclusive_undo,
	.describe = exclusive_describe,
};
