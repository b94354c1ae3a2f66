/* SPDX-License-Identifier: MIT */
/* The host as qpin holds it: its opened trees, the state directory, the service manager's bus. */
#ifndef QPIN_HOST_HOST_H
#define QPIN_HOST_HOST_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/files.h"
#include "host/manager.h"

/* Before the path of a cgroup in the cpuset hierarchy of cgroup v1: "cpuset:/qemu/pool". */
#define HOST_CPUSET_V1 "cpuset:"

struct host {
	struct roots roots;
	struct root state; /* /run/qpin, or $XDG_RUNTIME_DIR/qpin; fd -1 while it doesn't exist */
	char state_path[256];   /* "" for an ordinary user without $XDG_RUNTIME_DIR */
	struct manager manager; /* systemd; connected when first needed */
	int lock_fd;            /* of the global lock; -1 before it was held */
	bool locked;            /* whether it is held */
	bool confined;          /* few system calls are left to us: confine() */
	int cancel_fd;          /* borrowed: readable when a wait shall end; -1: none */
	pid_t guest;            /* a QEMU that ran before us, which we take over; 0: none */
};

/* Every struct host begins as this. */
#define HOST_CLOSED                                                                                \
	{                                                                                          \
		.roots = {.sys = {.fd = -1},                                                       \
			.proc = {.fd = -1},                                                        \
			.cgroup = {.fd = -1},                                                      \
			.cpuset_v1 = {.fd = -1}},                                                  \
		.state = {.fd = -1}, .lock_fd = -1, .cancel_fd = -1                                \
	}

/*
 * host_open - open what is there; makes nothing
 *
 * roots.cgroup is the cgroup v2 mount, roots.cpuset_v1 that of v1's cpuset (mount_find()).
 * Returns 0 or -errno; the caller calls host_close() in any case.
 */
int host_open(struct host *host, struct error *e);
void host_close(struct host *host);

/*
 * host_find_cpuset_v1 - look again where cgroup v1's cpuset is mounted: another qpin may have
 * mounted it, or taken its mount away, since host_open()
 */
int host_find_cpuset_v1(struct host *host, struct error *e);

/*
 * host_lock - have the claims and all that VMs share to ourselves; makes the state directory
 *
 * Waits for another qpin to finish its start or end: at most 60 s, then -ETIMEDOUT; -ECANCELED when
 * cancel_fd ends the wait.
 */
int host_lock(struct host *host, struct error *e);

/*
 * host_lock_again - the same, for who has a VM in the state directory since the last host_lock():
 * host_tidy() removes nothing then, and the lock is the one that it was
 */
int host_lock_again(struct host *host, struct error *e);
void host_unlock(struct host *host);

/*
 * host_tidy - remove the state directory, when there is no VM in it, and with it the global lock,
 * which is held before and no longer afterwards
 *
 * Who waits for the lock notices, and makes both anew.
 */
void host_tidy(struct host *host);

/*
 * host_own_cgroup - the v2 cgroup of process @pid, "/" or "/a/b"; from /proc/PID/cgroup
 *
 * Returns 0, -ENOENT when it has none (no cgroup v2), or -errno.
 */
int host_own_cgroup(const struct host *host, pid_t pid, char *path, size_t size, struct error *e);

/*
 * host_own_cpuset - the cpuset of cgroup v1 that task @id is in, as "cpuset:/a/b"
 *
 * Returns 0, -ENOENT when it has none (cpuset is not on v1), or -errno.
 */
int host_own_cpuset(const struct host *host, pid_t id, char *path, size_t size, struct error *e);

#endif
