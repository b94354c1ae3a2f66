/* SPDX-License-Identifier: MIT */
#include "qemu/monitor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "change/journal.h"
#include "check.h"
#include "tree.h"

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
	assert_non_null(strstr(text, "server = \"on\"\n"));
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

/* Who takes over after our death connects by the same path. */
static void
monitor_takes_us_first_and_others_later(void **state)
{
	struct tree tree;
	int listener = -1, ours = -1, accepted;
	struct error e;
	struct stat st;
	char byte;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, JOURNAL_MONITOR_FILE, "left over");
	assert_int_equal(monitor_open(&tree.root, &listener, &ours, &e), 0);
	assert_int_equal(fstatat(tree.root.fd, JOURNAL_MONITOR_FILE, &st, 0), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	accepted = accept(listener, NULL, NULL);
	assert_int_equal(write(accepted, "x", 1), 1);
	assert_int_equal(read(ours, &byte, 1), 1);
	(void)close(accepted);
	(void)close(ours);

	/* a QEMU that ends before it accepts */
	assert_int_equal(monitor_open(&tree.root, &accepted, &ours, &e), 0);
	(void)close(accepted);
	assert_int_equal(read(ours, &byte, 1), -1);
	assert_int_equal(errno, ECONNRESET);
	(void)close(ours);
	(void)close(listener);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monitor_config_names_the_childs_socket),
		cmocka_unit_test(monitor_config_is_read_by_all_and_changed_by_none),
		cmocka_unit_test(monitor_takes_us_first_and_others_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
