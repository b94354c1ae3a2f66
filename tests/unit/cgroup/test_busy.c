/* SPDX-License-Identifier: MIT */
#include "cgroup/busy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "check.h"
#include "tree.h"

/* The first CPU that we may use. */
static struct cpus
own_cpu(void)
{
	struct cpus own = {0}, one = {0};

	assert_int_equal(sched_getaffinity(0, CPUS_MAX / 8, (cpu_set_t *)(void *)own.word), 0);
	cpus_add(&one, (unsigned)cpus_next(&own, 0));
	return one;
}

static bool
has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 ||
	       errno != ECHILD;
}

static void
a_cpu_is_busy_from_begin_to_end(void **state)
{
	struct cpus cpus = own_cpu();
	struct busy busy;
	struct pollfd ended = {.events = POLLIN};

	(void)state;
	assert_int_equal(busy_begin(-1, false, &cpus, &busy), 1);
	assert_int_equal(busy.count, 1);
	ended.fd = busy.pidfds[0];
	assert_int_equal(poll(&ended, 1, 0), 0);
	busy_end(&busy);
	assert_false(has_children());
	assert_int_equal(fcntl(ended.fd, F_GETFD), -1);
	assert_int_equal(busy.count, 0);
	busy_end(&busy);
}

static void
a_cpu_that_is_not_there_holds_nobody_up(void **state)
{
	struct cpus cpus = own_cpu();
	struct busy busy;

	(void)state;
	cpus_add(&cpus, CPUS_MAX - 1);
	assert_int_equal(busy_begin(-1, false, &cpus, &busy), 1);
	assert_int_equal(busy.count, 2);
	busy_end(&busy);
	assert_false(has_children());
}

static void
without_a_cgroup_nothing_runs(void **state)
{
	struct cpus cpus = own_cpu();

	(void)state;
	for (int confined = 0; confined < 2; confined++) {
		auto_fd int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		struct busy busy;

		assert_true(fd >= 0);
		assert_int_equal(busy_begin(fd, confined, &cpus, &busy), 0);
		assert_int_equal(busy.count, confined); /* one began, and couldn't move there */
		busy_end(&busy);
		assert_false(has_children());
	}
}

/* A directory whose cgroup.procs is a file: what it has to write there is there then. */
static void
who_is_confined_moves_there(void **state)
{
	struct cpus cpus = own_cpu();
	struct tree tree;
	struct busy busy;
	struct error e;
	char text[16];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "cgroup.procs", "");
	assert_int_equal(busy_begin(tree.root.fd, true, &cpus, &busy), 1);
	busy_end(&busy);
	assert_true(file_read(&tree.root, "cgroup.procs", text, sizeof(text), &e) >= 0);
	assert_string_equal(text, "0");
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cpu_is_busy_from_begin_to_end),
		cmocka_unit_test(a_cpu_that_is_not_there_holds_nobody_up),
		cmocka_unit_test(without_a_cgroup_nothing_runs),
		cmocka_unit_test(who_is_confined_moves_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
