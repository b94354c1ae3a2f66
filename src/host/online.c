/* SPDX-License-Identifier: MIT */
/* Which CPUs are online now. */
#include "host/online.h"

#include <errno.h>

#include "base/error.h"
#include "base/files.h"

static const char file[] = "devices/system/cpu/online";

int
online_read(const struct root *sys, struct cpus *ret, struct error *e)
{
	char text[CPUS_TEXT_BYTES], path[sizeof(sys->path) + sizeof(file)];
	struct cpus cpus;
	int r = file_read(sys, file, text, sizeof(text), e);

	if (r < 0)
		return r;
	r = cpus_parse(text, &cpus);
	if (r < 0)
		return error_sys(e, -r, root_path(sys, file, path, sizeof(path)),
			"read the CPU list \"%.64s\"", text);
	*ret = cpus;
	return 0;
}

int
online_check(const struct root *sys, const struct cpus *cpus, const char *what, struct error *e)
{
	struct cpus online, lacking = *cpus;
	char list[CPUS_TEXT_BYTES];
	int r = online_read(sys, &online, e);

	if (r < 0)
		return r;
	cpus_subtract(&lacking, &online);
	if (cpus_empty(&lacking))
		return 0;
	error_refuse(e, ERROR_USAGE, NULL, "%s", what);
	error_why(e, "%.200s %s not online", cpus_format(&lacking, list),
		cpus_count(&lacking) == 1 ? "is" : "are");
	return error_hint(e, "online are %.200s", cpus_format(&online, list));
}
