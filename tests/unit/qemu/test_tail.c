/* SPDX-License-Identifier: MIT */
#include "qemu/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"

static void
tail_tells_the_last_lines(void **state)
{
	static const struct {
		const char *fed;
		unsigned count;
		size_t size;
		const char *want;
	} row[] = {
		{"", 3, 64, ""},
		{"\n\n", 3, 64, ""},
		{"one", 3, 64, "one"},
		{"one\ntwo\nthree\n", 2, 64, "two\nthree"},
		{"one\ntwo\nthree\n", 3, 64, "one\ntwo\nthree"},
		{"one\ntwo\nthree\n", 9, 64, "one\ntwo\nthree"},
		{"one\n\nthree", 2, 64, "\nthree"},
		{"one\ntwo\nthree\n\n", 1, 64, "three"},
		{"one\ntwo\nthree\n", 3, 10, "two\nthree"},
		{"one\ntwo\nthree\n", 3, 9, "three"},
		{"one\ntwo\nthree\n", 3, 4, "ree"},
		{"one\ntwo", 0, 64, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct tail tail = {0};
		char text[64];
		size_t len;

		tail_feed(&tail, row[i].fed, strlen(row[i].fed));
		len = tail_last_lines(&tail, row[i].count, text, row[i].size);
		if (strcmp(text, row[i].want) != 0 || len != strlen(text))
			fail_msg("row %zu: want \"%s\", got \"%s\"", i, row[i].want, text);
	}
}

static void
tail_holds_the_end_of_much_and_no_half_line(void **state)
{
	static char text[2 * TAIL_BYTES];
	struct tail tail = {0};
	char line[64];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		(void)snprintf(line, sizeof(line), "line %u\n", i);
		tail_feed(&tail, line, strlen(line));
	}
	assert_true(tail_last_lines(&tail, 2, text, sizeof(text)) > 0);
	assert_string_equal(text, "line 1998\nline 1999");
	assert_true(tail_last_lines(&tail, 100000, text, sizeof(text)) > TAIL_BYTES - 64);
	assert_int_equal(strncmp(text, "line ", 5), 0);

	memset(text, 'x', sizeof(text));
	memcpy(text + sizeof(text) - 2, "yz", 2);
	tail_feed(&tail, text, sizeof(text));
	assert_int_equal(tail_last_lines(&tail, 5, line, sizeof(line)), sizeof(line) - 1);
	assert_string_equal(line + sizeof(line) - 4, "xyz");
}

static void
tail_copy_passes_bytes_on_as_they_are(void **state)
{
	static const char bytes[] = "a\0\033[2J\xff\n";
	struct tail tail = {0};
	char got[64];
	int from[2], to[2];

	(void)state;
	assert_int_equal(pipe2(from, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(tail_copy(&tail, from[0], to[1]), -EAGAIN);
	assert_int_equal(write(from[1], bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(tail_copy(&tail, from[0], to[1]), sizeof(bytes));
	assert_int_equal(read(to[0], got, sizeof(got)), sizeof(bytes));
	assert_memory_equal(got, bytes, sizeof(bytes));
	assert_int_equal(tail_last_lines(&tail, 2, got, sizeof(got)), sizeof(bytes));
	assert_string_equal(got, "a?\033[2J\xff\n?");
	(void)close(from[1]);
	assert_int_equal(tail_copy(&tail, from[0], to[1]), 0);
	assert_int_equal(tail.lost_bytes, 0);
	(void)close(from[0]);
	(void)close(to[0]);
	(void)close(to[1]);
}

static void
tail_copy_is_not_held_up_by_who_does_not_read(void **state)
{
	struct tail tail = {0};
	char text[8], filling[4096] = {0};
	int from[2], to[2];

	(void)state;
	assert_int_equal(pipe2(from, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(to, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(to[1], filling, sizeof(filling)) > 0)
		continue;
	assert_int_equal(fcntl(to[1], F_SETFL, 0), 0);
	assert_int_equal(write(from[1], "full", 4), 4);
	assert_int_equal(tail_copy(&tail, from[0], to[1]), 4);
	assert_int_equal(tail.lost_bytes, 4);
	(void)close(to[0]); /* nobody reads any more: no SIGPIPE either */
	assert_int_equal(write(from[1], "gone", 4), 4);
	assert_int_equal(tail_copy(&tail, from[0], to[1]), 4);
	assert_int_equal(tail.lost_bytes, 8);
	assert_int_equal(tail_last_lines(&tail, 1, text, sizeof(text)), 7);
	assert_string_equal(text, "ullgone");
	(void)close(from[0]);
	(void)close(from[1]);
	(void)close(to[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tail_tells_the_last_lines),
		cmocka_unit_test(tail_holds_the_end_of_much_and_no_half_line),
		cmocka_unit_test(tail_copy_passes_bytes_on_as_they_are),
		cmocka_unit_test(tail_copy_is_not_held_up_by_who_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
