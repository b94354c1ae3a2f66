/* SPDX-License-Identifier: MIT */
/* What is known of the host before anything is decided. */
#include "host/facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/boot.h"
#include "host/grants.h"
#include "host/host.h"
#include "host/irq.h"
#include "host/load.h"
#include "host/power.h"
#include "host/scope.h"
#include "host/topology.h"
#include "host/user_facts.h"
#include "host/v1_facts.h"
#include "host/watchdog.h"
#include "host/workqueue.h"

/* A control file below the v2 root as a CPU list; empty when there is no such file. */
static void
root_cpus_read(const struct host *host, const char *file, struct cpus *ret)
{
	char text[FILE_TEXT_BYTES];
	struct error ignored;

	cpus_clear(ret);
	if (file_read(&host->roots.cgroup, file, text, sizeof(text), &ignored) >= 0)
		(void)cpus_parse(text, ret);
}

/* Whether @path ("/" or "/a/b") can pass the cpuset controller on. */
static bool
has_cpuset(const struct host *host, const char *path)
{
	char name[512], text[FILE_TEXT_BYTES];
	struct error ignored;
	char *rest = text, *word;

	(void)snprintf(name, sizeof(name), "./%s/cgroup.controllers", path);
	if (file_read(&host->roots.cgroup, name, text, sizeof(text), &ignored) < 0)
		return false;
	while ((word = strsep(&rest, " ")) != NULL) {
		if (str_eq(word, "cpuset"))
			return true;
	}
	return false;
}

/*
 * systemd marks what it delegated with an extended attribute of the cgroup, which older ones let
 * root alone read; an ordinary user's unit has no cpuset controller but by delegation.
 * Source: systemd, docs/CGROUP_DELEGATION.md.
 */
static bool
is_delegated(const struct host *host, const char *path)
{
	char full[1024], value[8];
	ssize_t len;

	(void)snprintf(full, sizeof(full), "%s%s", host->roots.cgroup.path, path);
	len = getxattr(full, "trusted.delegate", value, sizeof(value));
	if (len < 0)
		len = getxattr(full, "user.delegate", value, sizeof(value));
	return len < 0 && geteuid() != 0 ? has_cpuset(host, path) : len == 1 && value[0] == '1';
}

/* A service of ours is qpin@NAME.service; no other delegated unit is taken for our own. */
static bool
is_own_service(const char *path)
{
	const char *unit = strrchr(path, '/');

	return unit != NULL && str_starts(unit, "/qpin@") && str_ends(unit, ".service");
}

/* The word of a valid partition; an invalid one has a reason behind it. */
static bool
is_partition(const struct host *host, const char *path)
{
	char name[512], text[FILE_TEXT_BYTES];
	struct error ignored;

	(void)snprintf(name, sizeof(name), "%s/cpuset.cpus.partition", path + 1);
	return file_read(&host->roots.cgroup, name, text, sizeof(text), &ignored) >= 0 &&
	       (str_eq(text, "root") || str_eq(text, "isolated"));
}

/* The partition that a unit of our own is, or is straight in. */
static void
own_partition_load(const struct host *host, struct cgroup_facts *ret)
{
	char name[512];

	if (is_partition(host, ret->own)) {
		(void)snprintf(ret->partition, sizeof(ret->partition), "%s", ret->own);
		(void)snprintf(name, sizeof(name), "%s/cpuset.cpus.effective", ret->own + 1);
		root_cpus_read(host, name, &ret->partition_cpus);
	} else if (strrchr(ret->own, '/') == ret->own) {
		(void)snprintf(ret->partition, sizeof(ret->partition), "/");
		ret->partition_cpus = ret->effective;
	}
}

/* A pool that is a partition has its CPUs from the root, and gives them to whoever pins them. */
static void
pool_unite(const struct host *host, struct cpus *effective)
{
	static const char *const pools[] = {QPIN_POOL, QPIN_POOL_TOP};
	char name[64];
	struct cpus pool;

	for (size_t i = 0; i < COUNT(pools); i++) {
		if (!is_partition(host, pools[i]))
			continue;
		(void)snprintf(name, sizeof(name), "%s/cpuset.cpus.effective", pools[i] + 1);
		root_cpus_read(host, name, &pool);
		cpus_unite(effective, &pool);
	}
}

/* The cgroup root always is one. A unit of our own is in it, but has only what was given to it. */
static void
partition_load(const struct host *host, struct cgroup_facts *ret)
{
	if (geteuid() != 0)
		return; /* user_facts_load() */
	if (!ret->own_is_delegated) {
		(void)snprintf(ret->partition, sizeof(ret->partition), "/");
		ret->partition_cpus = ret->effective;
	} else {
		own_partition_load(host, ret);
	}
}

