/* SPDX-License-Identifier: MIT */
#include "qemu/tasks.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

static void
tasks_have_roles_by_exclusion(void **state)
{
	static const struct {
		pid_t tid;
		enum task_role role;
		const char *name;
	} want[] = {
		{99, TASK_VCPU, "CPU 0/TCG"},
		{100, TASK_EMULATOR, "qemu-system-x86"},
		{101, TASK_IOTHREAD, "IO io0"},
		{1000, TASK_EMULATOR, "worker"},
	};
	struct vcpu_thread vcpu = {.tid = 99, .index = 7};
	struct iothread_thread iothread = {.id = (char[]){"io0"}, .tid = 101};
	const struct threads none = {0};
	const struct threads known = {&vcpu, 1, &iothread, 1, 0};
	struct tree tree;
	struct tasks got;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "100/task/1000/comm", "worker\n");
	tree_put(&tree, "100/task/100/comm", "qemu-system-x86\n");
	tree_put(&tree, "100/task/99/comm", "CPU 0/TCG\n");
	tree_put(&tree, "100/task/101/comm", "IO io0\n");
	tree_put(&tree, "100/task/102/status", ""); /* it ended meanwhile: no comm */
	tree_put(&tree, "100/task/0x3/comm", "none\n");
	assert_int_equal(tasks_read(&tree.root, 100, &known, &got, &e), 0);
	assert_int_equal(got.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(got.list[i].tid, want[i].tid);
		assert_string_equal(got.list[i].name, want[i].name);
		assert_int_equal(got.list[i].role, want[i].role);
	}
	assert_int_equal(got.list[0].index, 7);
	assert_string_equal(got.list[2].id, "io0");
	tasks_know(&got, &none); /* and back */
	assert_int_equal(got.list[0].role, TASK_EMULATOR);
	assert_int_equal(got.list[0].index, 0);
	assert_null(got.list[2].id);
	tasks_done(&got);
	assert_int_equal(tasks_read(&tree.root, 101, &known, &got, &e), -ESRCH);
	assert_non_null(strstr(e.where, "/101/task"));
	tree_remove(&tree);
}

static void
tasks_of_this_process_are_found(void **state)
{
	const struct threads none = {0};
	struct root proc;
	struct tasks got;
	struct error e;
	bool found = false;

	(void)state;
	assert_int_equal(root_open(&proc, "/proc", &e), 0);
	assert_int_equal(tasks_read(&proc, getpid(), &none, &got, &e), 0);
	for (size_t i = 0; i < got.count; i++)
		found = found || got.list[i].tid == getpid();
	assert_true(found);
	tasks_done(&got);
	root_close(&proc);
}

static void
tasks_print_differs_with_the_threads(void **state)
{
	struct tree tree;
	uint64_t one, two;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "100/task/100/comm", "qemu\n");
	one = tasks_print(&tree.root, 100);
	assert_true(one != 0);
	assert_true(tasks_print(&tree.root, 100) == one);
	tree_put(&tree, "100/task/101/comm", "worker\n");
	two = tasks_print(&tree.root, 100);
	assert_true(two != one && two != 0);
	/* as many, but another one */
	assert_int_equal(renameat(tree.root.fd, "100/task/101", tree.root.fd, "100/task/102"), 0);
	assert_true(tasks_print(&tree.root, 100) != two);
	assert_true(tasks_print(&tree.root, 99) == 0);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_print_differs_with_the_threads),
		cmocka_unit_test(tasks_have_roles_by_exclusion),
		cmocka_unit_test(tasks_of_this_process_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
