/* SPDX-License-Identifier: MIT */
#include "report/topology_json.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "check.h"
#include "report/scene.h"

static cJSON *
draw(struct scene *s)
{
	struct text text;
	struct error e;
	cJSON *json = NULL;
	char *got;

	text_open(&text);
	assert_int_equal(report_topology_json(text.out, scene_map(s), &e), 0);
	got = text_close(&text);
	assert_int_equal(json_parse(got, strlen(got), "test", &json, &e), 0);
	free(got);
	return json;
}

static const cJSON *
item(const cJSON *object, const char *key, int i)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(object, key), i);
}

static void
json_has_sets_in_the_kernels_format(void **state)
{
	static const struct {
		const char *key, *want;
	} row[] = {
		{"present_cpus", "0-7"},
		{"online_cpus", "0-6"},
		{"offline_cpus", "7"},
		{"pool_cpus", "0-1,5"},
		{"spare_cpus", "4"},
		{"other_cpus", ""},
		{"isolated_cpus", "2-3"},
		{"boot_isolated_cpus", "4,6"},
		{"nohz_full_cpus", "6"},
		{"memory_nodes", "0"},
	};
	struct scene *s = scene_small();
	auto_json cJSON *json = NULL;

	(void)state;
	s->facts.topology.boot_isolated = scene_cpus("4,6");
	s->facts.topology.nohz_full = scene_cpus("6");
	s->facts.cgroup.isolated = scene_cpus("2-3");
	json = draw(s);
	for (size_t i = 0; i < COUNT(row); i++)
		assert_string_equal(json_string(json, row[i].key), row[i].want);
	scene_free(s);
}

static void
json_describes_each_cpu(void **state)
{
	static const char *const keys[] = {"package", "numa_node", "cache", "cache_level",
		"cache_bytes", "core", "class", "granted_to"};
	struct scene *s = scene_small();
	auto_json cJSON *json = NULL;
	const cJSON *cpu;
	int64_t number;

	(void)state;
	scene_tenant(s, NULL, 1000, "6", TENANT_UNKNOWN);
	json = draw(s);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "cpus")), 8);
	for (int i = 0; i < 8; i++) {
		assert_true(json_int(item(json, "cpus", i), "cpu", 0, 7, &number));
		assert_int_equal(number, i);
	}
	cpu = item(json, "cpus", 6);
	assert_string_equal(json_string(cpu, "use"), "vm");
	assert_string_equal(json_string(cpu, "granted_to"), "alice");
	assert_string_equal(item(cpu, "vms", 0)->valuestring, "win11");
	assert_true(json_int(cpu, "core", 2, 2, &number));
	assert_true(json_int(cpu, "cache_level", 3, 3, &number));
	assert_true(json_int(cpu, "cache_bytes", 16 << 20, 16 << 20, &number));
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(cpu, "online")));
	cpu = item(json, "cpus", 7);
	assert_string_equal(json_string(cpu, "use"), "offline");
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(cpu, "online")));
	for (size_t i = 0; i < COUNT(keys); i++)
		assert_true(cJSON_IsNull(cJSON_GetObjectItem(cpu, keys[i])));
	scene_free(s);
}

static void
json_names_vms_grants_and_devices(void **state)
{
	struct scene *s = scene_small();
	auto_json cJSON *json = NULL;
	const cJSON *vm, *grant, *device;
	int64_t uid;

	(void)state;
	scene_tenant(s, "mine", 1000, "5", TENANT_UNKNOWN);
	scene_tenant(s, NULL, 1000, "4-5", TENANT_UNKNOWN);
	scene_device(s, "0000:03:00.0", "USB", "", false);
	json = draw(s);
	vm = item(json, "vms", 0);
	assert_string_equal(json_string(vm, "name"), "lab");
	assert_string_equal(json_string(vm, "cpus"), "3");
	assert_string_equal(json_string(vm, "state"), "abandoned");
	assert_string_equal(json_string(vm, "sign"), "A");
	vm = item(json, "vms", 2);
	assert_string_equal(json_string(vm, "user"), "alice");
	assert_true(json_int(vm, "uid", 1000, 1000, &uid));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(vm, "state")));
	grant = item(json, "grants", 0);
	assert_string_equal(json_string(grant, "cpus"), "4-5");
	assert_null(cJSON_GetObjectItem(grant, "name"));
	device = item(json, "devices", 0);
	assert_string_equal(json_string(device, "address"), "0000:01:00.0");
	assert_string_equal(json_string(device, "class"), "display");
	assert_string_equal(json_string(device, "driver"), "vfio-pci");
	assert_string_equal(json_string(device, "local_cpus"), "0-7");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(device, "vfio")));
	device = item(json, "devices", 2);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(device, "local_cpus")));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(device, "driver")));
	scene_free(s);
}

static void
json_tells_classes_of_cores(void **state)
{
	struct scene *s = scene_of(&host_hybrid);
	auto_json cJSON *json = draw(s);

	(void)state;
	assert_string_equal(json_string(item(json, "cpus", 0), "class"), "performance");
	assert_string_equal(json_string(item(json, "cpus", 16), "class"), "efficient");
	scene_free(s);
}

static void
json_tells_that_it_cannot_be_written(void **state)
{
	struct scene *s = scene_small();
	FILE *full = fopen("/dev/full", "w");
	struct error e;

	(void)state;
	assert_non_null(full);
	assert_int_equal(report_topology_json(full, scene_map(s), &e), -ENOSPC);
	(void)fclose(full);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_sets_in_the_kernels_format),
		cmocka_unit_test(json_describes_each_cpu),
		cmocka_unit_test(json_names_vms_grants_and_devices),
		cmocka_unit_test(json_tells_classes_of_cores),
		cmocka_unit_test(json_tells_that_it_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
