/* SPDX-License-Identifier: MIT */
/* The map of the host for programs. */
#include "report/topology_json.h"

#include "base/cleanup.h"
#include "report/writer.h"

static void
sets_write(struct writer *w, const struct map *map, cJSON *root)
{
	const struct topology *t = &map->from.facts->topology;

	writer_cpus(w, root, "present_cpus", &t->present);
	writer_cpus(w, root, "online_cpus", &t->online);
	writer_cpus(w, root, "offline_cpus", &map->of_use[MAP_OFFLINE]);
	writer_cpus(w, root, "pool_cpus", &map->of_use[MAP_POOL]);
	writer_cpus(w, root, "spare_cpus", &map->of_use[MAP_SPARE]);
	writer_cpus(w, root, "other_cpus", &map->of_use[MAP_OTHER]);
	writer_cpus(w, root, "isolated_cpus", &map->from.facts->cgroup.isolated);
	writer_cpus(w, root, "boot_isolated_cpus", &t->boot_isolated);
	writer_cpus(w, root, "nohz_full_cpus", &t->nohz_full);
	writer_cpus(w, root, "memory_nodes", &t->nodes);
}

static const char *class_word(enum cpu_class class)
{
	switch (class) {
	case CPU_CLASS_PERFORMANCE:
		return "performance";
	case CPU_CLASS_EFFICIENT:
		return "efficient";
	case CPU_CLASS_UNKNOWN:
		break;
	}
	return NULL;
}

static void
cache_write(struct writer *w, const struct host_cpu *cpu, cJSON *object)
{
	writer_id(w, object, "cache", cpu->cache);
	writer_id(w, object, "cache_level", cpu->cache_level > 0 ? (int)cpu->cache_level : -1);
	writer_known(w, object, "cache_bytes", cpu->cache_bytes > 0, (double)cpu->cache_bytes);
}

/* The names of all VMs that have the CPU. */
static void
holders_write(struct writer *w, const struct map *map, const struct host_cpu *cpu, cJSON *object)
{
	const struct tenants *tenants = map->from.tenants;
	cJSON *array = writer_array(w, object, "vms");
	const char *user = NULL;

	for (size_t i = 0; i < tenants->count; i++) {
		const struct tenant *tenant = &tenants->list[i];

		if (!cpus_has(&tenant->cpus, cpu->os_cpu))
			continue;
		if (tenant->kind == TENANT_USER)
			user = tenant->user;
		else
			writer_append_text(w, array, tenant->name);
	}
	writer_text(w, object, "granted_to", user);
}

/* A map is in the order of places. */
static enum map_use
use_of(const struct map *map, const struct host_cpu *cpu)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->cpus[i].cpu == cpu)
			return map->cpus[i].use;
	}
	return MAP_OFFLINE;
}

static void
cpus_write(struct writer *w, const struct map *map, cJSON *root)
{
	const struct topology *t = &map->from.facts->topology;
	cJSON *array = writer_array(w, root, "cpus");

	for (size_t i = 0; i < t->cpu_count; i++) {
		const struct host_cpu *cpu = &t->cpus[i];
		enum map_use use = use_of(map, cpu);
		cJSON *object = writer_append(w, array);

		writer_number(w, object, "cpu", cpu->os_cpu);
		writer_text(w, object, "use", map_use_word(use));
		holders_write(w, map, cpu, object);
		writer_id(w, object, "package", cpu->package);
		writer_id(w, object, "numa_node", cpu->node);
		cache_write(w, cpu, object);
		writer_id(w, object, "core", cpu->core);
		writer_text(w, object, "class", class_word(cpu->class));
		writer_bool(w, object, "online", use != MAP_OFFLINE);
		writer_bool(w, object, "boot_isolated", cpus_has(&t->boot_isolated, cpu->os_cpu));
		writer_bool(w, object, "nohz_full", cpus_has(&t->nohz_full, cpu->os_cpu));
	}
}

static void
tenants_write(struct writer *w, const struct map *map, cJSON *root)
{
	const struct tenants *tenants = map->from.tenants;
	cJSON *vms = writer_array(w, root, "vms"), *grants = writer_array(w, root, "grants");

	for (size_t i = 0; i < tenants->count; i++) {
		const struct tenant *tenant = &tenants->list[i];
		const char sign[2] = {map_sign(i), '\0'};
		bool is_vm = tenant->kind == TENANT_VM;
		cJSON *object = writer_append(w, is_vm ? vms : grants);

		if (is_vm)
			writer_text(w, object, "name", tenant->name);
		writer_text(w, object, "user", tenant->user);
		writer_number(w, object, "uid", tenant->uid);
		writer_cpus(w, object, "cpus", &tenant->cpus);
		if (is_vm)
			writer_text(w, object, "state", map_state_word(tenant->state));
		writer_text(w, object, "sign", sign);
	}
}

static void
devices_write(struct writer *w, const struct map *map, cJSON *root)
{
	cJSON *array = writer_array(w, root, "devices");

	for (size_t i = 0; i < map->from.device_count; i++) {
		const struct pci_entry *device = &map->from.devices[i];
		cJSON *object = writer_append(w, array);

		writer_text(w, object, "address", device->address);
		writer_text(w, object, "class", device->word);
		writer_filled(w, object, "driver", device->driver);
		writer_bool(w, object, "vfio", device->vfio);
		writer_id(w, object, "numa_node", device->node);
		writer_given_cpus(w, object, "local_cpus", &device->local);
	}
}

int
report_topology_json(FILE *out, const struct map *map, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();

	sets_write(&w, map, root);
	cpus_write(&w, map, root);
	tenants_write(&w, map, root);
	devices_write(&w, map, root);
	return writer_print(&w, root, out, false, "write the map as JSON", e);
}
