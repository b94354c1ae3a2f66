/* SPDX-License-Identifier: MIT */
/* The map of the host for programs. */
#include "report/topology_json.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

/* cJSON's functions take NULL for an object and give NULL: out of memory is seen here. */
struct writer {
	bool failed;
};

static void
add_item(struct writer *w, cJSON *object, const char *key, cJSON *item)
{
	if (item != NULL && cJSON_AddItemToObject(object, key, item))
		return;
	cJSON_Delete(item);
	w->failed = true;
}

static void
add_bool(struct writer *w, cJSON *object, const char *key, bool value)
{
	add_item(w, object, key, cJSON_CreateBool(value));
}

static void
add_number(struct writer *w, cJSON *object, const char *key, double value)
{
	add_item(w, object, key, cJSON_CreateNumber(value));
}

/* @id is -1 where the host has none */
static void
add_id(struct writer *w, cJSON *object, const char *key, int id)
{
	add_item(w, object, key, id >= 0 ? cJSON_CreateNumber(id) : cJSON_CreateNull());
}

/* @text is NULL for what isn't known */
static void
add_text(struct writer *w, cJSON *object, const char *key, const char *text)
{
	add_item(w, object, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void
add_cpus(struct writer *w, cJSON *object, const char *key, const struct cpus *cpus)
{
	char text[CPUS_TEXT_BYTES];

	add_text(w, object, key, cpus_format(cpus, text));
}

/* A new array @key of @object, borrowed from it; NULL without memory. */
static cJSON *
add_array(struct writer *w, cJSON *object, const char *key)
{
	cJSON *member = cJSON_AddArrayToObject(object, key);

	w->failed |= member == NULL;
	return member;
}

/* A new object at the end of @array, borrowed from it; NULL without memory. */
static cJSON *
append_object(struct writer *w, cJSON *array)
{
	cJSON *item = cJSON_CreateObject();

	if (item != NULL && cJSON_AddItemToArray(array, item))
		return item;
	cJSON_Delete(item);
	w->failed = true;
	return NULL;
}

static void
sets_write(struct writer *w, const struct map *map, cJSON *root)
{
	const struct topology *t = &map->from.facts->topology;

	add_cpus(w, root, "present_cpus", &t->present);
	add_cpus(w, root, "online_cpus", &t->online);
	add_cpus(w, root, "offline_cpus", &map->of_use[MAP_OFFLINE]);
	add_cpus(w, root, "pool_cpus", &map->of_use[MAP_POOL]);
	add_cpus(w, root, "spare_cpus", &map->of_use[MAP_SPARE]);
	add_cpus(w, root, "other_cpus", &map->of_use[MAP_OTHER]);
	add_cpus(w, root, "isolated_cpus", &map->from.facts->cgroup.isolated);
	add_cpus(w, root, "boot_isolated_cpus", &t->boot_isolated);
	add_cpus(w, root, "nohz_full_cpus", &t->nohz_full);
	add_cpus(w, root, "memory_nodes", &t->nodes);
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
	add_id(w, object, "cache", cpu->cache);
	add_id(w, object, "cache_level", cpu->cache_level > 0 ? (int)cpu->cache_level : -1);
	if (cpu->cache_bytes > 0)
		add_number(w, object, "cache_bytes", (double)cpu->cache_bytes);
	else
		add_text(w, object, "cache_bytes", NULL);
}

/* The names of all VMs that have the CPU. */
static void
holders_write(struct writer *w, const struct map *map, const struct host_cpu *cpu, cJSON *object)
{
	const struct tenants *tenants = map->from.tenants;
	cJSON *array = add_array(w, object, "vms");
	const char *user = NULL;

	for (size_t i = 0; i < tenants->count; i++) {
		const struct tenant *tenant = &tenants->list[i];
		cJSON *name;

		if (!cpus_has(&tenant->cpus, cpu->os_cpu))
			continue;
		if (tenant->kind == TENANT_USER) {
			user = tenant->user;
			continue;
		}
		name = cJSON_CreateString(tenant->name);
		if (name != NULL && cJSON_AddItemToArray(array, name))
			continue;
		cJSON_Delete(name);
		w->failed = true;
	}
	add_text(w, object, "granted_to", user);
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
	cJSON *array = add_array(w, root, "cpus");

	for (size_t i = 0; i < t->cpu_count; i++) {
		const struct host_cpu *cpu = &t->cpus[i];
		enum map_use use = use_of(map, cpu);
		cJSON *object = append_object(w, array);

		add_number(w, object, "cpu", cpu->os_cpu);
		add_text(w, object, "use", map_use_word(use));
		holders_write(w, map, cpu, object);
		add_id(w, object, "package", cpu->package);
		add_id(w, object, "numa_node", cpu->node);
		cache_write(w, cpu, object);
		add_id(w, object, "core", cpu->core);
		add_text(w, object, "class", class_word(cpu->class));
		add_bool(w, object, "online", use != MAP_OFFLINE);
		add_bool(w, object, "boot_isolated", cpus_has(&t->boot_isolated, cpu->os_cpu));
		add_bool(w, object, "nohz_full", cpus_has(&t->nohz_full, cpu->os_cpu));
	}
}

static void
tenants_write(struct writer *w, const struct map *map, cJSON *root)
{
	const struct tenants *tenants = map->from.tenants;
	cJSON *vms = add_array(w, root, "vms"), *grants = add_array(w, root, "grants");

	for (size_t i = 0; i < tenants->count; i++) {
		const struct tenant *tenant = &tenants->list[i];
		const char sign[2] = {map_sign(i), '\0'};
		bool is_vm = tenant->kind == TENANT_VM;
		cJSON *object = append_object(w, is_vm ? vms : grants);

		if (is_vm)
			add_text(w, object, "name", tenant->name);
		add_text(w, object, "user", tenant->user);
		add_number(w, object, "uid", tenant->uid);
		add_cpus(w, object, "cpus", &tenant->cpus);
		if (is_vm)
			add_text(w, object, "state", map_state_word(tenant->state));
		add_text(w, object, "sign", sign);
	}
}

static void
devices_write(struct writer *w, const struct map *map, cJSON *root)
{
	cJSON *array = add_array(w, root, "devices");

	for (size_t i = 0; i < map->from.device_count; i++) {
		const struct pci_entry *device = &map->from.devices[i];
		cJSON *object = append_object(w, array);

		add_text(w, object, "address", device->address);
		add_text(w, object, "class", device->word);
		add_text(w, object, "driver", device->driver[0] != '\0' ? device->driver : NULL);
		add_bool(w, object, "vfio", device->vfio);
		add_id(w, object, "numa_node", device->node);
		if (cpus_empty(&device->local))
			add_text(w, object, "local_cpus", NULL);
		else
			add_cpus(w, object, "local_cpus", &device->local);
	}
}

int
report_topology_json(FILE *out, const struct map *map, struct error *e)
{
	struct writer w = {0};
	auto_json cJSON *root = cJSON_CreateObject();
	auto_free char *text = NULL;

	sets_write(&w, map, root);
	cpus_write(&w, map, root);
	tenants_write(&w, map, root);
	devices_write(&w, map, root);
	if (!w.failed)
		text = cJSON_Print(root);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "write the map as JSON");
	if (fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		return error_sys(e, errno, NULL, "write the map as JSON");
	return 0;
}
