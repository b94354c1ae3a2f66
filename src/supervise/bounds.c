/* SPDX-License-Identifier: MIT */
/* Whether a thread can have, and has, all of the CPUs that it is pinned to. */
#include "supervise/bounds.h"

#include "base/cpus.h"
#include "base/error.h"
#include "base/files.h"
#include "cgroup/bound.h"
#include "change/change.h"
#include "host/host.h"
#include "host/online.h"
#include "host/task.h"

enum {
	WHAT_BYTES = 256,
};

static int
wanted_read(const struct host *host, const struct change *c, struct cpus *ret, struct error *e)
{
	struct cpus online;
	int r = online_read(&host->roots.sys, &online, e);

	if (r < 0)
		return r;
	r = cpus_parse(c->value, ret);
	if (r < 0)
		return error_sys(e, -r, c->role, "read a CPU list");
	cpus_keep(ret, &online);
	return 0;
}

int
bounds_check(const struct host *host, const struct change *c, struct error *e)
{
	char what[WHAT_BYTES];
	struct cpus wanted;
	int r = wanted_read(host, c, &wanted, e);

	if (r < 0)
		return r;
	c->kind->describe(c, what, sizeof(what));
	if (!cpus_empty(&wanted))
		return bound_check(host, (pid_t)c->id, &wanted, what, e);
	error_refuse(e, ERROR_HOST, NULL, "%s", what);
	return error_why(e, "no such CPU is online");
}

int
bounds_confirm(struct host *host, const struct change *c, struct error *e)
{
	char what[WHAT_BYTES], text[CPUS_TEXT_BYTES];
	struct cpus wanted, now;
	int r = c->kind->verify(host, c, e);

	if (r == 0)
		r = wanted_read(host, c, &wanted, e);
	if (r == 0)
		r = task_read_affinity((pid_t)c->id, &now, e);
	if (r < 0 || cpus_within(&wanted, &now))
		return r;
	r = bounds_check(host, c, e);
	if (r < 0)
		return r;
	c->kind->describe(c, what, sizeof(what));
	error_refuse(e, ERROR_HOST, NULL, "%s", what);
	return error_why(e, "the kernel allows it %s", cpus_format(&now, text));
}
