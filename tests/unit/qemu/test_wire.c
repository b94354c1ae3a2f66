/* SPDX-License-Identifier: MIT */
#include "qemu/wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "check.h"

enum {
	SHORT_MS = 5,
	LONG_MS = 20 * 1000,
	LINE_MAX_BYTES = 100,
};

/* A wire, and the other end of it. */
static struct wire
wire_pair(int *other)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	*other = ends[1];
	return (struct wire){.fd = ends[0], .pidfd = -1, .line_max = LINE_MAX_BYTES};
}

/* Send @len bytes and append the lines that are whole then, each with "|". */
static void
lines_pass(struct wire *w, int other, const char *bytes, size_t len, struct buf *got)
{
	char *lines;
	size_t lines_len;
	int count;

	assert_int_equal(write(other, bytes, len), len);
	assert_int_equal(wire_fill(w), len);
	count = wire_lines(w, 1, &lines, &lines_len);
	for (size_t i = 0; count > 0 && i < lines_len; i++) {
		buf_add_bytes(got, lines + i, lines[i] != '\n');
		if (lines[i] == '\n') {
			buf_add(got, "|");
			count--;
		}
	}
	assert_int_equal(count, 0);
}

static void
wire_gives_whole_lines_however_they_come(void **state)
{
	static const char sent[] = "one\n\ntwo\r\nthree\nfour";
	const size_t whole = sizeof(sent) - 1;

	(void)state;
	for (size_t chunk = 1; chunk <= whole; chunk++) {
		auto_buf struct buf got = {0};
		int other;
		struct wire w = wire_pair(&other);

		for (size_t at = 0; at < whole; at += chunk)
			lines_pass(&w, other, sent + at, whole - at < chunk ? whole - at : chunk,
				&got);
		assert_string_equal(got.text, "one||two\r|three|");
		assert_int_equal(wire_fill(&w), -EAGAIN);
		(void)close(other);
		assert_int_equal(wire_fill(&w), 0);
		wire_close(&w);
		wire_close(&w);
	}
}

static void
wire_refuses_lines_that_are_too_long(void **state)
{
	static char text[LINE_MAX_BYTES + 2];
	char *line;
	size_t len;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t extra = 0; extra < 2; extra++) {
		for (int newline = 0; newline < 2; newline++) {
			int other;
			struct wire w = wire_pair(&other);
			int want = extra > 0 ? -EMSGSIZE : newline;

			assert_true(write(other, text, LINE_MAX_BYTES + extra) > 0);
			assert_int_equal(write(other, "\n", (size_t)newline), newline);
			assert_true(wire_fill(&w) > 0);
			assert_int_equal(wire_lines(&w, 1, &line, &len), want);
			(void)close(other);
			wire_close(&w);
		}
	}
}

static void
wire_keeps_few_lines_back(void **state)
{
	static const char few[] = "a\nb\nc";
	char longest[LINE_MAX_BYTES + 1], many[2 * WIRE_LINES_MAX + 1];
	char *lines;
	size_t len;
	int other;
	struct wire w = wire_pair(&other);

	(void)state;
	assert_int_equal(write(other, few, sizeof(few) - 1), sizeof(few) - 1);
	assert_true(wire_fill(&w) > 0);
	assert_int_equal(wire_lines(&w, 3, &lines, &len), 0);
	assert_int_equal(write(other, "\nd", 2), 2);
	assert_true(wire_fill(&w) > 0);
	assert_int_equal(wire_lines(&w, 3, &lines, &len), 3);
	assert_int_equal(len, 6);
	assert_memory_equal(lines, "a\nb\nc\n", 6);

	/* All that fits into the longest line together, and what is behind that, whatever it is. */
	memset(longest, 'x', sizeof(longest));
	longest[LINE_MAX_BYTES] = '\n';
	assert_int_equal(write(other, "\n", 1), 1);
	assert_int_equal(write(other, longest, sizeof(longest)), sizeof(longest));
	memset(many, '\n', sizeof(many));
	assert_int_equal(write(other, many, sizeof(many)), sizeof(many));
	assert_true(wire_fill(&w) > 0);
	assert_int_equal(wire_lines(&w, 2, &lines, &len), 1);
	assert_memory_equal(lines, "d\n", 2);
	assert_int_equal(wire_lines(&w, 1, &lines, &len), 1);
	assert_int_equal(len, sizeof(longest));
	assert_int_equal(wire_lines(&w, 1, &lines, &len), WIRE_LINES_MAX);
	assert_int_equal(wire_lines(&w, 1, &lines, &len), WIRE_LINES_MAX);
	assert_int_equal(wire_lines(&w, 2, &lines, &len), 0);
	assert_int_equal(wire_lines(&w, 1, &lines, &len), 1);
	(void)close(other);
	wire_close(&w);
}

static void
wire_waits_no_longer_than_it_may(void **state)
{
	int other;
	struct wire w = wire_pair(&other);

	(void)state;
	assert_int_equal(wire_wait(&w, POLLIN, wire_deadline(SHORT_MS)), -ETIMEDOUT);
	assert_int_equal(wire_wait(&w, POLLIN, wire_deadline(-5)), -ETIMEDOUT);
	assert_int_equal(wire_wait(&w, POLLOUT, wire_deadline(0)), 0);
	assert_int_equal(wire_wait_end(&w, wire_deadline(SHORT_MS)), -EBADF);
	assert_false(wire_expired(wire_deadline(LONG_MS)));
	assert_true(wire_expired(wire_deadline(0)));
	(void)close(other);
	assert_int_equal(wire_wait(&w, POLLIN, wire_deadline(LONG_MS)), 0);
	wire_close(&w);
}

static void
wire_write_gives_up_on_who_does_not_read(void **state)
{
	static char much[4 * 1024 * 1024];
	int other;
	struct wire w = wire_pair(&other);

	(void)state;
	memset(much, 'x', sizeof(much));
	assert_int_equal(wire_write(&w, much, sizeof(much), wire_deadline(SHORT_MS)), -ETIMEDOUT);
	assert_int_equal(wire_write(&w, "x", 1, wire_deadline(0)), -EAGAIN);
	(void)close(other);
	assert_int_equal(wire_write(&w, "x", 1, wire_deadline(LONG_MS)), -EPIPE);
	wire_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_gives_whole_lines_however_they_come),
		cmocka_unit_test(wire_refuses_lines_that_are_too_long),
		cmocka_unit_test(wire_keeps_few_lines_back),
		cmocka_unit_test(wire_waits_no_longer_than_it_may),
		cmocka_unit_test(wire_write_gives_up_on_who_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
