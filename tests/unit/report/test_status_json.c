/* SPDX-License-Identifier: MIT */
#include "report/status_json.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "check.h"
#include "report/text.h"
#include "report/vms.h"

static cJSON *
print(const struct status *status, bool line)
{
	auto_free char *text = NULL;
	struct text out;
	struct error e;

	text_open(&out);
	assert_int_equal(report_status_json(out.out, status, line, &e), 0);
	text = text_close(&out);
	if (line)
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	return cJSON_Parse(text);
}

static double
number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	assert_true(cJSON_IsNumber(item));
	return item->valuedouble;
}

static bool
is_null(const cJSON *object, const char *key)
{
	return cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(object, key));
}

static void
status_json_has_each_thread(void **state)
{
	auto_json cJSON *root = NULL;
	struct status status;
	cJSON *vm, *threads, *t;

	(void)state;
	vms_fill(&status);
	assert_int_equal(status_note_add(&status.vms[0], "what", ""), 0);
	root = print(&status, false);
	vm = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "vms"), 0);
	assert_string_equal(json_string(vm, "name"), "win11");
	assert_string_equal(json_string(vm, "state"), "running");
	assert_string_equal(json_string(vm, "level"), "isolated");
	assert_true(is_null(vm, "level_reason"));
	assert_string_equal(json_string(vm, "cpus"), "2");
	threads = cJSON_GetObjectItem(vm, "threads");
	assert_int_equal(cJSON_GetArraySize(threads), VMS_THREADS);
	t = cJSON_GetArrayItem(threads, 0);
	assert_string_equal(json_string(t, "role"), "vcpu");
	assert_true(number(t, "guest_core") == 1);
	assert_true(number(t, "tid") == 4712);
	assert_true(number(t, "priority") == 5);
	assert_true(number(t, "cpu_time_ns") == 1000);
	assert_true(number(t, "cpu_irqs") == 6000);
	assert_true(number(t, "cpu_foreign_tasks") == 7000);
	assert_true(number(t, "cpu_foreign_since_monotonic_ns") == 77);
	assert_string_equal(json_string(t, "partition"), "isolated");
	t = cJSON_GetArrayItem(threads, 3);
	assert_string_equal(json_string(t, "role"), "worker");
	assert_true(is_null(t, "cpu_irqs") && is_null(t, "core") && is_null(t, "priority"));
	assert_true(is_null(t, "cpu_foreign_tasks"));
	assert_true(is_null(t, "cpu_foreign_since_monotonic_ns"));
	assert_null(cJSON_GetObjectItem(t, "guest_core"));
	t = cJSON_GetArrayItem(cJSON_GetObjectItem(vm, "not_as_planned"), 0);
	assert_string_equal(json_string(t, "what"), "what");
	assert_true(is_null(t, "hint"));
	status_done(&status);
}

static void
status_json_of_nothing_is_an_empty_list(void **state)
{
	const struct status status = {0};
	auto_json cJSON *root = print(&status, true);

	(void)state;
	assert_true(cJSON_IsArray(cJSON_GetObjectItem(root, "vms")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "vms")), 0);
}

static void
status_json_has_the_times_of_a_deadline(void **state)
{
	auto_json cJSON *root = NULL;
	struct status status;
	cJSON *t;

	(void)state;
	vms_fill(&status);
	status.vms[0].threads[0].scheduling = (struct scheduling){.set = true,
		.policy = SCHED_DEADLINE,
		.runtime_ns = 5,
		.deadline_ns = 6,
		.period_ns = 7};
	root = print(&status, true);
	t = cJSON_GetArrayItem(
		cJSON_GetObjectItem(
			cJSON_GetArrayItem(cJSON_GetObjectItem(root, "vms"), 0), "threads"),
		0);
	assert_string_equal(json_string(t, "policy"), "deadline");
	assert_true(number(t, "runtime_ns") == 5 && number(t, "period_ns") == 7);
	status_done(&status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_json_has_each_thread),
		cmocka_unit_test(status_json_of_nothing_is_an_empty_list),
		cmocka_unit_test(status_json_has_the_times_of_a_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
