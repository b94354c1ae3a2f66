/* SPDX-License-Identifier: MIT */
#include "qemu/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static int
parse(const char *text, struct qmp_message *ret, struct error *e)
{
	return message_parse(text, strlen(text), ret, e);
}

static void
message_is_exactly_one_of_event_return_and_error(void **state)
{
	static const struct {
		const char *text;
		int want;
		enum qmp_kind kind;
		uint64_t id;
		const char *name;
	} row[] = {
		{"{\"event\":\"STOP\",\"data\":{}}", 0, QMP_EVENT, 0, "STOP"},
		{"{\"event\":\"STOP\",\"id\":4}", 0, QMP_EVENT, 0, "STOP"},
		{"{\"return\":{},\"id\":3}", 0, QMP_RETURN, 3, ""},
		{"{\"return\":null}", 0, QMP_RETURN, 0, ""},
		{"{\"return\":{},\"id\":\"3\"}", 0, QMP_RETURN, 0, ""},
		{"{\"return\":{},\"id\":-3}", 0, QMP_RETURN, 0, ""},
		{"{\"return\":{},\"id\":1.5}", 0, QMP_RETURN, 0, ""},
		{"{\"return\":{},\"id\":1e300}", 0, QMP_RETURN, 0, ""},
		{"{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"},\"id\":9}", 0, QMP_ERROR,
			9, "no"},
		{"{\"error\":{\"class\":\"GenericError\"}}", -EPROTO, 0, 0, NULL},
		{"{\"error\":\"no\"}", -EPROTO, 0, 0, NULL},
		{"{\"return\":{},\"error\":{\"desc\":\"no\"}}", -EPROTO, 0, 0, NULL},
		{"{\"event\":\"STOP\",\"return\":{}}", -EPROTO, 0, 0, NULL},
		{"{\"event\":7}", -EPROTO, 0, 0, NULL},
		{"{}", -EPROTO, 0, 0, NULL},
		{"[]", -EINVAL, 0, 0, NULL},
		{"{\"event\":\"STOP\"", -EINVAL, 0, 0, NULL},
		{"", -EINVAL, 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message got = {0};
		struct error e = {0};
		int r = parse(row[i].text, &got, &e);

		if (r != row[i].want || (r < 0 && e.why[0] == '\0') ||
			(r == 0 && (got.kind != row[i].kind || got.id != row[i].id)))
			fail_msg("%s: %d, kind %d, id %lu", row[i].text, r, (int)got.kind,
				(unsigned long)got.id);
		if (r == 0)
			assert_string_equal(got.name, row[i].name);
	}
}

static void
message_greeting_has_a_version(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},"
		 "\"package\":\"x\"},\"capabilities\":[\"oob\"]}}",
			0},
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2}}}}", -EPROTO},
		{"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":-7}}}}",
			-EPROTO},
		{"{\"QMP\":{\"version\":[7]}}", -EPROTO},
		{"{\"QMP\":7}", -EPROTO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message got = {0};
		struct error e;

		if (parse(row[i].text, &got, &e) != row[i].want)
			fail_msg("%s", row[i].text);
		assert_int_equal(got.version.major, row[i].want == 0 ? 7 : 0);
	}
}

static void
message_return_is_known_by_its_shape(void **state)
{
	static const struct {
		const char *text;
		enum qmp_shape want;
		size_t count;
		const char *name;
	} row[] = {
		{"{}", QMP_OTHER, 0, ""},
		{"5", QMP_OTHER, 0, ""},
		{"{\"running\":false,\"status\":\"prelaunch\"}", QMP_STATE, 0, "prelaunch"},
		{"{\"status\":7}", QMP_OTHER, 0, ""},
		{"[]", QMP_LIST, 0, ""},
		{"[1,2]", QMP_LIST, 1, ""}, /* more than the none that it may have */
		{"[{\"cpu-index\":0},7]", QMP_VCPUS, 2, ""},
		{"[{\"id\":\"a\"},7,8]", QMP_IOTHREADS, 3, ""},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_message struct qmp_message got = {0};
		struct error e;

		(void)snprintf(text, sizeof(text), "{\"return\":%s,\"id\":1}", row[i].text);
		assert_int_equal(parse(text, &got, &e), 0);
		if (got.shape != row[i].want || got.count != row[i].count)
			fail_msg("%s has shape %d, %zu", row[i].text, (int)got.shape, got.count);
		assert_string_equal(got.name, row[i].name);
		assert_true((got.vcpus != NULL) == (row[i].want == QMP_VCPUS));
		assert_true((got.iothreads != NULL) == (row[i].want == QMP_IOTHREADS));
	}
}

static void
message_items_have_numbers_absent_and_strange(void **state)
{
	static const char vcpus[] =
		"{\"return\":[{\"cpu-index\":3,\"thread-id\":2147483648,"
		"\"props\":{\"socket-id\":1,\"core-id\":-1}},{\"props\":[]},null],\"id\":1}";
	static const char iothreads[] =
		"{\"return\":[{\"id\":\"a\",\"thread-id\":5},{\"id\":7}],\"id\":1}";
	auto_message struct qmp_message v = {0}, io = {0};
	struct error e;

	(void)state;
	assert_int_equal(parse(vcpus, &v, &e), 0);
	assert_int_equal(v.vcpus[0].index, 3);
	assert_int_equal(v.vcpus[0].tid, QMP_STRANGE);
	assert_int_equal(v.vcpus[0].place[QMP_SOCKET], 1);
	assert_int_equal(v.vcpus[0].place[QMP_DIE], QMP_ABSENT);
	assert_int_equal(v.vcpus[0].place[QMP_CORE], QMP_STRANGE);
	assert_true(v.vcpus[0].is_object && v.vcpus[0].props_are_object);
	assert_true(v.vcpus[1].is_object && !v.vcpus[1].props_are_object);
	assert_int_equal(v.vcpus[1].index, QMP_ABSENT);
	assert_false(v.vcpus[2].is_object);
	assert_int_equal(parse(iothreads, &io, &e), 0);
	assert_string_equal(io.iothreads[0].id, "a");
	assert_int_equal(io.iothreads[0].tid, 5);
	assert_string_equal(io.iothreads[1].id, "");
	assert_int_equal(io.iothreads[1].tid, QMP_ABSENT);
}

static void
message_texts_that_are_too_long_are_cut(void **state)
{
	auto_message struct qmp_message error = {0}, id = {0};
	char text[1024], words[QMP_NAME_BYTES + 10];
	struct error e;

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "{\"error\":{\"desc\":\"%s\"},\"id\":1}", words);
	assert_int_equal(parse(text, &error, &e), 0);
	assert_int_equal(strlen(error.name), QMP_NAME_BYTES - 1);
	(void)snprintf(text, sizeof(text), "{\"return\":[{\"id\":\"%s\"}],\"id\":1}", words);
	assert_int_equal(parse(text, &id, &e), 0);
	assert_string_equal(id.iothreads[0].id, ""); /* half a name is another one's */
}

static void
message_of_a_command_is_one_line(void **state)
{
	char text[QMP_COMMAND_BYTES];

	(void)state;
	message_format("cont", 7, text);
	assert_string_equal(text, "{\"execute\":\"cont\",\"id\":7}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_is_exactly_one_of_event_return_and_error),
		cmocka_unit_test(message_greeting_has_a_version),
		cmocka_unit_test(message_return_is_known_by_its_shape),
		cmocka_unit_test(message_items_have_numbers_absent_and_strange),
		cmocka_unit_test(message_texts_that_are_too_long_are_cut),
		cmocka_unit_test(message_of_a_command_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
