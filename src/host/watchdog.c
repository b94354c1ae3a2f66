/* SPDX-License-Identifier: MIT */
/* Keeping the kernel's lockup detector off CPUs, as a change. */
#include "host/watchdog.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/files.h"
#include "host/host.h"
#include "host/taking.h"

static int
mask_read(const struct host *host, const struct change *c, struct cpus *ret, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = file_read(&host->roots.proc, c->target, text, sizeof(text), e);

	return r < 0 ? r : taking_list(c, text, ret, e);
}

static int
mask_write(
	const struct host *host, const struct change *c, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	return file_write(&host->roots.proc, c->target, cpus_format(cpus, text), e);
}

static int
watchdog_look(struct host *host, struct change *c, struct error *e)
{
	auto_buf struct buf text = {0};
	struct exclusion_wish wish;
	struct cpus before;
	int r = taking_read(host, c, &wish, e);

	if (r == 0)
		r = mask_read(host, c, &before, e);
	if (r < 0)
		return r;
	exclusion_add(&text, &wish, "cpus", &before);
	if (text.failed)
		return error_sys(e, ENOMEM, c->target, "remember a mask");
	return change_remember(c, text.text, e);
}

static int
before_read(const struct change *c, struct cpus *taken, struct exclusion *ret, struct error *e)
{
	const char *at = c->before;
	int r = taking_list(c, c->value, taken, e);

	if (r == 0)
		r = exclusion_next(&at, taken, ret, e);
	return r == 0 ? error_sys(e, EINVAL, c->target, "read what was there before") : r;
}

static int
watchdog_apply(struct host *host, struct change *c, struct error *e)
{
	struct exclusion x;
	struct cpus taken, now;
	int r = before_read(c, &taken, &x, e);

	if (r > 0)
		r = mask_read(host, c, &now, e);
	if (r < 0 || !cpus_intersect(&now, &taken))
		return r;
	return mask_write(host, c, &x.left, e);
}

static int
watchdog_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus taken, now;
	int r = taking_list(c, c->value, &taken, e);

	if (r == 0)
		r = mask_read(host, c, &now, e);
	if (r < 0 || !cpus_intersect(&now, &taken))
		return r;
	error_refuse(e, ERROR_HOST, "/proc/" WATCHDOG_CPUS, "keep the lockup detector off CPUs %s",
		c->value);
	return error_why(e, "the kernel left it on %s", cpus_format(&now, text));
}

static int
watchdog_undo(struct host *host, const struct change *c, struct error *e)
{
	struct cpus taken, others, now = {0};
	struct exclusion x;
	int r = before_read(c, &taken, &x, e);

	if (r > 0)
		r = mask_read(host, c, &now, e);
	if (r < 0)
		return r;
	taking_others(host, &others);
	return exclusion_give_back(&x, &taken, &others, &now) ? mask_write(host, c, &now, e) : 0;
}

static void
watchdog_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "take %s out of /proc/%s", c->value, c->target);
}

const struct change_kind change_watchdog = {
	.name = "watchdog",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE,
	.look = watchdog_look,
	.apply = watchdog_apply,
	.verify = watchdog_verify,
	.undo = watchdog_undo,
	.describe = watchdog_describe,
};
