/* SPDX-License-Identifier: MIT */
#include "qemu/own.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "host/task.h"
#include "tree.h"

enum {
	QEMU_PID = 100,
};

/* A /proc where process 100 has threads 100-104, and 1 and 200 are others. */
static void
proc_make(struct tree *tree)
{
	static const char *const file[] = {"1/task/1/stat", "100/task/100/stat",
		"100/task/101/stat", "100/task/102/stat", "100/task/103/stat", "100/task/104/stat",
		"200/task/200/stat", "200/task/201/stat"};

	tree_make(tree);
	for (size_t i = 0; i < COUNT(file); i++)
		tree_put(tree, file[i], "");
}

static void
threads_of_others_and_of_two_roles_are_refused(void **state)
{
	static const struct {
		pid_t vcpu[2], iothread;
		int want;
		const char *told;
	} row[] = {
		{{101, 102}, 103, 0, ""},
		{{104, 101}, 102, 0, ""},
		{{101, 1}, 103, -ESRCH, "vCPU 0.0.1"},
		{{200, 102}, 103, -ESRCH, "vCPU 0.0.0"},
		{{201, 102}, 103, -ESRCH, "vCPU 0.0.0"},
		{{101, 102}, 201, -ESRCH, "iothread 'io'"},
		{{101, 105}, 103, -ESRCH, "vCPU 0.0.1"},
		{{100, 101}, 103, -ESRCH, "vCPU 0.0.0"}, /* the main thread */
		{{101, 102}, 100, -ESRCH, "iothread 'io'"},
		{{101, 102}, 102, -ENOTUNIQ, "thread 102 for both"},
		{{101, 101}, 103, -ENOTUNIQ, "single-threaded TCG"},
	};
	struct tree tree;

	(void)state;
	proc_make(&tree);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct vcpu_thread vcpus[] = {
			{0, 0, 0, 0, row[i].vcpu[0]}, {0, 0, 1, 1, row[i].vcpu[1]}};
		struct iothread_thread iothread = {(char[]){"io"}, row[i].iothread};
		struct threads threads = {vcpus, COUNT(vcpus), &iothread, 1, 0};
		struct error e = {0};
		int got = threads_check(&threads, &tree.root, QEMU_PID, -1, &e);

		if (got != row[i].want ||
			(strstr(e.what, row[i].told) == NULL && strstr(e.why, row[i].told) == NULL))
			fail_msg("row %zu: %d, \"%s: %s\"", i, got, e.what, e.why);
		assert_int_equal(strstr(e.hint, "tcg,thread=multi") != NULL, i == COUNT(row) - 1);
	}
	tree_remove(&tree);
}

static void
threads_of_one_vcpu_may_be_single(void **state)
{
	struct vcpu_thread vcpu = {.tid = 101};
	struct threads threads = {.vcpus = &vcpu, .vcpu_count = 1};
	int64_t before = task_now();
	struct tree tree;
	struct error e;

	(void)state;
	proc_make(&tree);
	assert_int_equal(threads_check(&threads, &tree.root, QEMU_PID, -1, &e), 0);
	assert_in_range(threads.seen, before, task_now());
	tree_remove(&tree);
}

/* What /proc tells of a process whose directory was opened is of no other that has its id later. */
static void
threads_are_looked_for_where_it_is_open(void **state)
{
	struct vcpu_thread vcpu = {.tid = 201};
	struct threads threads = {.vcpus = &vcpu, .vcpu_count = 1};
	auto_fd int fd = -1;
	struct tree tree;
	struct error e;

	(void)state;
	proc_make(&tree);
	fd = tasks_open(&tree.root, 200, &e);
	assert_true(fd >= 0);
	assert_int_equal(threads_check(&threads, &tree.root, QEMU_PID, fd, &e), 0);
	assert_int_equal(threads_check(&threads, &tree.root, QEMU_PID, -1, &e), -ESRCH);
	assert_int_equal(threads_check(&threads, &tree.root, 300, -1, &e), -ESRCH);
	assert_non_null(strstr(e.what, "process 300"));
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_of_others_and_of_two_roles_are_refused),
		cmocka_unit_test(threads_of_one_vcpu_may_be_single),
		cmocka_unit_test(threads_are_looked_for_where_it_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
