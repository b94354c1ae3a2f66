/* SPDX-License-Identifier: MIT */
/* What somebody's cgroup lets a thread run on, and who says so: no affinity goes beyond that. */
#include "cgroup/bound.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "host/host.h"

/* The CPUs of @path, or of the nearest cgroup above that has any: @path becomes that. */
static bool
effective_find(const struct host *host, char *path, struct cpus *ret)
{
	struct error ignored;

	do {
		if (group_read_cpus(host, path, group_effective(path), ret, &ignored) == 0)
			return true;
	} while (group_up(path));
	return false;
}

/* The nearest cgroup of @path and above whose own list leaves out some of @wanted. */
static bool
limit_find(const struct host *host, char *path, const struct cpus *wanted, struct cpus *ret)
{
	struct error ignored;

	do {
		if (group_read_cpus(host, path, CPUSET_CPUS, ret, &ignored) == 0 &&
			!cpus_empty(ret) && !cpus_within(wanted, ret))
			return true;
	} while (group_up(path));
	return false;
}

static bool
is_unit(const char *name)
{
	return str_ends(name, ".slice") || str_ends(name, ".scope") || str_ends(name, ".service");
}

/* libvirt's own cgroups in a domain's: vcpuN, iothreadN, emulator. */
static bool
libvirt_hint(const char *path, const char *name, struct error *e)
{
	static const struct {
		const char *prefix, *command;
	} row[] = {
		{"vcpu", "vcpupin"},
		{"iothread", "iothreadpin"},
		{"emulator", "emulatorpin"},
	};

	if (strstr(path, "/libvirt/") == NULL)
		return false;
	for (size_t i = 0; i < COUNT(row); i++) {
		const char *number = name + strlen(row[i].prefix);

		if (!str_starts(name, row[i].prefix))
			continue;
		(void)error_hint(e, "libvirt keeps it there: virsh %s DOMAIN %s%sCPUS",
			row[i].command, number, *number != '\0' ? " " : "");
		return true;
	}
	return false;
}

static int
limit_hint(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;

	if (libvirt_hint(path, name, e))
		return error_code(e);
	if (is_unit(name))
		return error_hint(e, "systemd keeps it there: see AllowedCPUs= of %s", name);
	return error_hint(e, "whoever made that cgroup can give it more CPUs");
}

static int
refuse(const struct host *host, const char *path, const char *file, const char *what,
	struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];

	root_path(group_root(host, path), group_name(path, file, name), where, sizeof(where));
	return error_refuse(e, ERROR_HOST, where, "%s", what);
}

int
bound_check(const struct host *host, pid_t tid, const struct cpus *wanted, const char *what,
	struct error *e)
{
	const char *like = host->roots.cpuset_v1.fd >= 0 ? HOST_CPUSET_V1 : "/";
	char path[GROUP_PATH_BYTES], limit[GROUP_PATH_BYTES], text[CPUS_TEXT_BYTES];
	struct cpus has, own, lacks = *wanted;

	if (group_of_task(host, like, tid, path, sizeof(path), e) < 0)
		return 0;
	(void)snprintf(limit, sizeof(limit), "%s", path);
	if (!effective_find(host, path, &has) || cpus_within(wanted, &has))
		return 0;
	if (limit_find(host, limit, wanted, &own)) {
		refuse(host, limit, CPUSET_CPUS, what, e);
		error_why(e, "its cgroup has CPU %s", cpus_format(&own, text));
		return limit_hint(limit, e);
	}
	cpus_subtract(&lacks, &has);
	refuse(host, path, group_effective(path), what, e);
	error_why(e, "some other cgroup has CPU %s for itself", cpus_format(&lacks, text));
	return error_hint(e, "see which: grep -r . --include=" CPUSET_CPUS_PARTITION " %s",
		host->roots.cgroup.path);
}
