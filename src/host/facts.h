/* SPDX-License-Identifier: MIT */
/* What is known of the host before anything is decided. Read once; plan/ only looks at it. */
#ifndef QPIN_HOST_FACTS_H
#define QPIN_HOST_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpus.h"
#include "change/claims.h"

/* Of a host that has both kinds of cores; UNKNOWN where all are alike. */
enum cpu_class {
	CPU_CLASS_UNKNOWN,
	CPU_CLASS_PERFORMANCE,
	CPU_CLASS_EFFICIENT,
};

/* One logical CPU. Of an offline CPU only os_cpu is known. Ids are -1 where the host has none. */
struct host_cpu {
	unsigned os_cpu; /* Linux number */
	int package;     /* socket, numbered from 0 over the host */
	int core;        /* physical core, numbered from 0 over the whole host */
	int cache;       /* last-level cache, numbered from 0 over the whole host */
	int node;        /* NUMA node, Linux number */
	enum cpu_class class;
	uint64_t cache_bytes; /* of the last-level cache; 0 when not known */
	unsigned cache_level; /* of that cache: 3, or 2 where there is no L3; 0 when not known */
};

struct topology {
	struct host_cpu *cpus; /* owned; present CPUs, ascending by os_cpu */
	size_t cpu_count;
	struct cpus present;
	struct cpus online;
	struct cpus nodes;         /* NUMA nodes with memory */
	struct cpus boot_isolated; /* isolcpus=domain */
	struct cpus nohz_full;
};

/* topology_find - the CPU with this Linux number, or NULL; borrowed */
const struct host_cpu *topology_find(const struct topology *t, unsigned os_cpu);

/* What else was said at boot of CPUs, and what became of those isolated then: host/boot.h. */
struct boot_facts {
	struct cpus rcu_nocbs; /* RCU callbacks run elsewhere */
	bool managed_irq;      /* isolcpus= keeps managed interrupts off, too */
	struct cpus open;      /* of those isolated at boot: where a program's task may run */
	char open_task[64];    /* one such task, "task 84 (sleep)"; "" when there is none */
};

enum cgroup_mode {
	CGROUP_NONE,
	CGROUP_V2,     /* cpuset is a v2 controller */
	CGROUP_HYBRID, /* cgroup2 is mounted, cpuset belongs to v1 */
	CGROUP_V1,
};

/* What an ordinary user has of the cgroup tree: by his own service manager, or a unit of its. */
struct user_facts {
	bool has_manager;     /* his own service manager answers */
	char no_manager[128]; /* why it doesn't; "" else */
	bool delegated;    /* systemd passes the cpuset controller on to it, or to our own unit */
	char slice[160];   /* his qpin.slice below v2_mount, made or not; "" without a manager */
	struct cpus reach; /* the CPUs that cgroups made there can have; empty: none are */
};

struct cgroup_facts {
	enum cgroup_mode mode;
	char v2_mount[256];    /* where cgroup2 is mounted; "" without it */
	bool has_cpuset;       /* the v2 root has the cpuset controller */
	bool has_exclusive;    /* remote partitions: cpuset.cpus.exclusive (kernel 6.7+) */
	struct cpus effective; /* the v2 root's cpuset.cpus.effective */
	struct cpus isolated;  /* the v2 root's cpuset.cpus.isolated; empty where there is none */
	char own[256];         /* our cgroup below v2_mount, or the guest's: "/" or "/a/b" */
	bool own_is_delegated; /* own is a qpin@NAME.service that systemd delegated to us, or the
				  unit of the guest, whose program QEMU is */
	bool writable;         /* we may make cgroups below the v2 root */
	char partition[256];   /* the valid partition in which VMs' cgroups are made: "/", our own
				  unit, a granted slice; "" when there is none */
	struct cpus partition_cpus; /* its cpuset.cpus.effective: what it has left */
	char top_units[1024];       /* systemd's slices, and init.scope, below the v2 root, without
				       ours: with a blank between them; "" without systemd */
	struct user_facts user;
};

/* cgroup v1's cpuset. */
struct v1_facts {
	bool mounted;
	bool writable;   /* and we may make cpusets there */
	bool mountable;  /* it isn't mounted, and the kernel has it; the attempt may fail still */
	char mount[256]; /* where to mount it; "" when it is mounted */
	char prefix[65]; /* the cpuset in which all others are made; "" for no safe name */
};

/* The PCI device that a definition wishes to be near; read when there is such a wish. */
struct pci_device {
	bool found;
	struct cpus local; /* the CPUs that are near it; empty when the host doesn't tell */
};

/* CPUs whose frequency is set together (cpufreq). */
struct power_policy {
	struct cpus cpus;    /* those online */
	char governors[256]; /* that it can have, with blanks between them */
};

/* What can be set of each CPU's power. */
struct power_facts {
	struct power_policy *policies; /* owned; none without cpufreq */
	size_t policy_count;
	struct cpus latency; /* those whose idle states can be limited (PM QoS) */
};

struct facts {
	char kernel[65];        /* release, for messages alone */
	bool systemd;           /* systemd is the service manager */
	bool root;              /* effective user 0 */
	pid_t guest;            /* a QEMU that ran before us, which we take over; 0: none */
	bool workqueue_by_hand; /* workqueue_is_by_hand() */
	bool interrupts;        /* irq_is_there() */
	bool watchdog;          /* WATCHDOG_CPUS is there */
	bool pressure;          /* cgroups can do without its accounting, by cgroup.pressure */
	bool memory_policy;     /* a process may set its memory policy: set_mempolicy(2) */
	struct topology topology;
	struct boot_facts boot;
	struct cgroup_facts cgroup;
	struct v1_facts v1;
	struct pci_device near;
	struct power_facts power;
	struct claim *claims; /* owned */
	size_t claim_count;
};

void topology_done(struct topology *t);
void power_done(struct power_facts *power);
void facts_done(struct facts *f);

#endif
