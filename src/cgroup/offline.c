/* SPDX-License-Identifier: MIT */
/* Tasks that leave a cgroup while a CPU is offline. */
#include "cgroup/offline.h"

#include "base/cpus.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "host/host.h"

/* Whether a CPU of this machine is offline. */
static bool
has_offline(const struct host *host)
{
	char present[FILE_TEXT_BYTES], online[FILE_TEXT_BYTES];
	struct error ignored;

	return file_read(&host->roots.sys, "devices/system/cpu/present", present, sizeof(present),
		       &ignored) >= 0 &&
	       file_read(&host->roots.sys, "devices/system/cpu/online", online, sizeof(online),
		       &ignored) >= 0 &&
	       !str_eq(present, online);
}

void
offline_forget(const struct host *host, const char *path)
{
	char text[CPUS_TEXT_BYTES];
	struct error ignored;
	struct cpus cpus;

	if (group_is_v1(path) || !has_offline(host) ||
		group_read_cpus(host, path, CPUSET_CPUS_EFFECTIVE, &cpus, &ignored) < 0 ||
		cpus_count(&cpus) < 2)
		return;
	cpus_each (os_cpu, &cpus) {
		cpus_remove(&cpus, (unsigned)os_cpu);
		break;
	}
	if (group_write(host, path, CPUSET_CPUS, cpus_format(&cpus, text), &ignored) < 0)
		log_debug("tasks that leave a cgroup may lack the CPUs that are offline: %s",
			ignored.why);
}
