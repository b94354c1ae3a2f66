/* SPDX-License-Identifier: MIT */
/* Whether a QEMU that somebody else started may be moved into cgroups of ours. */
#include "plan/takeover.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "host/scope.h"

/* What a cgroup's path tells of who manages it. */
struct mark {
	const char *part; /* of the path */
	const char *who;
	const char *hint; /* how its owner pins */
};

static const struct mark marks[] = {
	{"/machine.slice/", "libvirt", "pin by <cputune> or virsh vcpupin, emulatorpin"},
	{"/libvirt/", "libvirt", "pin by <cputune> or virsh vcpupin, emulatorpin"},
	{"/machine/", "libvirt", "pin by <cputune> or virsh vcpupin, emulatorpin"},
	{"/qemu.slice/", "Proxmox", "pin by qm set ID --affinity CPUS"},
};

static void
refuse_all(struct ways *ways, const char *hint, const char *who, const char *path)
{
	for (enum way way = 0; way < WAY_AFFINITY; way++) {
		ways_refuse(ways, way, "QEMU's cgroup %.120s is of %s", path, who);
		if (hint[0] != '\0')
			ways_hint(ways, way, "%s", hint);
	}
}

static const struct mark *
mark_find(const char *path)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (strstr(path, marks[i].part) != NULL)
			return &marks[i];
	}
	return NULL;
}

/* Below an ordinary user's own service manager; his slice is made in it. */
static bool
is_users_own(const struct facts *facts)
{
	const char *slice = facts->cgroup.user.slice;
	size_t len = strlen(slice);

	return len > strlen("/" QPIN_SLICE) &&
	       strncmp(facts->cgroup.own, slice, len - strlen(QPIN_SLICE)) == 0;
}

static bool
is_session(const char *path)
{
	const char *unit = strrchr(path, '/');

	return unit != NULL && str_starts(unit, "/session-") && str_ends(unit, ".scope");
}

/* One of systemd's units that isn't delegated. */
static void
refuse_unit(const struct facts *facts, struct ways *ways)
{
	const char *path = facts->cgroup.own;
	const char *unit = strrchr(path, '/');
	char hint[192];

	if (!facts->root && !is_users_own(facts)) {
		refuse_all(ways, "start QEMU by systemd-run --user, or be root", "root", path);
		return;
	}
	if (facts->root && strstr(path, "/user@") != NULL) {
		refuse_all(ways, "attach to it as that user", "a user's own service manager", path);
		return;
	}
	(void)snprintf(hint, sizeof(hint), "systemctl edit %.100s: Delegate=yes, and start it anew",
		unit != NULL ? unit + 1 : path);
	refuse_all(ways, hint, "systemd, which did not delegate it", path);
}

void
takeover_find(const struct facts *facts, struct ways *ways)
{
	const char *path = facts->cgroup.own;
	const struct mark *mark = mark_find(path);

	if (facts->guest == 0)
		return;
	if (mark != NULL)
		refuse_all(ways, mark->hint, mark->who, path);
	else if (facts->systemd && !facts->cgroup.own_is_delegated && path[0] == '/' &&
		 !str_eq(path, "/") && !(facts->root && is_session(path)) &&
		 (facts->root || !is_users_own(facts)))
		refuse_unit(facts, ways);
}