static void
cgroup_load(const struct host *host, struct cgroup_facts *ret)
{
	struct error ignored;
	bool v1_cpuset = host->roots.cpuset_v1.fd >= 0;

	if (host->roots.cgroup.fd < 0) {
		ret->mode = v1_cpuset ? CGROUP_V1 : CGROUP_NONE;
		return;
	}
	ret->has_cpuset = has_cpuset(host, "/");
	ret->mode = ret->has_cpuset || !v1_cpuset ? CGROUP_V2 : CGROUP_HYBRID;
	(void)snprintf(ret->v2_mount, sizeof(ret->v2_mount), "%s", host->roots.cgroup.path);
	root_cpus_read(host, "cpuset.cpus.effective", &ret->effective);
	pool_unite(host, &ret->effective);
	root_cpus_read(host, "cpuset.cpus.isolated", &ret->isolated);
	/* Both came with remote partitions; the root has only this one of them. */
	ret->has_exclusive = file_exists(&host->roots.cgroup, "cpuset.cpus.isolated");
	if (host_own_cgroup(host, host->guest != 0 ? host->guest : getpid(), ret->own,
		    sizeof(ret->own), &ignored) == 0)
		ret->own_is_delegated = (host->guest != 0 || is_own_service(ret->own)) &&
					is_delegated(host, ret->own);
	ret->writable =
		faccessat(host->roots.cgroup.fd, "cgroup.subtree_control", W_OK, AT_EACCESS) == 0;
	partition_load(host, ret);
}

/* Kernels without NUMA lack it, and containers forbid it together with its siblings. */
static bool
memory_policy_is_there(void)
{
	int policy;

	return syscall(SYS_get_mempolicy, &policy, NULL, 0, NULL, 0) == 0;
}

/* systemd's units that hold all others; what has no room isn't among them. */
static void
top_units_load(const struct host *host, struct cgroup_facts *ret)
{
	int fd = openat(host->roots.cgroup.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (entries == NULL && fd >= 0)
		(void)close(fd);
	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;
		size_t len = strlen(ret->top_units);

		if ((str_ends(name, ".slice") || str_eq(name, "init.scope")) &&
			!str_eq(name, QPIN_SLICE) &&
			len + strlen(name) + 2 <= sizeof(ret->top_units))
			(void)snprintf(ret->top_units + len, sizeof(ret->top_units) - len, "%s%s",
				len > 0 ? " " : "", name);
	}
	if (entries != NULL)
		(void)closedir(entries);
}

/* Granted CPUs are taken even while their user is away: he shall find them when he comes back. */
static int
grants_load(struct facts *ret, struct error *e)
{
	auto_free struct grant *grants = NULL;
	struct claim *claims;
	int count = grants_read(&grants, e);

	if (count <= 0)
		return count;
	claims = reallocarray(ret->claims, ret->claim_count + (size_t)count, sizeof(*claims));
	if (claims == NULL)
		return error_sys(e, ENOMEM, NULL, "read the grants");
	ret->claims = claims;
	for (int i = 0; i < count; i++) {
		struct claim *claim = &claims[ret->claim_count++];

		*claim = (struct claim){.cpus = grants[i].cpus, .granted = true};
		memcpy(claim->name, grants[i].user, sizeof(claim->name));
	}
	return 0;
}

static int
claims_load(struct host *host, struct facts *ret, struct error *e)
{
	int r = claims_read(&host->state, &ret->claims, e);

	if (r < 0)
		return r;
	ret->claim_count = (size_t)r;
	return grants_load(ret, e);
}

/* @known: its topology; NULL: to be read */
static int
look(struct host *host, const struct topology *known, struct facts *ret, struct error *e)
{
	struct utsname name;
	int r;

	*ret = (struct facts){0};
	if (uname(&name) == 0)
		(void)snprintf(ret->kernel, sizeof(ret->kernel), "%s", name.release);
	ret->systemd = manager_is_systemd();
	ret->root = geteuid() == 0;
	ret->guest = host->guest;
	ret->memory_policy = memory_policy_is_there();
	ret->interrupts = irq_is_there(&host->roots.proc);
	ret->watchdog = file_exists(&host->roots.proc, WATCHDOG_CPUS);
	ret->pressure =
		host->roots.cgroup.fd >= 0 && file_exists(&host->roots.cgroup, "cgroup.pressure");
	ret->workqueue_by_hand = workqueue_is_by_hand(&host->roots.sys);
	cgroup_load(host, &ret->cgroup);
	v1_facts_load(host, &ret->v1);
	if (ret->systemd && host->roots.cgroup.fd >= 0)
		top_units_load(host, &ret->cgroup);
	if (ret->systemd && !ret->root && host->roots.cgroup.fd >= 0)
		user_facts_load(host, &ret->cgroup);
	r = known == NULL ? topology_load(&host->roots, &ret->topology, e)
			  : topology_again(&host->roots, known, &ret->topology, e);
	if (r < 0)
		return r;
	boot_load(host, &ret->topology, &ret->boot);
	return power_load(&host->roots.sys, &ret->topology.online, &ret->power, e);
}

int
facts_look(struct host *host, struct facts *ret, struct error *e)
{
	return look(host, NULL, ret, e);
}

int
facts_load(struct host *host, struct facts *ret, struct error *e)
{
	int r = facts_look(host, ret, e);

	return r < 0 ? r : claims_load(host, ret, e);
}

int
facts_again(struct host *host, const struct facts *known, struct facts *ret, struct error *e)
{
	int r = look(host, &known->topology, ret, e);

	return r < 0 ? r : claims_load(host, ret, e);
}

void
facts_done(struct facts *f)
{
	if (f == NULL)
		return;
	topology_done(&f->topology);
	power_done(&f->power);
	free(f->claims);
	*f = (struct facts){0};
}
