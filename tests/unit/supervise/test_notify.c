/* SPDX-License-Identifier: MIT */
#include "supervise/notify.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

enum {
	WAIT_MS = 10 * 1000,
};

/* A service manager that listens, on a socket without a file. */
static int
manager_open(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len;
	char name[64];

	(void)snprintf(name, sizeof(name), "@qpin-test-%d", (int)getpid());
	(void)memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static const char *
hear(int fd, char *text, size_t size)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	ssize_t len;

	assert_int_equal(poll(&one, 1, WAIT_MS), 1);
	len = recv(fd, text, size - 1, 0);
	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static void
notify_tells_who_listens(void **state)
{
	int fd = manager_open();
	char text[256];

	(void)state;
	assert_true(notify_is_awaited());
	notify_ready("2 vCPUs");
	assert_string_equal(hear(fd, text, sizeof(text)), "READY=1\nSTATUS=2 vCPUs");
	notify_status("not as planned");
	assert_string_equal(hear(fd, text, sizeof(text)), "STATUS=not as planned");
	notify_stopping(5000);
	assert_string_equal(hear(fd, text, sizeof(text)),
		"STOPPING=1\nSTATUS=ending\nEXTEND_TIMEOUT_USEC=5000000000");
	assert_int_equal(close(fd), 0);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	assert_false(notify_is_awaited());
	notify_ready("to nobody");
}

static void
notify_answers_the_watchdog(void **state)
{
	int manager = manager_open(), fd = -2;
	struct pollfd one = {.events = POLLIN};
	char text[64], pid[16];
	struct error e;

	(void)state;
	assert_int_equal(notify_watchdog_open(&fd, &e), 0);
	assert_int_equal(fd, -1);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "20000", 1), 0);
	assert_int_equal(notify_watchdog_open(&fd, &e), 0);
	assert_true(fd >= 0);
	for (int i = 0; i < 2; i++) {
		one.fd = fd;
		assert_int_equal(poll(&one, 1, WAIT_MS), 1);
		notify_alive(fd);
		assert_string_equal(hear(manager, text, sizeof(text)), "WATCHDOG=1");
	}
	assert_int_equal(close(fd), 0);

	/* that of another process, or one that is nothing */
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	assert_int_equal(notify_watchdog_open(&fd, &e), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	for (const char *usec = "1"; usec != NULL; usec = *usec == '1' ? "never" : NULL) {
		assert_int_equal(setenv("WATCHDOG_USEC", usec, 1), 0);
		assert_int_equal(notify_watchdog_open(&fd, &e), 0);
		assert_int_equal(fd, -1);
	}
	assert_int_equal(unsetenv("WATCHDOG_USEC"), 0);
	assert_int_equal(unsetenv("WATCHDOG_PID"), 0);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	assert_int_equal(close(manager), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notify_tells_who_listens),
		cmocka_unit_test(notify_answers_the_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
