/* SPDX-License-Identifier: MIT */
#include "qemu/reach.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "parsing.h"
#include "tree.h"

#define GREETING                                                                                   \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "         \
	"\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n"
#define READY GREETING "{\"return\": {}, \"id\": 1}\r\n"

enum {
	SHORT_MS = 20,
	LONG_MS = 20 * 1000,
};

/* A monitor that this process listens on, and a child answers for. */
struct stage {
	struct tree tree;
	char path[512];
	int listener;
	pid_t child; /* 0: nobody answers */
};

/* Listens at @name below the tree; says @script to each who comes, or nothing for NULL. */
static void
stage_make(struct stage *s, const char *name, const char *script)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	tree_make(&s->tree);
	(void)snprintf(s->path, sizeof(s->path), "%s/%s", s->tree.root.path, name);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	s->child = script != NULL ? fork() : 0;
	while (script != NULL && s->child == 0) {
		int fd = accept(s->listener, NULL, NULL);
		char byte;

		(void)!write(fd, script, strlen(script));
		while (read(fd, &byte, 1) == 1)
			;
		(void)close(fd);
	}
}

static void
stage_done(struct stage *s)
{
	if (s->child > 0) {
		assert_int_equal(kill(s->child, SIGKILL), 0);
		assert_int_equal(waitpid(s->child, NULL, 0), s->child);
	}
	(void)close(s->listener);
	tree_remove(&s->tree);
}

static void
given_sockets_are_reached_and_tell_whose_they_are(void **state)
{
	struct stage s;
	struct error e = {0};
	pid_t pid = 0;

	(void)state;
	stage_make(&s, "qmp", READY);
	for (unsigned i = 0; i < 3; i++) { /* each time it is left as it was */
		auto_qmp struct qmp q = QMP_CLOSED;

		if (reach_given(s.path, i == 1 ? getpid() : 0, LONG_MS, &q, &pid, &e) < 0)
			fail_msg("%s: %s", e.what, e.why);
		assert_int_equal(pid, getpid());
		assert_int_equal(q.version.major, 7);
	}
	stage_done(&s);
}

static void
somebody_elses_socket_is_not_spoken_to(void **state)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e = {0};
	char byte;
	struct stage s;
	int fd;

	(void)state;
	stage_make(&s, "qmp", NULL);
	assert_int_equal(reach_given(s.path, getppid(), LONG_MS, &q, NULL, &e), -EPERM);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_string_equal(e.where, s.path);
	assert_non_null(strstr(e.why, "listens there, and not"));
	fd = accept(s.listener, NULL, NULL);
	assert_int_equal(read(fd, &byte, 1), 0);
	(void)close(fd);
	stage_done(&s);
}

static void
silent_and_busy_sockets_are_given_up(void **state)
{
	static const char *const script[] = {NULL, "", GREETING};

	(void)state;
	for (size_t i = 0; i < COUNT(script); i++) {
		auto_qmp struct qmp q = QMP_CLOSED;
		struct error e = {0};
		struct stage s;

		stage_make(&s, "qmp", script[i]);
		assert_int_equal(reach_given(s.path, 0, SHORT_MS, &q, NULL, &e), -EBUSY);
		assert_string_equal(e.where, s.path);
		assert_non_null(strstr(e.why, "one client at a time"));
		stage_done(&s);
	}
}

/* As it is when others wait already. */
static void
sockets_that_take_nobody_are_busy(void **state)
{
	auto_qmp struct qmp first = QMP_CLOSED, second = QMP_CLOSED, third = QMP_CLOSED;
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, "qmp", NULL);
	assert_int_equal(reach_given(s.path, 0, SHORT_MS, &first, NULL, &e), -EBUSY);
	assert_int_equal(reach_given(s.path, 0, SHORT_MS, &second, NULL, &e), -EBUSY);
	assert_int_equal(reach_given(s.path, 0, LONG_MS, &third, NULL, &e), -EBUSY);
	stage_done(&s);
}

