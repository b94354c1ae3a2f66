/* SPDX-License-Identifier: MIT */
#include "report/plan_json.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "check.h"
#include "report/example.h"
#include "report/text.h"

static const char full_json[] =
	"{\"name\":\"guest\",\"definition\":\"/etc/guest.yml\","
	"\"isolation\":{\"asked\":\"auto\",\"level\":\"cpuset\",\"boot\":false,\"reason\":\"host_"
	"tasks: leave "
	"keeps partitions off\",\"hint\":null,\"backend\":\"v2\",\"way\":\"v2, no "
	"partitions\",\"refused\":[{\"way\":\"v2, remote partitions\",\"why\":\"host_tasks: leave "
	"keeps partitions off\",\"hint\":null}]},"
	"\"guest\":{\"cpus\":2,\"max_cpus\":2,\"sockets\":1,\"cores\":1,\"threads\":2},"
	"\"vcpus\":[{\"socket\":0,\"core\":0,\"thread\":0,\"host_cpu\":0,\"host_core\":0,\"host_"
	"cache\":0,"
	"\"host_package\":0,\"numa_node\":0},"
	"{\"socket\":0,\"core\":0,\"thread\":1,\"host_cpu\":2,\"host_core\":1,\"host_cache\":0,"
	"\"host_package\":0,\"numa_node\":0}],\"chosen_pinning\":null,"
	"\"pinned_cpus\":\"0,2\",\"later_cpus\":null,\"pool_cpus\":\"1,3-7\",\"emulator_cpus\":\"5-"
	"7\","
	"\"housekeeping_cpus\":null,\"host_tasks\":\"leave\",\"pool_cgroup\":null,"
	"\"memory_nodes\":\"0\","
	"\"iothreads\":[{\"id\":\"disk0\",\"cpus\":\"4,6\"}],"
	"\"warnings\":[{\"text\":\"the threads of guest core 0.0 are split over several host "
	"cores\","
	"\"hint\":\"vcpu_pinning: {0: {0: {0: 0, 1: 1}}}\"},"
	"{\"text\":\"CPU 0 is pinned, where the host's interrupts and timers tend to be\","
	"\"hint\":\"leave CPU 0 to the host; the pool has 1,3-7\"}],"
	"\"changes\":[{\"kind\":\"control\",\"target\":\"/qpin.slice/"
	"a\",\"key\":\"cpuset.cpus\",\"value\":\"0-1\","
	"\"role\":null,\"shared\":false},"
	"{\"kind\":\"control\",\"target\":\"/qpin.slice/"
	"a\",\"key\":\"cpuset.cpus\",\"value\":\"0-1\","
	"\"role\":\"vCPU 0.0.1\",\"shared\":false}],"
	"\"qemu_argv\":[\"qemu-system-x86_64\",\"-name\",\"a \\\"b\\\"\"]}";

static const char least_json[] =
	"{\"name\":\"guest\",\"definition\":\"/etc/guest.yml\","
	"\"isolation\":{\"asked\":\"auto\",\"level\":\"isolated\",\"boot\":false,\"reason\":null,"
	"\"hint\":null,"
	"\"backend\":\"v2\",\"way\":\"v2, remote partitions\",\"refused\":[]},"
	"\"guest\":{\"cpus\":1,\"max_cpus\":1,\"sockets\":1,\"cores\":1,\"threads\":1},"
	"\"vcpus\":[{\"socket\":0,\"core\":0,\"thread\":0,\"host_cpu\":1,\"host_core\":1,\"host_"
	"cache\":null,"
	"\"host_package\":null,\"numa_node\":0}],\"chosen_pinning\":null,"
	"\"pinned_cpus\":\"1\",\"later_cpus\":null,\"pool_cpus\":\"0,2-3\",\"emulator_cpus\":null,"
	"\"housekeeping_cpus\":null,\"host_tasks\":\"migrate\","
	"\"pool_cgroup\":\"/qpin.slice/pool\",\"memory_nodes\":null,"
	"\"iothreads\":[],\"warnings\":[],\"changes\":[],\"qemu_argv\":null}";

/* The same JSON without white space, which the caller frees. */
static char *
minified(const char *text)
{
	cJSON *json;
	struct error e;
	char *small;

	assert_int_equal(json_parse(text, strlen(text), "the report", &json, &e), 0);
	small = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	return small;
}

static void
check_report(const struct plan *plan, const struct change_list *changes, const char *const *argv,
	const char *want)
{
	struct text text;
	struct error e;
	char *got, *small;

	text_open(&text);
	assert_int_equal(report_plan_json(text.out, plan, changes, argv, &e), 0);
	got = text_close(&text);
	assert_int_equal(got[strlen(got) - 1], '\n');
	small = minified(got);
	assert_string_equal(small, want);
	free(small);
	free(got);
}

static void
report_plan_json_has_all_that_will_be(void **state)
{
	static const char *const argv[] = {"qemu-system-x86_64", "-name", "a \"b\"", NULL};
	struct example x;

	(void)state;
	example_make(&x);
	check_report(&x.plan, &x.list, argv, full_json);
	example_done(&x);
}

static void
report_plan_json_has_null_for_what_there_is_not(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:4 pu:1", "1", "0.0.0=1");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	check_report(&plan, NULL, NULL, least_json);
	plan_done(&plan);
	scene_done(&s);
}

static void
report_plan_json_has_what_was_chosen_as_pins(void **state)
{
	struct scene s;
	struct plan plan;
	struct text text;
	struct error e;
	char *got;

	(void)state;
	scene_make(&s, "core:4 pu:1", "2", "");
	s.definition.wishes.set = true;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	text_open(&text);
	assert_int_equal(report_plan_json(text.out, &plan, NULL, NULL, &e), 0);
	got = text_close(&text);
	assert_non_null(
		strstr(got, "\"chosen_pinning\":\t\"vcpu_pinning: {0: {0: {0: 1}, 1: {0: 2}}}\""));
	free(got);
	plan_done(&plan);
	scene_done(&s);
}

static void
report_plan_json_tells_that_it_cannot_write(void **state)
{
	struct example x;
	struct error e;
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	example_make(&x);
	assert_int_equal(report_plan_json(full, &x.plan, &x.list, NULL, &e), -ENOSPC);
	assert_string_equal(e.what, "write the plan as JSON");
	(void)fclose(full);
	example_done(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_plan_json_has_all_that_will_be),
		cmocka_unit_test(report_plan_json_has_null_for_what_there_is_not),
		cmocka_unit_test(report_plan_json_has_what_was_chosen_as_pins),
		cmocka_unit_test(report_plan_json_tells_that_it_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
