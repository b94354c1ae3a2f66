/* SPDX-License-Identifier: MIT */
/*
 * A grant: host CPUs of an ordinary user's own. His qpin.slice is a partition root with them, in
 * which his VMs divide them without any privilege. Pure.
 */
#ifndef QPIN_PLAN_GRANT_H
#define QPIN_PLAN_GRANT_H

#include <sys/types.h>

#include "change/change.h"
#include "host/facts.h"

struct error;

enum {
	GRANT_UNIT_BYTES = 64,
};

/*
 * grant_check - may this host give @cpus away, to @user?
 *
 * Refuses CPUs that aren't there, or all of them (ERROR_USAGE), that somebody has (ERROR_CLAIMED),
 * and a host on which grants can't be made (ERROR_ISOLATION). Returns 0 or -EINVAL.
 */
int grant_check(
	const struct facts *facts, const struct cpus *cpus, const char *user, struct error *e);

/* grant_unit, grant_manager_unit - "qpin-grant@1000.service", "user@1000.service"; return @text,
 * of GRANT_UNIT_BYTES */
char *grant_unit(uid_t uid, char *text);
char *grant_manager_unit(uid_t uid, char *text);

/*
 * grant_configure, grant_keep - append the changes that outlive boots: before and after
 * those of grant_prepare() and grant_enforce()
 *
 * The cpuset controller is delegated to the user's manager; the grant is enforced whenever that
 * starts. Return 0 or -ENOMEM.
 */
int grant_configure(uid_t uid, struct change_list *list);
int grant_keep(uid_t uid, struct change_list *list);

/*
 * grant_prepare, grant_enforce - append the changes that are made while the user's manager runs
 * @manager: the cgroup of that manager, "/user.slice/user-1000.slice/user@1000.service"
 *
 * The first have that manager make its qpin.slice, and take as long as the user likes, up to two
 * minutes: hold no lock that others wait for. The others give the CPUs to that slice. Return 0 or
 * -ENOMEM.
 */
int grant_prepare(
	uid_t uid, const char *manager, const struct cpus *cpus, struct change_list *list);
int grant_enforce(const char *manager, const struct cpus *cpus, struct change_list *list);

#endif
