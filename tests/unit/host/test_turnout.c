/* SPDX-License-Identifier: MIT */
#include "host/turnout.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

#define LINE(cpu, count) "cpu" cpu " 0 0 0 0 0 0 1 2 " count "\n"

static void
those_of_a_cpu_are_known_together(void **state)
{
	struct turnout list[] = {{.os_cpu = 2, .pid = 10, .tid = 11},
		{.os_cpu = 3, .pid = 10, .tid = 12}, {.os_cpu = 3, .pid = 10, .tid = 13},
		{.os_cpu = 4, .pid = 10, .tid = 14}, {.os_cpu = 5}};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "schedstat",
		"version 16\n" LINE("2", "200") LINE("3", "300") LINE("5", "9"));
	tree_put(&tree, "10/task/11/schedstat", "1000 50 7\n");
	tree_put(&tree, "10/task/12/schedstat", "1 2 3\n");
	tree_put(&tree, "10/task/14/schedstat", "1 2 3\n");
	assert_int_equal(turnouts_of_cpu(list, COUNT(list)), 1);
	assert_int_equal(turnouts_of_cpu(list + 1, COUNT(list) - 1), 2);
	assert_int_equal(turnouts_of_cpu(list + 4, 1), 1);
	assert_int_equal(turnouts_of_cpu(list, 0), 0);
	assert_int_equal(turnouts_read(&tree.root, list, COUNT(list)), 0);
	assert_true(list[0].is_known && list[0].is_settled);
	assert_int_equal(list[0].switches, 200);
	assert_int_equal(list[0].before.count, 7);
	assert_int_equal(list[0].after.count, 7);
	assert_int_equal(list[0].after.delay_ns, 50);
	assert_false(list[1].is_known || list[1].is_settled); /* one of the CPU's two has ended */
	assert_false(list[2].is_known);
	assert_false(list[3].is_known); /* the CPU is offline */
	assert_true(list[4].is_known && list[4].is_settled);
	assert_int_equal(list[4].switches, 9);
	assert_int_equal(list[4].after.count, 0);
	tree_remove(&tree);
}

static void
a_kernel_that_does_not_count_is_no_failure(void **state)
{
	struct turnout list[] = {{.os_cpu = 2, .pid = 10, .tid = 11, .is_settled = true}};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "10/task/11/schedstat", "1000 50 7\n");
	assert_int_equal(turnouts_read(&tree.root, list, 1), 0);
	assert_false(list[0].is_known || list[0].is_settled);
	assert_int_equal(turnouts_read(&tree.root, NULL, 0), 0);
	tree_remove(&tree);
}

/* A process that has a number more at @path whenever one was read, up to @most. */
static pid_t
counter_start(const char *path, int most)
{
	pid_t pid = fork();
	int fd = pid == 0 ? open(path, O_RDWR | O_CLOEXEC) : -1, left = 0;

	assert_true(pid >= 0);
	for (int count = 1; pid == 0; (void)usleep(100)) {
		if (fd < 0 || ioctl(fd, FIONREAD, &left) < 0)
			_exit(1);
		if (left == 0 && dprintf(fd, "1 2 %d\n", count) > 0)
			count += count < most;
	}
	return pid;
}

static void
who_is_put_there_meanwhile_is_read_again(void **state)
{
	static const struct {
		int most; /* it is put there so often while it is looked at */
		bool settles;
	} row[] = {{3, true}, {1000, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct turnout list[] = {{.os_cpu = 2, .pid = 10, .tid = 11}};
		char path[600];
		struct tree tree;
		pid_t pid;

		tree_make(&tree);
		tree_put(&tree, "schedstat", "version 16\n" LINE("2", "200"));
		tree_put(&tree, "10/task/11/comm", "x\n");
		(void)snprintf(path, sizeof(path), "%s/10/task/11/schedstat", tree.root.path);
		assert_int_equal(mkfifo(path, 0600), 0);
		pid = counter_start(path, row[i].most);
		assert_int_equal(turnouts_read(&tree.root, list, 1), 0);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_true(list[0].is_known);
		assert_int_equal(list[0].is_settled, row[i].settles);
		assert_int_equal(list[0].before.count == list[0].after.count, row[i].settles);
		tree_remove(&tree);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_a_cpu_are_known_together),
		cmocka_unit_test(a_kernel_that_does_not_count_is_no_failure),
		cmocka_unit_test(who_is_put_there_meanwhile_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
