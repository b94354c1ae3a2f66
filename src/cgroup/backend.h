/* SPDX-License-Identifier: MIT */
/* How a plan takes effect: a backend turns it into changes. Pure: no backend touches the host. */
#ifndef QPIN_CGROUP_BACKEND_H
#define QPIN_CGROUP_BACKEND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "change/change.h"
#include "change/claims.h"

enum {
	LAYOUT_PATH_BYTES = 256,
	LAYOUT_NAME_BYTES = 65,
};

/* How the partitions of cgroup v2 hang together. */
enum chain {
	CHAIN_NONE,   /* there are none */
	CHAIN_REMOTE, /* `cores` is one wherever it is: cpuset.cpus.exclusive in all above it */
	CHAIN_LOCAL,  /* everything from below `base` down to the leaves is one */
};

/* What a backend has to know of a plan. */
struct layout {
	char slice[LAYOUT_PATH_BYTES]; /* "/qpin.slice", or "/" for none; "" when we run in a unit
					  of our own */
	char scope[LAYOUT_PATH_BYTES]; /* what the VM's cgroups are made in */
	char unit[LAYOUT_PATH_BYTES];  /* the scope's unit to start; "" without a manager */
	unsigned stop_timeout_s;       /* that the manager gives us to stop */
	char base[LAYOUT_PATH_BYTES];  /* a valid partition that is there, for CHAIN_LOCAL: the
					  scope, or what it is in */
	char pool_group[LAYOUT_PATH_BYTES]; /* cgroup that host tasks are moved into; "": none */
	enum chain chain;
	const char *partition; /* type of the leaves: PARTITION_ISOLATED or _ROOT; NULL: none */
	struct cpus trial; /* of those pinned: isolated at boot, so that it has to be tried whether
			      a partition may have them; empty: none */
	struct cpus pinned;
	struct cpus emulator; /* of all other threads, iothreads too; empty: wherever the pool is */
	const char *units; /* borrowed: systemd's that it is asked to keep off, with blanks between;
			      NULL: none */
	struct cpus all;   /* every CPU of the host */
	struct cpus own;   /* that a local chain keeps for QEMU's other threads and qpin */
	struct cpus pool;
	struct cpus memory_nodes; /* for all of QEMU's memory; empty: any */
	pid_t guest; /* of a scope that is QEMU's own, and it in it: its process; 0: it is born
			later, or comes from elsewhere */
	struct cpus housekeeping; /* that the pool, then a partition, has not; empty: none */

	/* Of cgroup v1 alone. */
	char v1_mount[LAYOUT_PATH_BYTES]; /* where to mount it; "" when it is mounted */
	char name[LAYOUT_NAME_BYTES];     /* the VM's */
	bool exclusive;                   /* by cpu_exclusive, with the host's tasks in the pool */
	struct cpus nodes;                /* every node with memory */
	const struct claim *claims;       /* borrowed from the facts: the VMs, also this one */
	size_t claim_count;
};

/* A thread and where it goes. */
struct placement {
	const char *role; /* "vCPU 0.1.0" */
	pid_t tid;        /* 0 in a plan */
	unsigned os_cpu;
};

struct backend {
	const char *name; /* as in a definition: "v2", "affinity" */

	/* Append the changes before QEMU is started. -ENOMEM or 0. */
	int (*prepare)(const struct layout *layout, struct change_list *list);
	/*
	 * Append the changes that take a CPU which is none of layout->pinned, and make its leaf.
	 * -ENOMEM or 0.
	 */
	int (*plug)(const struct layout *layout, unsigned os_cpu, struct change_list *list);
	/* Append the change that puts a vCPU's thread onto its CPU. -ENOMEM or 0. */
	int (*place)(
		const struct layout *layout, const struct placement *p, struct change_list *list);
	/* The cgroup in which QEMU is born, relative to the mount; false: in ours. */
	bool (*birthplace)(const struct layout *layout, char *path, size_t size);
	/* The cgroup of a pinned CPU; false where there are none. */
	bool (*leaf)(const struct layout *layout, unsigned os_cpu, char *path, size_t size);
};

extern const struct backend backend_v2; /* cgroup v2 leaves, partitions if the layout has a type */
extern const struct backend backend_v1; /* cpusets of cgroup v1 */
extern const struct backend backend_affinity; /* sched_setaffinity() alone */

#endif
