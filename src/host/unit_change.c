/* SPDX-License-Identifier: MIT */
/* Units of the system manager that outlive us, as changes. */
#include "host/unit_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "host/host.h"
#include "host/unitfiles.h"

static int
enabled_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
enabled_apply(struct host *host, struct change *c, struct error *e)
{
	return unitfiles_enable(&host->manager, c->target, e);
}

static int
enabled_verify(struct host *host, const struct change *c, struct error *e)
{
	int r = unitfiles_is_enabled(&host->manager, c->target, e);

	if (r != 0)
		return r < 0 ? r : 0;
	error_refuse(e, ERROR_HOST, c->target, "enable a unit");
	return error_why(e, "systemd says that it is not enabled");
}

static int
enabled_undo(struct host *host, const struct change *c, struct error *e)
{
	int r = unitfiles_is_enabled(&host->manager, c->target, e);

	return r <= 0 ? r : unitfiles_disable(&host->manager, c->target, e);
}

static void
enabled_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "enable systemd's %s", c->target);
}

const struct change_kind change_enabled = {
	.name = "enabled",
	.look = enabled_look,
	.apply = enabled_apply,
	.verify = enabled_verify,
	.undo = enabled_undo,
	.describe = enabled_describe,
};

/* Whether the unit that ours is bound to is there: to start ours would start that one too. */
static int
service_may_run(struct host *host, const struct change *c, struct error *e)
{
	return manager_unit_is_active(&host->manager, c->key, e);
}

static int
service_apply(struct host *host, struct change *c, struct error *e)
{
	int r = service_may_run(host, c, e);

	return r <= 0 ? r : manager_start_unit(&host->manager, c->target, e);
}

static int
service_verify(struct host *host, const struct change *c, struct error *e)
{
	int r = service_may_run(host, c, e);

	if (r > 0)
		r = manager_unit_is_active(&host->manager, c->target, e);
	else if (r == 0)
		return 0;
	if (r != 0)
		return r < 0 ? r : 0;
	error_refuse(e, ERROR_HOST, c->target, "start a unit");
	return error_why(e, "systemd says that it is not active");
}

static int
service_undo(struct host *host, const struct change *c, struct error *e)
{
	return manager_stop_unit(&host->manager, c->target, e);
}

static void
service_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "start systemd's %s with %s", c->target, c->key);
}

const struct change_kind change_service = {
	.name = "service",
	.needs = CHANGE_KEY,
	.look = enabled_look,
	.apply = service_apply,
	.verify = service_verify,
	.undo = service_undo,
	.describe = service_describe,
};
