/* SPDX-License-Identifier: MIT */
/* What `qpin topology` shows, before it is drawn: who has which CPU, and which CPUs share what. */
#ifndef QPIN_REPORT_TOPOLOGY_H
#define QPIN_REPORT_TOPOLOGY_H

#include "host/facts.h"
#include "host/pci.h"
#include "host/tenants.h"

struct error;

/* All that a map is made of; borrowed. */
struct map_source {
	const struct facts *facts; /* its claims aren't looked at */
	const struct tenants *tenants;
	const struct pci_entry *devices;
	size_t device_count;
};

/* Who has a CPU. */
enum map_use {
	MAP_POOL,    /* everybody */
	MAP_VM,      /* one VM */
	MAP_SEVERAL, /* more than one VM */
	MAP_USER,    /* a user has it by a grant, none of the VMs does */
	MAP_SPARE,   /* nobody, and the load balancer keeps off: isolated at boot */
	MAP_OTHER,   /* a partition that is none of the VMs', or what is outside of our container */
	MAP_OFFLINE,
	MAP_USE_COUNT,
};

enum {
	MAP_TENANT_NONE = -1,
	MAP_SIGNS_MAX = 26 + 26 + 10, /* tenants with a sign of their own */
};

struct map_cpu {
	const struct host_cpu *cpu; /* borrowed from the facts */
	enum map_use use;
	int tenant; /* index of the VM or user; MAP_TENANT_NONE */
	char sign;  /* of the use: '.', 'A', … */
	char boot;  /* of what was said at boot: '!', '~', '%'; ' ' for nothing */
};

struct map {
	struct map_source from;
	struct map_cpu *cpus; /* owned; what shares something side by side, offline ones last */
	size_t count;
	size_t online_count;
	struct cpus of_use[MAP_USE_COUNT];
};

/* What CPUs may share; each level within the one before. */
enum map_level {
	MAP_PACKAGE,
	MAP_NODE,
	MAP_CACHE,
	MAP_CORE,
};

/*
 * map_make - look who has what
 *
 * Returns 0 or -ENOMEM; the caller calls map_done() in any case.
 */
int map_make(const struct map_source *from, struct map *ret, struct error *e);
void map_done(struct map *map);

/* map_end - behind the last of the online CPUs that share @level with the one at @begin */
size_t map_end(const struct map *map, size_t begin, enum map_level level);

/* map_cpus - the CPUs @begin..@end-1 as a set */
void map_cpus(const struct map *map, size_t begin, size_t end, struct cpus *ret);

/* map_sign - of a tenant: A-Z, a-z, 0-9, then '*' */
char map_sign(size_t tenant);

/* map_use_sign - '.', '+', '_', '#', '-'; ' ' for those that have a sign by tenant */
char map_use_sign(enum map_use use);

/* map_use_word - as in JSON: "pool", "vm", "several-vms", "user", "spare", "other", "offline" */
const char *map_use_word(enum map_use use);

/* map_state_word - as in JSON: "running", "abandoned", "unreadable"; NULL when not known */
const char *map_state_word(enum tenant_state state);

static inline void
map_cleanup(struct map *map)
{
	map_done(map);
}

#define auto_map __attribute__((cleanup(map_cleanup)))

#endif
