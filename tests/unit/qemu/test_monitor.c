/* SPDX-License-Identifier: MIT */
#include "qemu/monitor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
monitor_config_names_the_childs_socket(void **state)
{
	char text[256] = "", want[32];
	struct error e;
	auto_fd int fd = monitor_config_open(&e);

	(void)state;
	assert_true(fd >= 0);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	(void)snprintf(want, sizeof(want), "fd = \"%d\"\n", MONITOR_SOCKET_FD);
	assert_non_null(strstr(text, want));
	assert_non_null(strstr(text, "mode = \"control\"\n"));
	(void)snprintf(want, sizeof(want), "/proc/self/fd/%d", MONITOR_CONFIG_FD);
	assert_string_equal(monitor_argv[1], want);
	assert_null(monitor_argv[2]);
}

static void
monitor_config_is_read_by_all_and_changed_by_none(void **state)
{
	struct error e;
	auto_fd int fd = monitor_config_open(&e);
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0444);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monitor_config_names_the_childs_socket),
		cmocka_unit_test(monitor_config_is_read_by_all_and_changed_by_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
