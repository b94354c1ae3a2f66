/* SPDX-License-Identifier: MIT */
/* An ordinary user's part of the cgroup tree, which his own service manager has from systemd. */
#ifndef QPIN_HOST_USER_FACTS_H
#define QPIN_HOST_USER_FACTS_H

struct cgroup_facts;
struct host;

/*
 * user_facts_load - fill in user, partition and partition_cpus of @ret, whose own is there
 *
 * Asks the user's manager over the bus where its units are, and reads there; starts and makes
 * nothing.
 */
void user_facts_load(struct host *host, struct cgroup_facts *ret);

/* user_facts_read - the same, when it is known already that the manager's units are in @manager */
void user_facts_read(const struct host *host, const char *manager, struct cgroup_facts *ret);

#endif
