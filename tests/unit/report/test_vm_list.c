/* SPDX-License-Identifier: MIT */
#include "report/vm_list.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "check.h"
#include "report/text.h"
#include "report/vms.h"

static char path_a[] = "/etc/a.yml", path_b[] = "/etc/broken.yml", path_c[] = "/etc/win11.yml";
static char why[] = "/etc/broken.yml:3:1: it\033 is no mapping";

static struct catalog_entry entries[] = {{.name = "a", .path = path_a},
	{.name = "broken", .path = path_b}, {.name = "win11", .path = path_c}};
static const struct vm_fault faults[] = {{NULL}, {why}, {NULL}};
static const struct catalog catalog = {.list = entries, .count = COUNT(entries)};

static char *
print(int (*report)(FILE *out, const struct vm_list *list, struct error *e),
	const struct status *status, const struct catalog *definitions)
{
	const struct vm_list list = {
		.definitions = definitions, .faults = faults, .status = status};
	struct text text;
	struct error e;

	text_open(&text);
	assert_int_equal(report(text.out, &list, &e), 0);
	return text_close(&text);
}

static void
definitions_and_vms_are_a_line_each(void **state)
{
	auto_free char *text = NULL, *others = NULL;
	struct status status;

	(void)state;
	vms_fill(&status);
	text = print(report_vm_list, &status, &catalog);
	assert_string_equal(text, "NAME   STATE   CPUS USER DEFINITION\n"
				  "a      -       -    -    /etc/a.yml\n"
				  "broken broken  -    -    /etc/broken.yml\n"
				  "win11  running 2    me   /etc/win11.yml\n"
				  "! /etc/broken.yml:3:1: it? is no mapping\n");
	status.vms[0].uid++; /* somebody else's, of the same name */
	others = print(report_vm_list, &status, &catalog);
	assert_non_null(strstr(others, "win11  -       -    -    /etc/win11.yml\n"
				       "win11  running 2    me   -\n"));
	status_done(&status);
}

static void
nothing_at_all_is_told(void **state)
{
	const struct status status = {0};
	const struct catalog none = {0};
	auto_free char *text = print(report_vm_list, &status, &none);

	(void)state;
	assert_string_equal(text, "there is no definition, and no VM runs\n");
}

static void
the_list_is_json(void **state)
{
	auto_free char *text = NULL;
	auto_json cJSON *root = NULL;
	struct status status;
	cJSON *vms, *line;

	(void)state;
	vms_fill(&status);
	text = print(report_vm_list_json, &status, &catalog);
	root = cJSON_Parse(text);
	vms = cJSON_GetObjectItem(root, "vms");
	assert_int_equal(cJSON_GetArraySize(vms), 3);
	line = cJSON_GetArrayItem(vms, 1);
	assert_string_equal(json_string(line, "name"), "broken");
	assert_string_equal(json_string(line, "definition_error"), why);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(line, "state")));
	line = cJSON_GetArrayItem(vms, 2);
	assert_string_equal(json_string(line, "state"), "running");
	assert_string_equal(json_string(line, "cpus"), "2");
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(line, "definition_error")));
	status_done(&status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definitions_and_vms_are_a_line_each),
		cmocka_unit_test(nothing_at_all_is_told),
		cmocka_unit_test(the_list_is_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
