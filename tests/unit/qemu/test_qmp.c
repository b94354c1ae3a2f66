/* SPDX-License-Identifier: MIT */
#include "qemu/qmp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "parsing.h"

#define GREETING                                                                                   \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "         \
	"\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n"
#define READY GREETING "{\"return\": {}, \"id\": 1}\r\n"

enum {
	SHORT_MS = 10,
	LONG_MS = 20 * 1000,
};

static const char *const asked[] = {QMP_BEGIN, NULL};

/* A socket at whose other end @script was said already: ids are known beforehand. */
static int
said(const char *script, int *other)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(write(ends[1], script, strlen(script)), strlen(script));
	*other = ends[1];
	return ends[0];
}

/* What was handed over, as text: "STOP;7=running;8!words;" */
static void
note(void *context, const struct qmp_message *message)
{
	struct buf *notes = context;

	if (message->kind == QMP_EVENT)
		buf_printf(notes, "%s;", message->name);
	else if (message->kind == QMP_ERROR)
		buf_printf(notes, "%d!%s;", (int)message->id, message->name);
	else
		buf_printf(notes, "%d=%s;", (int)message->id, message->name);
}

static void
qmp_talks_with_events_between_answers(void **state)
{
	static const char script[] = "{\"event\": \"EARLY\"}\r\n" /* behind the greeting */
				     "{\"return\": {}, \"id\": 1}\r\n"
				     "{\"event\": \"STOP\", \"data\": {\"a\": 1}}\r\n"
				     "{\"return\": {\"status\": \"paused\"}, \"id\": 2}\r\n"
				     "{\"event\": \"LATE\"}\r\n";
	char sent[256] = "";
	auto_buf struct buf notes = {0};
	auto_message struct qmp_message answer = {0};
	auto_free char *whole = text_printf("%s%s", GREETING, script);
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;

	(void)state;
	assert_int_equal(qmp_open_take(said(whole, &other), -1, asked, LONG_MS, &q, &e), 0);
	assert_int_equal(q.version.major * 10000 + q.version.minor * 100 + q.version.micro, 70222);
	assert_int_equal(qmp_command(&q, "query-x", LONG_MS, &answer, &e), 0);
	assert_string_equal(answer.name, "paused");
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), 3);
	assert_string_equal(notes.text, "EARLY;STOP;LATE;");
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), 0);
	assert_true(read(other, sent, sizeof(sent) - 1) > 0);
	assert_string_equal(sent, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n"
				  "{\"execute\":\"query-x\",\"id\":2}\n");
}

/* However the answers come: what was asked ahead is asked once, and all of it at once. */
static void
qmp_asks_ahead(void **state)
{
	static const char *const three[] = {QMP_BEGIN, "a", "b", "c", NULL};
	static const char script[] = READY "{\"return\": {\"status\": \"x\"}, \"id\": 2}\n"
					   "{\"event\": \"STOP\"}\n"
					   "{\"error\": {\"desc\": \"no\"}, \"id\": 3}\n";
	static const char rest[] = "{\"return\": {\"status\": \"y\"}, \"id\": 5}\n"
				   "{\"return\": {}, \"id\": 4}\n";
	char sent[512] = "";
	auto_buf struct buf notes = {0};
	auto_message struct qmp_message answer = {0};
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;

	(void)state;
	assert_int_equal(qmp_open_take(said(script, &other), -1, three, SHORT_MS, &q, &e), 0);
	assert_int_equal(qmp_command(&q, "a", LONG_MS, &answer, &e), 0);
	assert_string_equal(answer.name, "x");
	assert_int_equal(qmp_command(&q, "b", SHORT_MS, NULL, &e), -EREMOTEIO);
	assert_string_equal(e.what, "run QMP command 'b'");
	assert_string_equal(e.why, "no");
	assert_int_equal(write(other, rest, sizeof(rest) - 1), sizeof(rest) - 1);
	/* Not the one that comes next: it is asked by itself. */
	assert_int_equal(qmp_command(&q, "d", LONG_MS, &answer, &e), 0);
	assert_string_equal(answer.name, "y");
	assert_int_equal(qmp_command(&q, "c", SHORT_MS, NULL, &e), -ETIMEDOUT);
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), 2);
	assert_string_equal(notes.text, "STOP;4=;");
	assert_true(read(other, sent, sizeof(sent) - 1) > 0);
	assert_string_equal(sent, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n"
				  "{\"execute\":\"a\",\"id\":2}\n"
				  "{\"execute\":\"b\",\"id\":3}\n"
				  "{\"execute\":\"c\",\"id\":4}\n"
				  "{\"execute\":\"d\",\"id\":5}\n"
				  "{\"execute\":\"c\",\"id\":6}\n");
}

