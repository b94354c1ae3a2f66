/* SPDX-License-Identifier: MIT */
#include "qemu/parser.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"

static const struct filter_rule rules[] = {
#include "seccomp/parser.inc"
};

/* The program of the list that parsers have outside of tests; @without: names to leave out */
static void
filter_of_the_list(const char *const *without, struct filter *ret)
{
	const struct filter_request request = {
		.kind = FILTER_ALLOWS, .rules = rules, .count = COUNT(rules), .without = without};
	struct error e;

	assert_int_equal(filter_make(&request, ret, &e), 0);
}

static int
read_line(const char *line, struct qmp_message *ret, struct error *e)
{
	auto_free char *text = text_printf("%s", line);
	struct parsed parsed;
	int r;

	assert_true(str_ends(text, "\n"));
	r = parser_read(text, strlen(text), 1, &parsed, e);
	if (r < 0)
		return r;
	*ret = parsed.message;
	(void)snprintf(e->why, sizeof(e->why), "%s", parsed.why);
	return parsed.result;
}

/* The first child of ours, or 0. */
static pid_t
child_find(void)
{
	char path[64];
	int pid = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	assert_non_null(file);
	if (fscanf(file, "%d", &pid) != 1)
		pid = 0;
	(void)fclose(file);
	return (pid_t)pid;
}

/* The value of @key in its /proc/PID/status. */
static void
status_get(pid_t pid, const char *key, char *value, size_t size)
{
	char path[64], line[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	value[0] = '\0';
	while (fgets(line, sizeof(line), file) != NULL) {
		if (!str_starts(line, key))
			continue;
		line[strcspn(line, "\n")] = '\0';
		(void)snprintf(
			value, size, "%s", line + strlen(key) + strspn(line + strlen(key), "\t "));
	}
	(void)fclose(file);
}

static void
parser_reads_under_its_list(void **state)
{
	auto_filter struct filter filter = {0};
	auto_buf struct buf many = {0};
	auto_message struct qmp_message event = {0}, list = {0};
	struct error e;

	(void)state;
	filter_of_the_list(NULL, &filter);
	assert_int_equal(parser_start(&filter, &e), 0);
	assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &event, &e), 0);
	assert_int_equal(event.kind, QMP_EVENT);
	assert_string_equal(event.name, "STOP");
	assert_int_equal(read_line("{\"event\":}\n", &event, &e), -EINVAL);
	assert_string_equal(e.why, "it is malformed at byte 9 of 10");
	assert_int_equal(read_line("{}\n", &event, &e), -EPROTO);
	for (int i = 0; i < QMP_VCPUS_MAX; i++)
		buf_printf(&many, "%s{\"cpu-index\":%d,\"thread-id\":%d}",
			i > 0 ? "," : "{\"return\":[", i, 2 * i);
	buf_add(&many, "],\"id\":1}\n");
	assert_int_equal(read_line(many.text, &list, &e), 0);
	assert_int_equal(list.count, QMP_VCPUS_MAX);
	assert_int_equal(list.vcpus[QMP_VCPUS_MAX - 1].tid, 2 * (QMP_VCPUS_MAX - 1));
	parser_stop();
	assert_int_equal(child_find(), 0);
}

static void
parser_cannot_do_without_a_call_of_its_list(void **state)
{
	static const char *const row[][2] = {{"recvfrom", NULL}, {"sendto", NULL}};
	struct qmp_message message = {0};
	struct error e;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_filter struct filter filter = {0};

		filter_of_the_list(row[i], &filter);
		assert_int_equal(parser_start(&filter, &e), 0);
		assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &message, &e), -ECHILD);
	}
}

static void
parser_has_nothing(void **state)
{
	auto_filter struct filter filter = {0};
	auto_message struct qmp_message event = {0};
	struct error e;
	char value[64], path[64];
	pid_t pid;

	(void)state;
	filter_of_the_list(NULL, &filter);
	assert_int_equal(parser_start(&filter, &e), 0);
	assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &event, &e), 0);
	pid = child_find();
	status_get(pid, "Name:", value, sizeof(value));
	assert_string_equal(value, "qpin-parser");
	status_get(pid, "Seccomp:", value, sizeof(value));
	assert_string_equal(value, "2");
	status_get(pid, "CapEff:", value, sizeof(value));
	assert_string_equal(value, "0000000000000000");
	status_get(pid, "CapPrm:", value, sizeof(value));
	assert_string_equal(value, "0000000000000000");
	status_get(pid, "NoNewPrivs:", value, sizeof(value));
	assert_string_equal(value, "1");
	(void)snprintf(path, sizeof(path), "/proc/%d/fd/1", (int)pid);
	if (access(path, F_OK) == 0)
		fail_msg("%s is open", path);
	parser_stop();
}

