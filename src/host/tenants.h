/* SPDX-License-Identifier: MIT */
/*
 * Who has CPUs, for who only looks: all that may be known of others, too. The journals tell of
 * our own VMs (root's: also of grants), the cgroup tree, which anybody may read, of everybody's
 * VMs in cgroups of their own and of the grants that are in force.
 */
#ifndef QPIN_HOST_TENANTS_H
#define QPIN_HOST_TENANTS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"

struct error;
struct host;

enum tenant_kind {
	TENANT_VM,
	TENANT_USER, /* who has a grant */
};

enum tenant_state {
	TENANT_UNKNOWN, /* of a grant, or of a VM of which only root could tell */
	TENANT_RUNNING,
	TENANT_ABANDONED,  /* its qpin died */
	TENANT_UNREADABLE, /* its journal can't be read: it may have more CPUs */
};

struct tenant {
	enum tenant_kind kind;
	enum tenant_state state;
	uid_t uid;        /* whose VM it is; of a grant: to whom */
	char user[65];    /* his name, maybe cut; his number when the host knows none */
	char name[65];    /* the VM's; of a grant "" */
	struct cpus cpus; /* pinned, or reserved for plugged vCPUs; of a grant: granted */
};

struct tenants {
	struct tenant *list; /* owned; VMs first, root's before users', by name; then grants */
	size_t count;
};

/*
 * tenants_load - look at journals and the cgroup tree; changes nothing
 *
 * Returns 0; or -errno with what went wrong first, and @ret has what could be read all the same.
 * The caller calls tenants_done() in any case.
 */
int tenants_load(const struct host *host, struct tenants *ret, struct error *e);
void tenants_done(struct tenants *t);

/* tenants_own, tenants_tree - the two halves of it; each adds to @ret, what it has already once */
int tenants_own(const struct host *host, struct tenants *ret, struct error *e);
int tenants_tree(const struct host *host, struct tenants *ret, struct error *e);

#endif