static void
qmp_heard_looks_and_hands_nothing_over(void **state)
{
	static const char late[] = "{\"event\": \"RESUME\"}\n";
	auto_buf struct buf notes = {0};
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;

	(void)state;
	assert_int_equal(qmp_open_take(said(READY "{\"event\": \"STOP\"}\n", &other), -1, asked,
				 LONG_MS, &q, &e),
		0);
	assert_int_equal(qmp_heard(&q, "STOP", false, &e), 1);
	assert_int_equal(qmp_heard(&q, "RESUME", false, &e), 0);
	assert_int_equal(write(other, late, sizeof(late) - 1), sizeof(late) - 1);
	assert_int_equal(qmp_heard(&q, "RESUME", true, &e), 0); /* it isn't read */
	assert_int_equal(qmp_heard(&q, "RESUME", false, &e), 1);
	assert_int_equal(qmp_heard(&q, "STOP", true, &e), 1);
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), 2);
	assert_string_equal(notes.text, "STOP;RESUME;");
	assert_int_equal(qmp_heard(&q, "RESUME", false, &e), 0);
	assert_int_equal(write(other, "x\n", 2), 2);
	assert_int_equal(qmp_heard(&q, "RESUME", false, &e), -EPROTO);
	(void)close(fd_release(&other));
	assert_int_equal(qmp_heard(&q, "RESUME", false, &e), -EPIPE);
}