static void
what_is_no_monitor_is_told(void **state)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e = {0};
	char path[512 + 8];
	struct stage s;

	(void)state;
	stage_make(&s, "qmp", "hello\n");
	assert_int_equal(reach_given(s.path, 0, LONG_MS, &q, NULL, &e), -EPROTO);
	assert_string_equal(e.where, s.path);
	qmp_close(&q);
	tree_put(&s.tree, "file", "");
	(void)snprintf(path, sizeof(path), "%s/file", s.tree.root.path);
	assert_int_equal(reach_given(path, 0, LONG_MS, &q, NULL, &e), -ENOTSOCK);
	(void)snprintf(path, sizeof(path), "%s/none", s.tree.root.path);
	assert_int_equal(reach_given(path, 0, LONG_MS, &q, NULL, &e), -ENOENT);
	assert_string_equal(e.where, path);
	assert_int_equal(kill(s.child, SIGKILL), 0);
	assert_int_equal(waitpid(s.child, NULL, 0), s.child);
	s.child = 0;
	(void)close(s.listener);
	assert_int_equal(reach_given(s.path, 0, LONG_MS, &q, NULL, &e), -ECONNREFUSED);
	s.listener = -1;
	stage_done(&s);
}

/* A process below the tree with that command line, its words with a blank between them. */
static void
process_put(const struct stage *s, pid_t pid, const char *words, const char *root)
{
	char name[64];
	int fd;

	(void)snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	tree_put(&s->tree, name, "");
	fd = openat(s->tree.root.fd, name, O_WRONLY | O_CLOEXEC);
	for (const char *at = words; at[0] != '\0'; at++)
		assert_int_equal(write(fd, *at != ' ' ? at : "", 1), 1);
	assert_int_equal(write(fd, "", 1), 1);
	(void)close(fd);
	(void)snprintf(name, sizeof(name), "%d/cwd", (int)pid);
	assert_int_equal(symlinkat(s->tree.root.path, s->tree.root.fd, name), 0);
	(void)snprintf(name, sizeof(name), "%d/root", (int)pid);
	assert_int_equal(symlinkat(root, s->tree.root.fd, name), 0);
}

static void
sockets_are_found_by_qemus_command_line(void **state)
{
	auto_qmp struct qmp q = QMP_CLOSED;
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, "qmp", READY);
	/* Relative to where it works; the first can't be used. */
	process_put(&s, getpid(), "qemu -qmp unix:none,server -qmp unix:qmp,server", "/");
	if (reach_found(&s.tree.root, getpid(), LONG_MS, &q, &e) < 0)
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(q.version.major, 7);
	stage_done(&s);
}

static void
what_keeps_from_a_found_socket_is_told(void **state)
{
	static const struct {
		const char *words, *root;
		pid_t other; /* than this process */
		int want;
		const char *why;
	} row[] = {
		{"qemu", "/", 0, -ENOENT, "no path of a QMP"},
		{"qemu -qmp tcp:x,server", "/", 0, -ENOENT, "no path of its QMP"},
		{"qemu -qmp unix:qmp,server", "/proc", 0, -EXDEV, "another root directory"},
		{"qemu -qmp unix:qmp,server", "/", 1, -EPERM, "listens there, and not"},
		{"qemu -qmp unix:none,server", "/", 0, -ENOENT, ""},
		{"qemu -qmp unix:qmp,server -qmp unix:none,server", "/", 0, -EBUSY,
			"one client at a time"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_qmp struct qmp q = QMP_CLOSED;
		struct error e = {0};
		struct stage s;
		pid_t pid = getpid() + row[i].other;
		int got;

		stage_make(&s, "qmp", NULL);
		process_put(&s, pid, row[i].words, row[i].root);
		got = reach_found(&s.tree.root, pid, SHORT_MS, &q, &e);
		if (got != row[i].want || strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: %d, %s", i, got, e.why);
		stage_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_sockets_are_reached_and_tell_whose_they_are),
		cmocka_unit_test(somebody_elses_socket_is_not_spoken_to),
		cmocka_unit_test(silent_and_busy_sockets_are_given_up),
		cmocka_unit_test(sockets_that_take_nobody_are_busy),
		cmocka_unit_test(what_is_no_monitor_is_told),
		cmocka_unit_test(sockets_are_found_by_qemus_command_line),
		cmocka_unit_test(what_keeps_from_a_found_socket_is_told),
	};

	return cmocka_run_group_tests(tests, parsing_begin, parsing_end);
}
