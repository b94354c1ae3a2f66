/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
json_parse_takes_one_object_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"{}", 0},
		{" {\"a\": [1, 2]} \r\n", 0},
		{"", -EINVAL},
		{"[]", -EINVAL},
		{"1", -EINVAL},
		{"{} {}", -EINVAL},
		{"{} x", -EINVAL},
		{"{\"a\":}", -EINVAL},
		{"{\"a\":1", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_json cJSON *json = NULL;
		struct error e;
		int got = json_parse(row[i].text, strlen(row[i].text), "QMP", &json, &e);

		if (got != row[i].want)
			fail_msg("'%s': want %d, got %d", row[i].text, row[i].want, got);
		if (got < 0)
			assert_string_equal(e.where, "QMP");
	}
}

static void
json_parse_refuses_nul_bytes_and_bottomless_depth(void **state)
{
	static char deep[100000];
	auto_json cJSON *json = NULL;
	struct error e;

	(void)state;
	assert_int_equal(json_parse("{}\0", 3, "x", &json, &e), -EINVAL);
	memset(deep, '[', sizeof(deep));
	memcpy(deep, "{\"a\":", 5);
	assert_int_equal(json_parse(deep, sizeof(deep), "x", &json, &e), -EINVAL);
}

static void
json_int_takes_whole_numbers_in_range(void **state)
{
	static const char text[] = "{\"a\":3,\"b\":3.5,\"c\":\"3\",\"d\":-1,\"e\":1e300}";
	auto_json cJSON *json = NULL;
	struct error e;
	int64_t value = 7;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), "x", &json, &e), 0);
	assert_true(json_int(json, "a", 0, 10, &value));
	assert_int_equal(value, 3);
	for (const char *key = "bcdef"; *key != '\0'; key++)
		assert_false(json_int(json, (const char[]){*key, '\0'}, 0, 10, &value));
	assert_int_equal(value, 3);
	assert_null(json_string(json, "a"));
	assert_string_equal(json_string(json, "c"), "3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_parse_takes_one_object_and_nothing_else),
		cmocka_unit_test(json_parse_refuses_nul_bytes_and_bottomless_depth),
		cmocka_unit_test(json_int_takes_whole_numbers_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
