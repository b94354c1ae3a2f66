/* SPDX-License-Identifier: MIT */
/* Made-up hosts with VMs, users and devices, for the map. */
#ifndef QPIN_TESTS_REPORT_SCENE_H
#define QPIN_TESTS_REPORT_SCENE_H

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "check.h"
#include "host/topology.h"
#include "plan/hosts.h"
#include "report/text.h"
#include "report/topology.h"

enum {
	SCENE_TENANTS = 80,
	SCENE_DEVICES = 64,
};

struct scene {
	struct facts facts;
	struct tenant tenant[SCENE_TENANTS];
	struct tenants tenants;
	struct pci_entry device[SCENE_DEVICES];
	size_t device_count;
	struct map map;
};

/* scene_new - the host that hwloc makes of @description; the caller frees it with scene_free() */
static inline struct scene *
scene_new(const char *description)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct error e;

	assert_non_null(s);
	s->tenants.list = s->tenant;
	if (description != NULL)
		assert_int_equal(topology_synthetic(description, &s->facts.topology, &e), 0);
	s->facts.cgroup.effective = s->facts.topology.online;
	return s;
}

/* scene_of - likewise, a host made by hand */
static inline struct scene *
scene_of(const struct host_form *form)
{
	struct scene *s = scene_new(NULL);

	s->facts.topology = host_make(form);
	s->facts.cgroup.effective = s->facts.topology.online;
	return s;
}

static inline void
scene_free(struct scene *s)
{
	map_done(&s->map);
	topology_done(&s->facts.topology);
	free(s);
}

static inline struct cpus
scene_cpus(const char *list)
{
	struct cpus cpus = {0};

	assert_int_equal(cpus_parse(list, &cpus), 0);
	return cpus;
}

/* scene_offline - what is known of a CPU that is offline */
static inline void
scene_offline(struct scene *s, const char *list)
{
	struct topology *t = &s->facts.topology;
	struct cpus gone = scene_cpus(list);

	cpus_subtract(&t->online, &gone);
	cpus_subtract(&s->facts.cgroup.effective, &gone);
	for (size_t i = 0; i < t->cpu_count; i++) {
		if (cpus_has(&gone, t->cpus[i].os_cpu))
			t->cpus[i] = (struct host_cpu){.os_cpu = t->cpus[i].os_cpu,
				.package = -1,
				.core = -1,
				.cache = -1,
				.node = -1};
	}
}

/* scene_tenant - a VM; or, without a name, a grant */
static inline void
scene_tenant(
	struct scene *s, const char *name, uid_t uid, const char *list, enum tenant_state state)
{
	struct tenant *tenant = &s->tenant[s->tenants.count++];

	assert_true(s->tenants.count <= SCENE_TENANTS);
	tenant->kind = name != NULL ? TENANT_VM : TENANT_USER;
	tenant->uid = uid;
	tenant->state = state;
	tenant->cpus = scene_cpus(list);
	(void)snprintf(tenant->name, sizeof(tenant->name), "%s", name != NULL ? name : "");
	(void)snprintf(tenant->user, sizeof(tenant->user), "%s", uid != 0 ? "alice" : "root");
}

static inline void
scene_device(struct scene *s, const char *address, const char *word, const char *local, bool vfio)
{
	struct pci_entry *device = &s->device[s->device_count++];

	assert_true(s->device_count <= SCENE_DEVICES);
	*device = (struct pci_entry){
		.word = word, .vfio = vfio, .node = -1, .local = scene_cpus(local)};
	(void)snprintf(device->address, sizeof(device->address), "%s", address);
	(void)snprintf(device->driver, sizeof(device->driver), "%s", vfio ? "vfio-pci" : "");
}

/* scene_map - made anew; borrowed */
static inline struct map *
scene_map(struct scene *s)
{
	const struct map_source from = {.facts = &s->facts,
		.tenants = &s->tenants,
		.devices = s->device,
		.device_count = s->device_count};
	struct error e;

	map_done(&s->map);
	assert_int_equal(map_make(&from, &s->map, &e), 0);
	return &s->map;
}

/* scene_small - 8 CPUs of 4 cores with two VMs, a CPU that is offline, and two devices */
static inline struct scene *
scene_small(void)
{
	struct scene *s =
		scene_new("pack:1 [numa] l3:1(size=16777216) core:4 pu:2(indexes=0,4,1,5,2,6,3,7)");

	scene_tenant(s, "lab", 0, "3", TENANT_ABANDONED);
	scene_tenant(s, "win11", 0, "2,6", TENANT_RUNNING);
	scene_device(s, "0000:01:00.0", "display", "0-7", true);
	scene_device(s, "0000:02:00.0", "NVMe", "0-7", false);
	scene_offline(s, "7");
	return s;
}

/* scene_server - 256 CPUs: 2 packages of 4 nodes of 2 caches of 8 cores; 4 devices near each node
 */
static inline struct scene *
scene_server(void)
{
	struct scene *s =
		scene_new("pack:2 numa:4 l3:2(size=33554432) core:8 pu:2(indexes=2*128:1*2)");

	for (unsigned node = 0; node < 8; node++) {
		char address[16], local[64];

		(void)snprintf(local, sizeof(local), "%u-%u,%u-%u", node * 16, node * 16 + 15,
			128 + node * 16, 128 + node * 16 + 15);
		for (unsigned i = 0; i < 4; i++) {
			static const char *const words[] = {"network", "NVMe", "NVMe", "USB"};

			(void)snprintf(address, sizeof(address), "0000:%x%u:00.0", node * 2, i);
			scene_device(s, address, words[i], local, false);
		}
	}
	return s;
}

#endif
