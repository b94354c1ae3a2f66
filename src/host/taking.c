/* SPDX-License-Identifier: MIT */
/* What the changes need that take CPUs out of masks of the host's. */
#include "host/taking.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "change/claims.h"
#include "host/host.h"
#include "host/online.h"

int
taking_list(const struct change *c, const char *list, struct cpus *ret, struct error *e)
{
	int r = cpus_parse(list, ret);

	return r < 0 ? error_sys(e, -r, c->target, "read the CPU list \"%s\"", list) : 0;
}

int
taking_read(const struct host *host, const struct change *c, struct exclusion_wish *ret,
	struct error *e)
{
	int r = taking_list(c, c->value, &ret->taken, e);

	if (r == 0)
		r = taking_list(c, c->key, &ret->pool, e);
	if (r < 0)
		return r;
	return online_read(&host->roots.sys, &ret->online, e);
}

void
taking_others(const struct host *host, struct cpus *ret)
{
	auto_free struct claim *claims = NULL;
	struct error ignored;
	int count = claims_list(&host->state, &claims, &ignored);

	cpus_clear(ret);
	for (int i = 0; i < count; i++)
		cpus_unite(ret, &claims[i].cpus);
}
