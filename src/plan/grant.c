/* SPDX-License-Identifier: MIT */
/* A grant: host CPUs of an ordinary user's own. */
#include "plan/grant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cgroup/files.h"
#include "cgroup/kinds.h"
#include "host/scope.h"
#include "host/unit_change.h"
#include "host/user_slice.h"

enum {
	PATH_BYTES = 512,
};

/* What on this host rules grants out; NULL when nothing does. */
static const char *
no_grants_reason(const struct facts *f)
{
	if (!f->systemd)
		return "users have no service managers of their own here: there is no systemd";
	if (f->cgroup.mode != CGROUP_V2 || !f->cgroup.has_cpuset)
		return "cpuset is no controller of cgroup v2 here";
	if (!f->cgroup.has_exclusive)
		return "this kernel has no remote partitions (cpuset.cpus.exclusive, Linux 6.7): "
		       "user.slice and each cgroup down to the user's would have to be a "
		       "partition with a CPU for its own tasks, and any unit's AllowedCPUs= "
		       "would end them";
	return NULL;
}

static int
host_check(const struct facts *f, const char *user, struct error *e)
{
	const char *reason = no_grants_reason(f);

	if (reason == NULL)
		return 0;
	error_refuse(e, ERROR_ISOLATION, NULL, "grant CPUs to user '%s'", user);
	error_why(e, "%s", reason);
	return error_hint(
		e, "run the user's VMs as root, with `user: %s` in their definitions", user);
}

static int
refuse_absent(const struct topology *t, unsigned os_cpu, struct error *e)
{
	char online[CPUS_TEXT_BYTES];
	bool offline = cpus_has(&t->present, os_cpu);

	error_refuse(e, ERROR_USAGE, NULL, "grant CPU %u", os_cpu);
	error_why(e, "%s; online are %s", offline ? "it is offline" : "the host has no such CPU",
		cpus_format(&t->online, online));
	if (!offline)
		return error_hint(e, "`lscpu --extended` lists them");
	return error_hint(
		e, "write 1 to /sys/devices/system/cpu/cpu%u/online, or name another", os_cpu);
}

static int
refuse_claimed(const struct claim *claim, unsigned os_cpu, struct error *e)
{
	error_refuse(e, ERROR_CLAIMED, NULL, "grant CPU %u", os_cpu);
	if (claim == NULL) {
		error_why(e, "it is in a cgroup partition that is not qpin's");
		return error_hint(e, "see `grep -r . --include=cpuset.cpus.partition "
				     "/sys/fs/cgroup`");
	}
	if (claim->granted) {
		error_why(e, "it belongs to the grant of user '%s'", claim->name);
		return error_hint(e, "`qpin revoke %s` takes it back", claim->name);
	}
	error_why(e, "it belongs to the %s '%s'%s", claim->alive ? "running VM" : "VM", claim->name,
		claim->alive ? "" : ", whose qpin died");
	return error_hint(e, claim->alive ? "end it, or name another CPU" : "`qpin release --all`");
}

static int
cpu_check(const struct facts *f, unsigned os_cpu, struct error *e)
{
	if (!cpus_has(&f->topology.online, os_cpu))
		return refuse_absent(&f->topology, os_cpu, e);
	if (cpus_has(&f->topology.boot_isolated, os_cpu)) {
		error_refuse(e, ERROR_ISOLATION, NULL, "grant CPU %u", os_cpu);
		error_why(e, "it was isolated at boot; kernels refuse a partition of type root "
			     "there");
		return error_hint(e, "name another, or boot without isolcpus=%u", os_cpu);
	}
	for (size_t i = 0; i < f->claim_count; i++) {
		if (cpus_has(&f->claims[i].cpus, os_cpu))
			return refuse_claimed(&f->claims[i], os_cpu, e);
	}
	if (!cpus_has(&f->cgroup.effective, os_cpu))
		return refuse_claimed(NULL, os_cpu, e);
	return 0;
}

