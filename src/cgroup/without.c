/* SPDX-License-Identifier: MIT */
/* Keeping a VM's CPUs out of what a cgroup of other tasks may use, as a change. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"

/* The CPUs of the cgroup above @path: what it can have at most. */
static int
above_read(struct host *host, const char *path, struct cpus *ret, struct error *e)
{
	char above[GROUP_PATH_BYTES];
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return error_sys(e, EINVAL, path, "find the cgroup above");
	(void)snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path);
	if (!group_exists(host, above) || str_eq(above, "") || str_ends(above, ":"))
		(void)snprintf(above, sizeof(above), "%s", group_top(path));
	return group_read_cpus(host, above, group_effective(above), ret, e);
}

static bool
may_stay_empty(const struct change *c)
{
	return c->key != NULL && str_eq(c->key, WITHOUT_LISTED);
}

static int
without_look(struct host *host, struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES] = "";
	struct cpus now;
	int r = group_read_cpus(host, c->target, CPUSET_CPUS, &now, e);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0)
		cpus_format(&now, text);
	return change_remember(c, text, e);
}

/* The CPUs that a VM wants (value), and those that the cgroup has, as it were without us. */
static int
without_read(struct host *host, const struct change *c, struct cpus *taken, struct cpus *now,
	struct error *e)
{
	int r = cpus_parse(c->value, taken);

	if (r < 0)
		return error_sys(e, -r, c->target, "read the CPU list \"%s\"", c->value);
	return group_read_cpus(host, c->target, CPUSET_CPUS, now, e);
}

/* Whether the cgroup is a partition of its own, by exclusive CPUs. */
static bool
is_apart(struct host *host, const struct change *c)
{
	struct error ignored;
	struct cpus now;

	return group_read_cpus(host, c->target, CPUSET_CPUS_EXCLUSIVE, &now, &ignored) == 0 &&
	       !cpus_empty(&now);
}

/* CPUs are exclusive only where they are: they leave that list first, and enter it last. */
static int
without_write(struct host *host, const struct change *c, const struct cpus *cpus, bool less,
	struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	bool apart = is_apart(host, c);
	int r = 0;

	cpus_format(cpus, text);
	if (apart && less)
		r = group_write(host, c->target, CPUSET_CPUS_EXCLUSIVE, text, e);
	if (r == 0)
		r = group_write(host, c->target, CPUSET_CPUS, text, e);
	if (r == 0 && apart && !less)
		r = group_write(host, c->target, CPUSET_CPUS_EXCLUSIVE, text, e);
	return r;
}

static int
without_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus taken, now;
	int r = without_read(host, c, &taken, &now, e);

	if (r == -ENOENT)
		return 0; /* nobody to be kept off */
	if (r == 0 && cpus_empty(&now) && may_stay_empty(c))
		return 0;
	if (r == 0 && cpus_empty(&now))
		r = above_read(host, c->target, &now, e);
	if (r < 0)
		return r;
	cpus_subtract(&now, &taken);
	if (!cpus_empty(&now))
		return without_write(host, c, &now, true, e);
	error_refuse(e, ERROR_ISOLATION, c->target, "keep its tasks off the CPUs %s", c->value);
	return error_why(e, "it has no others");
}

static int
without_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus taken, now;
	int r = without_read(host, c, &taken, &now, e);

	if (r == -ENOENT || (r == 0 && (!cpus_empty(&now) || may_stay_empty(c)) &&
				    !cpus_intersect(&taken, &now)))
		return 0;
	if (r < 0)
		return r;
	error_refuse(e, ERROR_HOST, c->target, "keep its tasks off the CPUs %s", c->value);
	return error_why(e, "it has \"%s\"", cpus_format(&now, text));
}

static int
without_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus taken, now, before, above;
	int r = without_read(host, c, &taken, &now, e);

	if (r < 0)
		return group_undone(r);
	r = cpus_parse(c->before, &before);
	if (r < 0)
		return error_sys(e, -r, c->target, "read the CPU list \"%s\"", c->before);
	if (!cpus_empty(&before))
		cpus_keep(&taken, &before);
	/* A CPU that went offline meanwhile is nobody's to give. */
	if (group_is_v1(c->target) && above_read(host, c->target, &above, e) == 0)
		cpus_keep(&taken, &above);
	if (cpus_within(&taken, &now) || cpus_empty(&now))
		return 0;
	cpus_unite(&now, &taken);
	return group_undone(without_write(host, c, &now, false, e));
}

static void
without_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "take %s out of %s/" CPUSET_CPUS, c->value, c->target);
}

const struct change_kind change_without = {
	.name = "without",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = without_look,
	.apply = without_apply,
	.verify = without_verify,
	.undo = without_undo,
	.describe = without_describe,
};