static void
qmp_refuses_what_is_no_greeting(void **state)
{
	static const struct {
		const char *text;
		int want;
	} row[] = {
		{"", -ETIMEDOUT},
		{"{\"QMP\": {\"version\"", -ETIMEDOUT},
		{"hello\n", -EPROTO},
		{"\n", -EPROTO},
		{"{}\n", -EPROTO},
		{"{\"QMP\": {}}\n", -EPROTO},
		{"{\"event\": \"STOP\"}\n", -EPROTO},
		{GREETING, -ETIMEDOUT},
		{GREETING "{\"error\": {\"desc\": \"no\"}, \"id\": 1}\n", -EREMOTEIO},
		{GREETING GREETING, -EPROTO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_qmp struct qmp q = QMP_CLOSED;
		struct error e = {0};
		auto_fd int other = -1;
		int got = qmp_open_take(said(row[i].text, &other), -1, asked, SHORT_MS, &q, &e);

		if (got != row[i].want)
			fail_msg("row %zu: want %d, got %d (%s)", i, row[i].want, got, e.why);
		assert_int_equal(e.kind, ERROR_HOST);
		assert_true(e.why[0] != '\0');
	}
}

static void
qmp_command_judges_answers(void **state)
{
	static const struct {
		const char *text;
		int want;
		const char *why;
	} row[] = {
		{"{\"return\": {}, \"id\": 2}\n", 0, ""},
		{"{\"return\": {}, \"id\": 3}\n{\"return\": {}, \"id\": 2}\n", 0, ""},
		{"{\"return\": {}}\n{\"return\": {}, \"id\": \"2\"}\n{\"return\": {}, \"id\": 2}\n",
			0, ""},
		{"{\"return\": {}, \"id\": 1}\n", -ETIMEDOUT, "QEMU didn't answer within 10 ms"},
		{"{\"error\": {\"class\": \"X\", \"desc\": \"not so\"}, \"id\": 2}\n", -EREMOTEIO,
			"not so"},
		{"{\"error\": {\"class\": \"X\", \"desc\": \"parse\"}}\n", -EREMOTEIO, "parse"},
		{"{\"error\": {\"class\": \"X\", \"desc\": \"other\"}, \"id\": 1}\n", -ETIMEDOUT,
			"QEMU didn't answer within 10 ms"},
		{"{\"return\": {}, \"id\": 2", -ETIMEDOUT, "QEMU didn't answer within 10 ms"},
		{"{\"return\": {}, \"id\": 2} {}\n", -EPROTO, NULL},
		{"[1]\n", -EPROTO, NULL},
		{"{\"foo\": 1}\n", -EPROTO,
			"what QEMU says isn't QMP: it is neither greeting, "
			"event nor answer"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_free char *script = text_printf("%s%s", READY, row[i].text);
		auto_qmp struct qmp q = QMP_CLOSED;
		struct error e = {0};
		auto_fd int other = -1;
		int got;

		assert_int_equal(
			qmp_open_take(said(script, &other), -1, asked, LONG_MS, &q, &e), 0);
		got = qmp_command(&q, "cont", SHORT_MS, NULL, &e);
		if (got != row[i].want)
			fail_msg("row %zu: want %d, got %d (%s)", i, row[i].want, got, e.why);
		if (got < 0)
			assert_string_equal(e.what, "run QMP command 'cont'");
		if (row[i].why != NULL)
			assert_string_equal(e.why, row[i].why);
		if (got == -EPROTO) /* once out of step, no more */
			assert_int_equal(qmp_command(&q, "cont", LONG_MS, NULL, &e), -EPIPE);
	}
}

static void
qmp_refuses_deep_and_long_messages(void **state)
{
	static char deep[4096], piece[64 * 1024];
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;
	int ends[2];
	pid_t pid;

	(void)state;
	(void)snprintf(deep, sizeof(deep), "{\"return\":%*s\n", 2000, "");
	memset(strchr(deep, ' '), '[', 2000);
	assert_int_equal(qmp_open_take(said(READY, &other), -1, asked, LONG_MS, &q, &e), 0);
	assert_int_equal(write(other, deep, strlen(deep)), strlen(deep));
	assert_int_equal(qmp_command(&q, "x", LONG_MS, NULL, &e), -EPROTO);
	qmp_close(&q);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) { /* never a newline, for as long as it's read */
		(void)close(ends[0]);
		memset(piece, ' ', sizeof(piece));
		while (send(ends[1], piece, sizeof(piece), MSG_NOSIGNAL) > 0)
			continue;
		_exit(0);
	}
	(void)close(ends[1]);
	assert_int_equal(qmp_open_take(ends[0], -1, asked, LONG_MS, &q, &e), -EMSGSIZE);
	assert_true(q.wire.size / 2 <= QMP_REPLY_MAX_BYTES);
	qmp_close(&q);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A process that says @script byte by byte, hears @commands lines, and ends. */
static pid_t
fake_start(const char *script, unsigned commands, int *fd)
{
	int ends[2];
	pid_t pid;
	char c;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(ends[0]);
		for (; *script != '\0'; script++)
			(void)send(ends[1], script, 1, MSG_NOSIGNAL);
		while (commands > 0 && read(ends[1], &c, 1) == 1)
			commands -= c == '\n';
		_exit(3);
	}
	(void)close(ends[1]);
	*fd = ends[0];
	return pid;
}

/* Talk to one that ends: what qmp_open_take() gives, or else the next command. */
static int
talk_to_the_end(const char *script, unsigned commands, bool known, struct error *e)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	int fd, got;
	pid_t pid = fake_start(script, commands, &fd);
	auto_fd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(pidfd >= 0);
	got = qmp_open_take(fd, known ? pidfd : -1, asked, LONG_MS, &q, e);
	if (got == 0)
		got = qmp_command(&q, "x", LONG_MS, NULL, e);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return got;
}

static void
qmp_tells_the_death_of_qemu_at_once(void **state)
{
	static const char open_fails[] = "get QEMU's QMP greeting";
	static const char start_fails[] = "run QMP command 'qmp_capabilities'";
	static const char command_fails[] = "run QMP command 'x'";
	static const struct {
		const char *script;
		unsigned commands;
		bool known; /* its pidfd */
		int want;
		const char *what;
	} row[] = {
		{"", 0, true, -ECHILD, open_fails},
		{"", 0, false, -EPIPE, open_fails},
		{"{\"QMP\":", 0, true, -ECHILD, open_fails},
		{GREETING, 1, true, -ECHILD, start_fails},
		{READY, 2, true, -ECHILD, command_fails},
		{READY, 2, false, -EPIPE, command_fails},
		{READY "{\"event\":\"SHUTDOWN\"}\n{\"return\":{},\"id\":2}\n", 2, true, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct error e = {0};
		int got = talk_to_the_end(row[i].script, row[i].commands, row[i].known, &e);

		if (got != row[i].want)
			fail_msg("row %zu: got %d (%s)", i, got, e.why);
		assert_string_equal(e.what, row[i].what);
		if (got == -ECHILD)
			assert_string_equal(e.why, "QEMU has ended");
	}
}

static void
qmp_tells_the_death_though_another_holds_the_socket(void **state)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1, unused = -1;
	pid_t pid = fake_start("", 0, &unused);
	auto_fd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	(void)state;
	assert_int_equal(qmp_open_take(said("", &other), pidfd, asked, LONG_MS, &q, &e), -ECHILD);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
qmp_keeps_the_newest_of_too_many_events(void **state)
{
	auto_buf struct buf script = {0}, notes = {0};
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;

	(void)state;
	buf_add(&script, READY);
	for (int i = 0; i < QMP_QUEUE_MAX + 10; i++)
		buf_printf(&script, "{\"event\": \"E%d\"}\n", i);
	buf_add(&script, "{\"return\": 1, \"id\": 2}\n");
	assert_int_equal(qmp_open_take(said(script.text, &other), -1, asked, LONG_MS, &q, &e), 0);
	assert_int_equal(qmp_command(&q, "x", LONG_MS, NULL, &e), 0);
	assert_int_equal(q.dropped, 10);
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), QMP_QUEUE_MAX);
	assert_int_equal(strncmp(notes.text, "E10;E11;", 8), 0);
	assert_true(str_ends(notes.text, "E265;"));
}

