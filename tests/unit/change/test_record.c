/* SPDX-License-Identifier: MIT */
#include "change/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static const struct change_kind kind_a = {.name = "a"};
static const struct change_kind kind_key = {.name = "key", .needs = CHANGE_KEY};
static const struct change_kind kind_value = {.name = "value", .needs = CHANGE_VALUE};
static const struct change_kind kind_before = {.name = "before", .needs = CHANGE_BEFORE};
static const struct change_kind kind_role = {.name = "role", .needs = CHANGE_ROLE};
static const struct change_kind kind_id = {.name = "id", .needs = CHANGE_ID};
static const struct change_kind kind_start = {.name = "start", .needs = CHANGE_START};
static const struct change_kind *const kinds[] = {
	&kind_a, &kind_key, &kind_value, &kind_before, &kind_role, &kind_id, &kind_start, NULL};

static int
parse(const char *line, struct record *ret, struct error *e)
{
	return record_parse(line, strcspn(line, "\n"), kinds, "/run/j", ret, e);
}

static void
record_lines_come_back_as_they_were(void **state)
{
	struct record_header header = {.name = "win-11"};
	char target[] = "/a b/\"q\"", value[] = "1\n2", role[] = "vCPU 0.0.1";
	struct change c = {.kind = &kind_a,
		.target = target,
		.value = value,
		.role = role,
		.id = 77,
		.start = INT64_C(123456789012)};
	auto_free char *text = record_change_line(&c);
	auto_free char *head = NULL, *of_user = NULL, *undone = NULL;
	struct record record;
	struct error e;

	(void)state;
	assert_non_null(text);
	assert_null(strchr(text, '\n')[1] == '\0' ? NULL : text); /* one line */
	assert_int_equal(parse(text, &record, &e), 0);
	assert_int_equal(record.type, RECORD_CHANGE);
	assert_true(change_same(&record.change, &c));
	assert_string_equal(record.change.role, role);
	assert_true(record.change.start == c.start);
	assert_false(record.change.shared);
	change_done(&record.change);

	cpus_add(&header.cpus, 2);
	cpus_add(&header.cpus, 3);
	head = record_header_line(&header);
	assert_int_equal(parse(head, &record, &e), 0);
	assert_int_equal(record.type, RECORD_HEADER);
	assert_string_equal(record.header.name, "win-11");
	assert_true(cpus_equal(&record.header.cpus, &header.cpus));
	assert_int_equal(record.header.owner, 0);
	header.owner = 4294967294U;
	of_user = record_header_line(&header);
	assert_int_equal(parse(of_user, &record, &e), 0);
	assert_int_equal(record.header.owner, 4294967294U);

	undone = record_undone_line(5);
	assert_int_equal(parse(undone, &record, &e), 0);
	assert_int_equal(record.type, RECORD_UNDONE);
	assert_int_equal(record.index, 5);
}

static void
record_of_qemu_tells_the_level_or_not(void **state)
{
	static const char older[] = "{\"qemu\":{\"pid\":7,\"start\":9,\"placed\":true}}";
	const struct record_process qemu = {.pid = 7,
		.start = 9,
		.placed = true,
		.level = "isolated (boot)",
		.reason = "the kernel says \"no\""};
	auto_free char *line = record_process_line(RECORD_QEMU, &qemu);
	char wide[1024];
	struct record record;
	struct error e;

	(void)state;
	assert_int_equal(parse(line, &record, &e), 0);
	assert_string_equal(record.process.level, qemu.level);
	assert_string_equal(record.process.reason, qemu.reason);
	assert_int_equal(parse(older, &record, &e), 0);
	assert_true(record.process.placed);
	assert_string_equal(record.process.level, "");
	assert_string_equal(record.process.reason, "");
	(void)snprintf(wide, sizeof(wide),
		"{\"qemu\":{\"pid\":7,\"start\":9,\"level\":\"%0600d\",\"reason\":3}}", 0);
	assert_int_equal(parse(wide, &record, &e), 0);
	assert_int_equal(strlen(record.process.level), sizeof(record.process.level) - 1);
	assert_string_equal(record.process.reason, "");
}

static void
record_parse_refuses_what_it_never_wrote(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{\"change\":{\"kind\":\"a\"}}",
		"{\"change\":{\"kind\":\"zzz\",\"target\":\"/\"}}",
		"{\"change\":{\"target\":\"/\"}}",
		"{\"change\":{\"kind\":\"a\",\"target\":\"/\",\"id\":-1}}",
		"{\"change\":{\"kind\":\"a\",\"target\":\"/\",\"id\":\"1\"}}",
		"{\"change\":{\"kind\":\"a\",\"target\":\"/\",\"start\":-1}}",
		"{\"qemu\":1}",
		"{\"qemu\":{\"pid\":0,\"start\":1}}",
		"{\"qemu\":{\"pid\":1}}",
		"{\"qemu\":{\"pid\":1,\"start\":1,\"stop_s\":-1}}",
		"{\"keeper\":{\"pid\":1}}",
		"{\"keeper\":[]}",
		"{\"change\":3}",
		"{\"undone\":-1}",
		"{\"undone\":1.5}",
		"{\"qpin\":\"0\",\"vm\":\"../x\",\"cpus\":\"1\"}",
		"{\"qpin\":\"0\",\"vm\":\"x\",\"cpus\":\"1-\"}",
		"{\"qpin\":\"0\",\"vm\":\"x\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct record record;
		struct error e;

		if (parse(bad[i], &record, &e) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
		assert_string_equal(e.where, "/run/j");
	}
}

/* Each of these kinds needs what it is named after. */
static void
record_parse_refuses_a_change_that_lacks_something(void **state)
{
	static const char *const needed[] = {"key", "value", "before", "role", "id", "start"};

	(void)state;
	for (size_t i = 0; i < COUNT(needed); i++) {
		const char *quote = i < 4 ? "\"" : "";
		char line[128];
		struct record record;
		struct error e;

		(void)snprintf(line, sizeof(line),
			"{\"change\":{\"kind\":\"%s\",\"target\":\"/\"}}", needed[i]);
		if (parse(line, &record, &e) != -EINVAL)
			fail_msg("no %s is taken", needed[i]);
		(void)snprintf(line, sizeof(line),
			"{\"change\":{\"kind\":\"%s\",\"target\":\"/\",\"%s\":%s7%s}}", needed[i],
			needed[i], quote, quote);
		if (parse(line, &record, &e) != 0)
			fail_msg("%s is not taken", needed[i]);
		change_done(&record.change);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_lines_come_back_as_they_were),
		cmocka_unit_test(record_of_qemu_tells_the_level_or_not),
		cmocka_unit_test(record_parse_refuses_what_it_never_wrote),
		cmocka_unit_test(record_parse_refuses_a_change_that_lacks_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
