/* SPDX-License-Identifier: MIT */
/* What there is of cgroup v1's cpuset controller, and what our predecessor's users set for it. */
#include "host/v1_facts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "host/facts.h"
#include "host/host.h"

static const char *
environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : otherwise;
}

/*
 * Whether the kernel has the controller. That one of 6.12 and later lists it, and can't mount it
 * all the same: the attempt tells. One that was mounted before may still have a hierarchy.
 *
 * Source: cgroups(7), /proc/cgroups: name, hierarchy, number of cgroups, enabled.
 */
static bool
is_mountable(const struct host *host)
{
	char text[FILE_TEXT_BYTES];
	char *rest = text, *line;
	struct error ignored;

	if (file_read(&host->roots.proc, "cgroups", text, sizeof(text), &ignored) < 0)
		return false;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (str_starts(line, "cpuset\t"))
			return str_ends(line, "\t1");
	}
	return false;
}

void
v1_facts_load(const struct host *host, struct v1_facts *ret)
{
	const char *mount = environment("QEMU_LAUNCHER_CPUSET_MOUNT_PATH", "/sys/fs/cgroup/cpuset");
	const char *prefix = environment("QEMU_LAUNCHER_CPUSET_PREFIX", "qemu");

	*ret = (struct v1_facts){0};
	ret->mounted = host->roots.cpuset_v1.fd >= 0;
	ret->writable =
		ret->mounted && faccessat(host->roots.cpuset_v1.fd, "tasks", W_OK, AT_EACCESS) == 0;
	ret->mountable = !ret->mounted && mount[0] == '/' && is_mountable(host);
	if (!ret->mounted)
		(void)snprintf(ret->mount, sizeof(ret->mount), "%s", mount);
	if (name_is_safe(prefix))
		(void)snprintf(ret->prefix, sizeof(ret->prefix), "%s", prefix);
}
