/* SPDX-License-Identifier: MIT */
#include "config/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "check.h"
#include "config/keys.h"
#include "config/wishes.h"

static cJSON *
schema_parsed(void)
{
	auto_free char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	cJSON *schema = NULL;
	struct error e = {0};

	assert_non_null(out);
	assert_int_equal(schema_write(out), 0);
	(void)fclose(out);
	if (json_parse(text, len, "schema", &schema, &e) < 0)
		fail_msg("%s", e.why);
	return schema;
}

static const cJSON *
launcher_of(const cJSON *schema)
{
	return cJSON_GetObjectItem(cJSON_GetObjectItem(schema, "properties"), "launcher");
}

static void
schema_write_has_every_key_and_no_other(void **state)
{
	size_t count;
	const struct key *keys = keys_of_launcher(&count);
	auto_json cJSON *schema = schema_parsed();
	const cJSON *launcher = launcher_of(schema);
	const cJSON *properties = cJSON_GetObjectItem(launcher, "properties");

	(void)state;
	assert_string_equal(
		json_string(schema, "$schema"), "https://json-schema.org/draft/2020-12/schema");
	assert_int_equal(cJSON_GetArraySize(properties), count);
	for (size_t i = 0; i < count; i++) {
		const cJSON *property = cJSON_GetObjectItem(properties, keys[i].name);

		if (property == NULL)
			fail_msg("no property for %s", keys[i].name);
		assert_string_equal(json_string(property, "description"), keys[i].doc);
	}
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(launcher, "additionalProperties")));
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(schema, "additionalProperties")));
}

static void
schema_write_has_every_wish(void **state)
{
	size_t count;
	const struct key *wishes = keys_of_wishes(&count);
	auto_json cJSON *schema = schema_parsed();
	const cJSON *definitions = cJSON_GetObjectItem(schema, "$defs");
	const cJSON *of_wishes = cJSON_GetObjectItem(definitions, "wishes");
	const cJSON *properties = cJSON_GetObjectItem(of_wishes, "properties");
	const cJSON *pinning =
		cJSON_GetObjectItem(cJSON_GetObjectItem(definitions, "pinning"), "anyOf");

	(void)state;
	assert_int_equal(cJSON_GetArraySize(properties), count);
	for (size_t i = 0; i < count; i++) {
		const cJSON *property = cJSON_GetObjectItem(properties, wishes[i].name);

		if (property == NULL)
			fail_msg("no property for %s", wishes[i].name);
		assert_string_equal(json_string(property, "description"), wishes[i].doc);
	}
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(of_wishes, "additionalProperties")));
	assert_int_equal(cJSON_GetArraySize(pinning), 3);
	assert_string_equal(json_string(cJSON_GetArrayItem(pinning, 0), "const"), "auto");
	assert_string_equal(json_string(cJSON_GetArrayItem(pinning, 1), "$ref"), "#/$defs/pins");
}

static void
schema_write_tells_ranges_words_and_needs(void **state)
{
	auto_json cJSON *schema = schema_parsed();
	const cJSON *launcher = launcher_of(schema);
	const cJSON *properties = cJSON_GetObjectItem(launcher, "properties");
	const cJSON *needs = cJSON_GetObjectItem(launcher, "dependentRequired");
	const cJSON *words =
		cJSON_GetObjectItem(cJSON_GetObjectItem(properties, "isolation"), "enum");
	const cJSON *word;
	int64_t number = 0;

	(void)state;
	assert_true(
		json_int(cJSON_GetObjectItem(properties, "priority"), "maximum", 0, 1000, &number));
	assert_int_equal(number, 255);
	assert_true(json_int(
		cJSON_GetObjectItem(properties, "shutdown_timeout"), "default", 0, 1000, &number));
	assert_int_equal(number, 60);
	assert_int_equal(cJSON_GetArraySize(words), 6);
	word = cJSON_GetArrayItem(cJSON_GetObjectItem(needs, "priority"), 0);
	assert_string_equal(word->valuestring, "scheduler");
	word = cJSON_GetArrayItem(cJSON_GetObjectItem(launcher, "required"), 0);
	assert_string_equal(word->valuestring, "binary");
}

static void
schema_write_tells_when_it_couldnt(void **state)
{
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	assert_int_equal(schema_write(full), -EIO);
	(void)fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_write_has_every_key_and_no_other),
		cmocka_unit_test(schema_write_has_every_wish),
		cmocka_unit_test(schema_write_tells_ranges_words_and_needs),
		cmocka_unit_test(schema_write_tells_when_it_couldnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
