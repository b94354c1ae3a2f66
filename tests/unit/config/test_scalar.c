/* SPDX-License-Identifier: MIT */
#include "config/scalar.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "config/findings.h"
#include "config/node.h"

enum {
	TEXT_BYTES = 64,
};

/* One plain value, and what is wrong with it. */
struct value {
	char text[TEXT_BYTES];
	struct node node;
	struct problems problems;
	struct findings f;
};

static void
value_init(struct value *value, const char *text)
{
	memset(value, 0, sizeof(*value));
	(void)snprintf(value->text, sizeof(value->text), "%s", text);
	value->node = (struct node){
		.type = NODE_SCALAR, .place = {4, 2}, .text = value->text, .weight = 1};
	value->f = (struct findings){.path = "vm.yml", .problems = &value->problems};
}

static void
scalar_bool_knows_the_usual_words(void **state)
{
	static const struct {
		const char *text;
		int want; /* -1: refused */
	} row[] = {
		{"true", 1},
		{"True", 1},
		{"TRUE", 1},
		{"yes", 1},
		{"Yes", 1},
		{"YES", 1},
		{"on", 1},
		{"On", 1},
		{"ON", 1},
		{"false", 0},
		{"False", 0},
		{"FALSE", 0},
		{"no", 0},
		{"No", 0},
		{"NO", 0},
		{"off", 0},
		{"Off", 0},
		{"OFF", 0},
		{"tRUE", -1},
		{"TRue", -1},
		{"oN", -1},
		{"y", -1},
		{"n", -1},
		{"1", -1},
		{"0", -1},
		{"truee", -1},
		{"null", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct value value;
		bool got = row[i].want == 0, good;

		value_init(&value, row[i].text);
		good = scalar_bool(&value.node, "debug", &got, &value.f);
		if (good != (row[i].want >= 0) || (good && got != (row[i].want == 1)))
			fail_msg("\"%s\": want %d, got %d %d", row[i].text, row[i].want, good, got);
		assert_int_equal(value.problems.count, good ? 0 : 1);
		problems_done(&value.problems);
	}
}

static void
scalar_int_reads_the_bases_and_keeps_the_range(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t want;
	} row[] = {
		{"5", true, 5},
		{"+7", true, 7},
		{"007", true, 7},
		{"0x1F", true, 31},
		{"0o17", true, 15},
		{"100", true, 100},
		{"4", false, 0},
		{"101", false, 0},
		{"-5", false, 0},
		{"5.0", false, 0},
		{"5e0", false, 0},
		{"1_0", false, 0},
		{"0x", false, 0},
		{"0o8", false, 0},
		{"0xg", false, 0},
		{"+", false, 0},
		{" 5", false, 0},
		{"18446744073709551621", false, 0}, /* 2^64 + 5 */
		{"0x10000000000000005", false, 0},
	};
	static const struct wanted wanted = {.name = "priority", .min = 5, .max = 100};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct value value;
		uint64_t got = 42;
		bool good;

		value_init(&value, row[i].text);
		good = scalar_int(&value.node, &wanted, &got, &value.f);
		if (good != row[i].good || got != (good ? row[i].want : 42))
			fail_msg("\"%s\": got %d %llu", row[i].text, good, (unsigned long long)got);
		problems_done(&value.problems);
	}
}

static void
scalar_int_tells_the_range(void **state)
{
	static const struct wanted wanted = {.name = "priority", .min = 5, .max = 100};
	struct value value;
	uint64_t got;

	(void)state;
	value_init(&value, "x");
	assert_false(scalar_int(&value.node, &wanted, &got, &value.f));
	assert_string_equal(value.problems.list[0].why,
		"'priority' wants a whole number from 5 to 100, not 'x'");
	assert_int_equal(value.problems.list[0].line, 4);
	assert_int_equal(value.problems.list[0].column, 2);
	problems_done(&value.problems);
}

static void
scalar_cpus_takes_quotes_and_single_numbers(void **state)
{
	struct value value;
	struct cpus cpus;

	(void)state;
	value_init(&value, "0-3,^2");
	value.node.quoted = true;
	assert_true(scalar_cpus(&value.node, "emulator_cpus", &cpus, &value.f));
	assert_int_equal(cpus_count(&cpus), 3);
	value_init(&value, "7");
	assert_true(scalar_cpus(&value.node, "emulator_cpus", &cpus, &value.f));
	assert_int_equal(cpus_next(&cpus, 0), 7);
	assert_int_equal(cpus_count(&cpus), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalar_bool_knows_the_usual_words),
		cmocka_unit_test(scalar_int_reads_the_bases_and_keeps_the_range),
		cmocka_unit_test(scalar_int_tells_the_range),
		cmocka_unit_test(scalar_cpus_takes_quotes_and_single_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
