/* SPDX-License-Identifier: MIT */
#include "report/grants.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "check.h"
#include "host/grants.h"
#include "report/text.h"

static void
grants_make(struct grant *grants)
{
	grants[0] =
		(struct grant){.uid = 1000, .user = "alice", .in_force = true, .state = "in force"};
	grants[1] =
		(struct grant){.uid = 1001, .user = "bob", .state = "waits until the user logs in"};
	cpus_add(&grants[0].cpus, 2);
	cpus_add(&grants[0].cpus, 3);
	cpus_add(&grants[1].cpus, 7);
}

static void
grants_are_a_table(void **state)
{
	struct grant grants[2];
	struct text text;
	struct error e;
	char *got;

	(void)state;
	grants_make(grants);
	text_open(&text);
	assert_int_equal(report_grants(text.out, grants, 2, &e), 0);
	got = text_close(&text);
	assert_string_equal(got, "USER   UID CPUS STATE\n"
				 "alice 1000 2-3  in force\n"
				 "bob   1001 7    waits until the user logs in\n");
	free(got);
}

static void
grants_are_json(void **state)
{
	struct grant grants[2];
	struct text text;
	struct error e;
	cJSON *json;
	char *got;

	(void)state;
	grants_make(grants);
	for (size_t count = 0; count <= 2; count += 2) {
		text_open(&text);
		assert_int_equal(report_grants_json(text.out, grants, count, &e), 0);
		got = text_close(&text);
		json = cJSON_Parse(got);
		assert_int_equal(cJSON_GetArraySize(json), count);
		if (count == 2) {
			cJSON *bob = cJSON_GetArrayItem(json, 1);

			assert_string_equal(json_string(bob, "user"), "bob");
			assert_string_equal(json_string(bob, "cpus"), "7");
			assert_true(cJSON_IsFalse(cJSON_GetObjectItem(bob, "in_force")));
		}
		cJSON_Delete(json);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grants_are_a_table),
		cmocka_unit_test(grants_are_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