static void
parser_of_a_greedy_message_has_enough_memory_or_says_so(void **state)
{
	static const size_t sizes[] = {1000, PARSER_TEXT_MAX_BYTES / 8, PARSER_TEXT_MAX_BYTES};
	auto_free char *text = malloc(PARSER_TEXT_MAX_BYTES + 2);
	struct parsed parsed[PARSER_LINES_MAX + 1];
	struct error e;

	(void)state;
	assert_non_null(text);
	assert_int_equal(parser_start(NULL, &e), 0);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		auto_message struct qmp_message list = {0}, event = {0};
		int r;

		memset(text, ' ', sizes[i]);
		memcpy(text, "{\"return\":[1", 12);
		for (size_t at = 12; at + 4 < sizes[i]; at += 2)
			memcpy(text + at, ",1", 2);
		memcpy(text + sizes[i] - 2, "]}\n", 4);
		r = read_line(text, &list, &e);
		if (r != (i < 2 ? 0 : -EINVAL))
			fail_msg("%zu bytes: %d (%s)", sizes[i], r, e.why);
		assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &event, &e), 0);
	}
	assert_int_equal(parser_read(text, PARSER_TEXT_MAX_BYTES + 2, 1, parsed, &e), -EMSGSIZE);
	assert_int_equal(parser_read(text, 1, PARSER_LINES_MAX + 1, parsed, &e), -EMSGSIZE);
	parser_stop();
}

static void
parser_reads_lines_together(void **state)
{
	static char text[] = "{\"event\":\"A\"}\n\n"
			     "{\"return\":[{\"cpu-index\":0,\"thread-id\":7}],\"id\":1}\n"
			     "{\"event\":\"B\\u0000\"}\n\0\n"
			     "{\"return\":[{\"id\":\"io\"},{\"id\":\"x\"}],\"id\":2}\n";
	struct parsed parsed[6];
	struct error e;

	(void)state;
	assert_int_equal(parser_start(NULL, &e), 0);
	assert_int_equal(parser_read(text, sizeof(text) - 1, COUNT(parsed), parsed, &e), 0);
	assert_string_equal(parsed[0].message.name, "A");
	assert_int_equal(parsed[1].result, -EINVAL);
	assert_true(parsed[1].why[0] != '\0');
	assert_int_equal(parsed[2].message.id, 1);
	assert_int_equal(parsed[2].message.vcpus[0].tid, 7);
	assert_int_equal(parsed[4].result, -EINVAL);
	assert_int_equal(parsed[5].message.count, 2);
	assert_string_equal(parsed[5].message.iothreads[0].id, "io");
	assert_string_equal(parsed[5].message.iothreads[1].id, "x");
	for (size_t i = 0; i < COUNT(parsed); i++)
		message_done(&parsed[i].message);
	parser_stop();
}

/* The items of one line are kept while the next ones are read: all of the memory that there is may
 * be theirs. */
static void
parser_of_many_greedy_lines_says_so(void **state)
{
	auto_buf struct buf text = {0};
	struct parsed parsed[PARSER_LINES_MAX];
	struct error e;
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(parsed); i++) {
		buf_add(&text, "{\"return\":[{\"id\":\"x\"}");
		for (size_t at = 1; at < QMP_IOTHREADS_MAX; at++)
			buf_add(&text, ",1");
		buf_add(&text, "]}\n");
	}
	assert_int_equal(parser_start(NULL, &e), 0);
	assert_int_equal(parser_read(text.text, text.len, COUNT(parsed), parsed, &e), 0);
	for (size_t i = 0; i < COUNT(parsed); i++) {
		if (parsed[i].result == 0)
			assert_string_equal(parsed[i].message.iothreads[0].id, "x");
		read += parsed[i].result == 0;
		message_done(&parsed[i].message);
	}
	assert_in_range(read, PARSER_LINES_MAX / 2, PARSER_LINES_MAX - 1);
	parser_stop();
}

/* In KiB. */
static unsigned long
memory_of(pid_t pid)
{
	char value[64];

	status_get(pid, "RssAnon:", value, sizeof(value));
	return strtoul(value, NULL, 10);
}

static void
parser_that_rests_gives_memory_back_and_reads_on(void **state)
{
	enum { LINE_BYTES = 512 * 1024, PATIENCE_MS = 10000 };
	auto_filter struct filter filter = {0};
	auto_free char *line = malloc(LINE_BYTES + 1);
	struct qmp_message message = {0};
	struct error e;
	unsigned long used;

	(void)state;
	parser_rest(); /* there is none */
	assert_non_null(line);
	memset(line, ' ', LINE_BYTES);
	memcpy(line, "{\"event\":\"STOP\"", 15);
	memcpy(line + LINE_BYTES - 2, "}\n", 3);
	filter_of_the_list(NULL, &filter);
	assert_int_equal(parser_start(&filter, &e), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(read_line(line, &message, &e), 0);
		used = memory_of(child_find());
		parser_rest();
		parser_rest();
		for (int ms = 0; memory_of(child_find()) + LINE_BYTES / 1024 > used; ms++) {
			assert_in_range(ms, 0, PATIENCE_MS);
			(void)usleep(1000);
		}
	}
	for (int i = 0; i < 100; i++) { /* asked at once */
		parser_rest();
		assert_int_equal(read_line(line, &message, &e), 0);
		assert_string_equal(message.name, "STOP");
	}
	parser_stop();
}

