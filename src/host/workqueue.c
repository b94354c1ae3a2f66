/* SPDX-License-Identifier: MIT */
/* The CPUs of the kernel's unbound workqueues, as facts and as a change. */
#include "host/workqueue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/mask.h"
#include "host/host.h"

bool
workqueue_is_by_hand(const struct root *sys)
{
	return file_exists(sys, WORKQUEUE_CPUS) && !file_exists(sys, WORKQUEUE_CPUS "_isolated");
}

/* The mask in a file called as the target, with @suffix. */
static int
mask_read(const struct host *host, const struct change *c, const char *suffix, struct cpus *ret,
	struct error *e)
{
	char text[FILE_TEXT_BYTES], name[256], where[512];
	int r;

	(void)snprintf(name, sizeof(name), "%s%s", c->target, suffix);
	r = file_read(&host->roots.sys, name, text, sizeof(text), e);
	if (r < 0)
		return r;
	r = mask_parse(text, ret);
	if (r == 0)
		return 0;
	error_sys(e, -r, root_path(&host->roots.sys, name, where, sizeof(where)),
		"read the CPUs of workqueues");
	return error_why(e, "the kernel says \"%s\"", text);
}

/*
 * What was written: kernels that take isolated CPUs out by themselves (Linux 6.7) tell that apart
 * from what is left.
 */
static int
wish_read(const struct host *host, const struct change *c, struct cpus *ret, struct error *e)
{
	int r = mask_read(host, c, "_requested", ret, e);

	return r == -ENOENT ? mask_read(host, c, "", ret, e) : r;
}

static int
mask_write(
	const struct host *host, const struct change *c, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	return file_write(&host->roots.sys, c->target, mask_format(cpus, text), e);
}

/* The CPUs in the list @text. */
static int
list_read(const struct change *c, const char *text, struct cpus *ret, struct error *e)
{
	int r = cpus_parse(text, ret);

	return r < 0 ? error_sys(e, -r, c->target, "read the CPU list \"%s\"", text) : 0;
}

static int
workqueue_look(struct host *host, struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted, now;
	int r = list_read(c, c->value, &wanted, e);

	if (r == 0)
		r = wish_read(host, c, &now, e);
	if (r < 0)
		return r;
	cpus_keep(&now, &wanted);
	return change_remember(c, cpus_format(&now, text), e);
}

static int
workqueue_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus wanted, now;
	int r = list_read(c, c->value, &wanted, e);

	if (r == 0)
		r = wish_read(host, c, &now, e);
	if (r < 0 || !cpus_intersect(&now, &wanted))
		return r;
	cpus_subtract(&now, &wanted);
	return mask_write(host, c, &now, e);
}

static int
workqueue_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted, now;
	int r = list_read(c, c->value, &wanted, e);

	if (r == 0)
		r = mask_read(host, c, "", &now, e);
	if (r < 0 || !cpus_intersect(&now, &wanted))
		return r;
	error_refuse(e, ERROR_HOST, c->target, "keep workqueues off CPUs %s", c->value);
	return error_why(e, "the kernel left them on %s", cpus_format(&now, text));
}

static int
workqueue_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus before, now;
	int r = list_read(c, c->before, &before, e);

	if (r == 0)
		r = wish_read(host, c, &now, e);
	if (r < 0 || cpus_within(&before, &now))
		return r;
	cpus_unite(&now, &before);
	return mask_write(host, c, &now, e);
}

static void
workqueue_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "take %s out of /sys/%s", c->value, c->target);
}

const struct change_kind change_workqueue = {
	.name = "workqueue",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = workqueue_look,
	.apply = workqueue_apply,
	.verify = workqueue_verify,
	.undo = workqueue_undo,
	.describe = workqueue_describe,
};
