/* SPDX-License-Identifier: MIT */
/* What an ordinary user can't do. */
#include "plan/way_user.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "host/facts.h"
#include "host/scope.h"

#define DROPIN "user@.service.d"

static void __attribute__((format(printf, 3, 4)))
refuse_v2(struct ways *ways, const char *hint, const char *why, ...)
{
	static const enum way v2[] = {WAY_REMOTE, WAY_LOCAL, WAY_LEAVES};
	char text[sizeof(ways->refusal[0].why)];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	for (size_t i = 0; i < COUNT(v2); i++) {
		ways_refuse(ways, v2[i], "%s", text);
		ways_hint(ways, v2[i], "%s", hint);
	}
}

/* What a user's cgroups lack of partitions, when he may make cgroups. */
static void
find_partitions(const struct cgroup_facts *cgroup, struct ways *ways)
{
	static const enum way with[] = {WAY_REMOTE, WAY_LOCAL};

	if (cgroup->partition[0] != '\0') {
		ways_refuse(ways, WAY_REMOTE, "only root can make remote partitions");
		/* From outside of the slice, where we were started, its CPUs can't be had. */
		if (!cgroup->own_is_delegated && str_eq(cgroup->partition, cgroup->user.slice))
			ways_refuse(ways, WAY_AFFINITY,
				"the CPUs granted to you can be had in your " QPIN_SLICE " alone");
		return;
	}
	for (size_t i = 0; i < COUNT(with); i++) {
		ways_refuse(ways, with[i], "only root can make partitions");
		ways_hint(ways, with[i], "%s",
			cgroup->has_exclusive ? "sudo qpin grant $USER CPUS" : "run qpin as root");
	}
}

void
ways_find_user(const struct facts *facts, struct ways *ways)
{
	const struct cgroup_facts *cgroup = &facts->cgroup;
	const struct user_facts *user = &cgroup->user;

	if (!facts->systemd)
		refuse_v2(ways, "run qpin as root",
			"qpin does not run as root, and there is no systemd to delegate cgroups");
	else if (!user->has_manager && !cgroup->own_is_delegated)
		refuse_v2(ways,
			"log in with a session of your own, in which `systemctl --user` works",
			"qpin does not run as root, and no systemd of yours answers (%s)",
			user->no_manager);
	else if (!user->delegated)
		refuse_v2(ways,
			"as root: install -Dm644 -t /etc/systemd/system/" DROPIN " " DATADIR
			"/" DROPIN "/qpin.conf; systemctl daemon-reload; then: systemctl "
			"--user daemon-reexec",
			"systemd does not delegate the cpuset controller to you");
	else
		find_partitions(cgroup, ways);
}