static void
parser_that_died_is_told(void **state)
{
	struct qmp_message message = {0};
	struct error e;

	(void)state;
	assert_int_equal(parser_start(NULL, &e), 0);
	assert_int_equal(kill(child_find(), SIGKILL), 0);
	assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &message, &e), -ECHILD);
	assert_string_equal(e.why, "qpin's parser didn't answer");
	assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &message, &e), -ECHILD);
	assert_string_equal(e.why, "qpin has no parser");
	assert_int_equal(child_find(), 0);
	assert_int_equal(parser_start(NULL, &e), 0);
	assert_int_equal(read_line("{\"event\":\"STOP\"}\n", &message, &e), 0);
	parser_stop();
	parser_stop();
}

/* What is at the other end of the parser's socket is no parser, but @said. */
static int
liar_read(const void *said, size_t bytes, struct error *e)
{
	struct qmp_message message = {0};
	int ends[2], r;
	int at = dup(STDIN_FILENO); /* the number that the socket will have: the lowest free one */

	assert_int_equal(close(at), 0);
	assert_int_equal(parser_start(NULL, e), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(dup2(ends[0], at), at);
	assert_int_equal(write(ends[1], said, bytes), bytes);
	assert_int_equal(shutdown(ends[1], SHUT_WR), 0);
	r = read_line("{\"event\":\"STOP\"}\n", &message, e);
	if (r == 0) {
		assert_int_equal(strlen(message.name) < QMP_NAME_BYTES, 1);
		for (size_t i = 0; message.iothreads != NULL && i < message.count; i++)
			assert_true(strlen(message.iothreads[i].id) < QMP_ID_BYTES);
		message_done(&message);
	}
	parser_stop();
	(void)close(ends[0]);
	(void)close(ends[1]);
	return r;
}

static void
parser_that_was_taken_over_cannot_say_what_a_message_cannot_be(void **state)
{
	struct {
		struct parsed parsed;
		struct qmp_iothread item;
	} answer;
	const size_t head = offsetof(__typeof__(answer), item), all = head + sizeof(answer.item);
	struct error e;

	(void)state;
	memset(&answer, 'x', sizeof(answer));
	assert_int_equal(liar_read(&answer, head, &e), -ECHILD);
	assert_string_equal(e.why, "qpin's parser answered what it can't mean");
	answer.parsed.result = 0;
	assert_int_equal(liar_read(&answer, head, &e), -ECHILD);
	answer.parsed.message.kind = QMP_RETURN;
	assert_int_equal(liar_read(&answer, head, &e), -ECHILD);
	answer.parsed.message.shape = QMP_OTHER;
	assert_int_equal(liar_read(&answer, head, &e), 0);
	assert_int_equal(liar_read(&answer, head + 1, &e), -ECHILD);
	assert_string_equal(e.why, "qpin's parser answered more than it was asked");
	assert_int_equal(liar_read(&answer, head - 1, &e), -ECHILD); /* half of it */
	assert_string_equal(e.why, "qpin's parser didn't answer");
	answer.parsed.message.shape = QMP_IOTHREADS; /* more of them than there can be */
	assert_int_equal(liar_read(&answer, head, &e), 0);
	answer.parsed.message.count = 1; /* a name without an end */
	assert_int_equal(liar_read(&answer, all, &e), 0);
	answer.parsed.message.count = 2; /* more than are said */
	assert_int_equal(liar_read(&answer, all, &e), -ECHILD);
	answer.parsed.result = -EPROTO;
	assert_int_equal(liar_read(&answer, head, &e), -EPROTO);
	assert_true(strlen(e.why) > 0);
	answer.parsed.result = -ETIMEDOUT; /* none of its */
	assert_int_equal(liar_read(&answer, head, &e), -ECHILD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parser_reads_under_its_list),
		cmocka_unit_test(parser_cannot_do_without_a_call_of_its_list),
		cmocka_unit_test(parser_has_nothing),
		cmocka_unit_test(parser_of_a_greedy_message_has_enough_memory_or_says_so),
		cmocka_unit_test(parser_reads_lines_together),
		cmocka_unit_test(parser_of_many_greedy_lines_says_so),
		cmocka_unit_test(parser_that_rests_gives_memory_back_and_reads_on),
		cmocka_unit_test(parser_that_died_is_told),
		cmocka_unit_test(parser_that_was_taken_over_cannot_say_what_a_message_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