/* Tasks of the host run neither in partitions nor where the boot isolated. */
static int
rest_check(const struct facts *f, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus rest = f->cgroup.effective;

	cpus_keep(&rest, &f->topology.online);
	cpus_subtract(&rest, &f->topology.boot_isolated);
	for (size_t i = 0; i < f->claim_count; i++)
		cpus_subtract(&rest, &f->claims[i].cpus);
	cpus_subtract(&rest, cpus);
	if (!cpus_empty(&rest))
		return 0;
	error_refuse(e, ERROR_USAGE, NULL, "grant the CPUs %s", cpus_format(cpus, text));
	error_why(e, "that leaves none to the host");
	return error_hint(e, "keep one core at least");
}

int
grant_check(const struct facts *f, const struct cpus *cpus, const char *user, struct error *e)
{
	int r = host_check(f, user, e);

	cpus_each (os_cpu, cpus) {
		if (r == 0)
			r = cpu_check(f, (unsigned)os_cpu, e);
	}
	return r < 0 ? r : rest_check(f, cpus, e);
}

char *
grant_unit(uid_t uid, char *text)
{
	(void)snprintf(text, GRANT_UNIT_BYTES, "qpin-grant@%u.service", (unsigned)uid);
	return text;
}

char *
grant_manager_unit(uid_t uid, char *text)
{
	(void)snprintf(text, GRANT_UNIT_BYTES, "user@%u.service", (unsigned)uid);
	return text;
}

int
grant_configure(uid_t uid, struct change_list *list)
{
	char manager[GRANT_UNIT_BYTES];

	return change_add(list, &change_dropin, grant_manager_unit(uid, manager),
		       "50-qpin-grant.conf",
		       "# Made by qpin grant; qpin revoke removes it.\n"
		       "[Service]\nDelegate=cpuset\n") != NULL
		       ? 0
		       : -ENOMEM;
}

int
grant_keep(uid_t uid, struct change_list *list)
{
	char unit[GRANT_UNIT_BYTES], manager[GRANT_UNIT_BYTES];

	grant_unit(uid, unit);
	grant_manager_unit(uid, manager);
	return change_add(list, &change_enabled, unit, NULL, NULL) != NULL &&
			       change_add(list, &change_service, unit, manager, NULL) != NULL
		       ? 0
		       : -ENOMEM;
}

/* In every cgroup from the top down to @path; all above the slice are root's. */
static bool
exclusive_add(struct change_list *list, char *path, const char *cpus)
{
	bool added = true;

	for (char *slash = strchr(path + 1, '/'); added && slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		added = change_add(list, &change_exclusive, path, NULL, cpus) != NULL;
		*slash = '/';
	}
	return added && change_add(list, &change_exclusive, path, NULL, cpus) != NULL;
}

static char *
slice_of(const char *manager, char *path)
{
	(void)snprintf(path, PATH_BYTES, "%s/" QPIN_SLICE, manager);
	return path;
}

int
grant_prepare(uid_t uid, const char *manager, const struct cpus *cpus, struct change_list *list)
{
	char path[PATH_BYTES], key[16], text[CPUS_TEXT_BYTES];

	(void)snprintf(key, sizeof(key), "%u", (unsigned)uid);
	return change_add(list, &change_user_slice, slice_of(manager, path), key,
		       cpus_format(cpus, text)) != NULL
		       ? 0
		       : -ENOMEM;
}

int
grant_enforce(const char *manager, const struct cpus *cpus, struct change_list *list)
{
	char path[PATH_BYTES], text[CPUS_TEXT_BYTES];

	return exclusive_add(list, slice_of(manager, path), cpus_format(cpus, text)) &&
			       change_add(list, &change_partition, path, NULL, PARTITION_ROOT) !=
				       NULL
		       ? 0
		       : -ENOMEM;
}
