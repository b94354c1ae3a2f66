/* SPDX-License-Identifier: MIT */
#include "qemu/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
message_is_exactly_one_of_event_return_and_error(void **state)
{
	static const struct {
		const char *text;
		bool want;
		enum qmp_kind kind;
		uint64_t id;
	} row[] = {
		{"{\"event\":\"STOP\",\"data\":{}}", true, QMP_EVENT, 0},
		{"{\"event\":\"STOP\",\"id\":4}", true, QMP_EVENT, 0},
		{"{\"return\":{},\"id\":3}", true, QMP_RETURN, 3},
		{"{\"return\":null}", true, QMP_RETURN, 0},
		{"{\"return\":{},\"id\":\"3\"}", true, QMP_RETURN, 0},
		{"{\"return\":{},\"id\":-3}", true, QMP_RETURN, 0},
		{"{\"return\":{},\"id\":1.5}", true, QMP_RETURN, 0},
		{"{\"return\":{},\"id\":1e300}", true, QMP_RETURN, 0},
		{"{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"},\"id\":9}", true,
			QMP_ERROR, 9},
		{"{\"error\":{\"class\":\"GenericError\"}}", false, 0, 0},
		{"{\"error\":\"no\"}", false, 0, 0},
		{"{\"return\":{},\"error\":{\"desc\":\"no\"}}", false, 0, 0},
		{"{\"event\":\"STOP\",\"return\":{}}", false, 0, 0},
		{"{\"event\":7}", false, 0, 0},
		{"{\"QMP\":{}}", false, 0, 0},
		{"{}", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_json cJSON *json = NULL;
		struct qmp_message got;
		struct error e;

		assert_int_equal(json_parse(row[i].text, strlen(row[i].text), "row", &json, &e), 0);
		if (message_read(json, &got) != row[i].want ||
			(row[i].want && (got.kind != row[i].kind || got.id != row[i].id)))
			fail_msg("%s is read as kind %d, id %lu", row[i].text, (int)got.kind,
				(unsigned long)got.id);
	}
}

static void
message_greeting_has_a_version(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},"
		 "\"package\":\"x\"},\"capabilities\":[\"oob\"]}}",
			true},
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2}}}}", false},
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":-7}}}}",
			false},
		{"{\"QMP\":{\"version\":[7]}}", false},
		{"{\"QMP\":7}", false},
		{"{}", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_json cJSON *json = NULL;
		struct qmp_greeting got = {0};
		struct error e;

		assert_int_equal(json_parse(row[i].text, strlen(row[i].text), "row", &json, &e), 0);
		if (message_read_greeting(json, &got) != row[i].want)
			fail_msg("%s", row[i].text);
		assert_int_equal(got.major, row[i].want ? 7 : 0);
	}
}

static void
message_of_a_command_is_one_line(void **state)
{
	auto_free char *plain = NULL, *full = NULL;
	cJSON *arguments = cJSON_CreateObject();

	(void)state;
	assert_non_null(cJSON_AddStringToObject(arguments, "a", "x\ny"));
	assert_int_equal(message_format_take("cont", NULL, 7, &plain), 0);
	assert_string_equal(plain, "{\"execute\":\"cont\",\"id\":7}\n");
	assert_int_equal(message_format_take("set", arguments, 8, &full), 0);
	assert_string_equal(
		full, "{\"execute\":\"set\",\"id\":8,\"arguments\":{\"a\":\"x\\ny\"}}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_is_exactly_one_of_event_return_and_error),
		cmocka_unit_test(message_greeting_has_a_version),
		cmocka_unit_test(message_of_a_command_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