static void
qmp_dispatch_hands_answers_over_that_come_later(void **state)
{
	static const char late[] =
		"{\"return\": {\"status\": \"x\"}, \"id\": 2}\n{\"event\": \"POWERDOWN\"}\n"
		"{\"error\": {\"desc\": \"no\"}, \"id\": 3}\n"
		"{\"return\": 9, \"id\": 99}\n{\"event\":";
	auto_buf struct buf notes = {0};
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;

	(void)state;
	assert_int_equal(qmp_open_take(said(READY, &other), -1, asked, LONG_MS, &q, &e), 0);
	assert_false(qmp_is_owed(&q));
	assert_int_equal(qmp_command(&q, "slow", SHORT_MS, NULL, &e), -ETIMEDOUT);
	assert_true(qmp_is_owed(&q));
	assert_int_equal(qmp_send(&q, "system_powerdown", 0, &e), 3);
	assert_int_equal(write(other, late, sizeof(late) - 1), sizeof(late) - 1);
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), 3);
	assert_string_equal(notes.text, "2=x;POWERDOWN;3!no;");
	assert_int_equal(q.strange, 1);
	assert_false(qmp_is_owed(&q));
	assert_int_equal(qmp_send(&q, "quit", 0, &e), 4);
	assert_true(qmp_is_owed(&q)); /* what it said of command 99 before is no answer */
	(void)close(fd_release(&other));
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), -EPIPE);
	assert_false(qmp_is_owed(&q)); /* nor can it answer any more */
	assert_int_equal(qmp_dispatch(&q, note, &notes, &e), -EPIPE);
	assert_int_equal(qmp_send(&q, "quit", 0, &e), -EPIPE);
}

static void
qmp_send_does_not_wait_for_who_does_not_read(void **state)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e;
	auto_fd int other = -1;
	int64_t id = 1;

	(void)state;
	assert_int_equal(qmp_open_take(said(READY, &other), -1, asked, LONG_MS, &q, &e), 0);
	for (int i = 0; i < 1000000 && id > 0; i++)
		id = qmp_send(&q, "system_powerdown", 0, &e);
	assert_int_equal(id, -EAGAIN);
	assert_string_equal(e.why, "QEMU doesn't read what its monitor is told");
	assert_false(q.broken);
	assert_int_equal(qmp_command(&q, "x", SHORT_MS, NULL, &e), -ETIMEDOUT);
	assert_false(q.broken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qmp_talks_with_events_between_answers),
		cmocka_unit_test(qmp_asks_ahead),
		cmocka_unit_test(qmp_heard_looks_and_hands_nothing_over),
		cmocka_unit_test(qmp_refuses_what_is_no_greeting),
		cmocka_unit_test(qmp_command_judges_answers),
		cmocka_unit_test(qmp_refuses_deep_and_long_messages),
		cmocka_unit_test(qmp_tells_the_death_of_qemu_at_once),
		cmocka_unit_test(qmp_tells_the_death_though_another_holds_the_socket),
		cmocka_unit_test(qmp_keeps_the_newest_of_too_many_events),
		cmocka_unit_test(qmp_dispatch_hands_answers_over_that_come_later),
		cmocka_unit_test(qmp_send_does_not_wait_for_who_does_not_read),
	};

	return cmocka_run_group_tests(tests, parsing_begin, parsing_end);
}
