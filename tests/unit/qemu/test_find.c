/* SPDX-License-Identifier: MIT */
#include "qemu/find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "tree.h"

/* A process: its program's file ("": can't be seen), its parent, and its words with a blank. */
static void
process_put(const struct tree *tree, int pid, const char *exe, int parent, const char *words)
{
	char name[64], text[256];
	int fd;

	(void)snprintf(name, sizeof(name), "%d/stat", pid);
	(void)snprintf(text, sizeof(text),
		"%d (a ) b) S %d 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 99 0 0\n", pid, parent);
	tree_put(tree, name, text);
	(void)snprintf(name, sizeof(name), "%d/cmdline", pid);
	tree_put(tree, name, "");
	fd = openat(tree->root.fd, name, O_WRONLY | O_CLOEXEC);
	for (const char *at = words; at[0] != '\0'; at++)
		assert_int_equal(write(fd, *at != ' ' ? at : "", 1), 1);
	assert_int_equal(write(fd, "", 1), 1);
	(void)close(fd);
	(void)snprintf(name, sizeof(name), "%d/exe", pid);
	if (exe[0] != '\0')
		assert_int_equal(symlinkat(exe, tree->root.fd, name), 0);
}

static void
processes_make(struct tree *tree)
{
	tree_make(tree);
	tree_put(tree, "version", "Linux\n");
	tree_put(tree, "self/cmdline", "qemu");
	process_put(tree, 10, "/usr/bin/qemu-system-x86_64", 1, "qemu-system-x86_64 -name one");
	process_put(tree, 11, "/usr/bin/kvm (deleted)", 1, "/usr/bin/kvm -id 100 -name two,x=1");
	process_put(tree, 12, "/usr/libexec/qemu-kvm", 1, "guest=two -name guest=two,,b");
	/* Seen by nobody but its user. */
	process_put(tree, 13, "", 1, "/usr/bin/qemu-system-aarch64 -name guest=hidden");
	process_put(tree, 14, "", 1, "/usr/bin/less -name hidden");
	process_put(tree, 15, "/usr/bin/sudo", 1, "sudo qemu-affinity --name one");
	/* It tears down memory. */
	process_put(tree, 16, "/usr/bin/qemu-system-x86_64", 10, "qemu-system-x86_64 -name one");
	process_put(tree, 20, "/usr/bin/qemu-system-x86_64", 1, "qemu-system-x86_64 -name many");
	process_put(tree, 21, "/usr/bin/qemu-system-x86_64", 1, "qemu-system-x86_64 -name many");
	process_put(tree, 22, "/home/qemu/bin/vim", 1, "vim -name none");
}

static void
qemus_are_found_by_name(void **state)
{
	static const struct {
		const char *name;
		pid_t want;
	} row[] = {{"one", 10}, {"two", 11}, {"two,b", 12}, {"hidden", 13}};
	struct tree tree;

	(void)state;
	processes_make(&tree);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct error e = {0};
		pid_t pid = 0;

		if (find_named(&tree.root, row[i].name, &pid, &e) < 0 || pid != row[i].want)
			fail_msg("%s is %d: %s", row[i].name, (int)pid, e.why);
	}
	tree_remove(&tree);
}

static void
none_and_several_are_refused(void **state)
{
	struct tree tree;
	struct error e = {0};
	pid_t pid = 7;

	(void)state;
	processes_make(&tree);
	assert_int_equal(find_named(&tree.root, "none", &pid, &e), -ESRCH);
	assert_int_equal(e.kind, ERROR_HOST);
	assert_non_null(strstr(e.what, "'none'"));
	assert_int_equal(find_named(&tree.root, "", &pid, &e), -ESRCH);
	assert_int_equal(find_named(&tree.root, "many", &pid, &e), -ENOTUNIQ);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_true(strstr(e.why, "there are 2: 20, 21") != NULL ||
		    strstr(e.why, "there are 2: 21, 20") != NULL);
	assert_int_equal(pid, 7);
	tree_remove(&tree);
}

static void
programs_are_known_by_their_file(void **state)
{
	struct tree tree;

	(void)state;
	processes_make(&tree);
	assert_true(find_is_qemu(&tree.root, 10));
	assert_true(find_is_qemu(&tree.root, 11));
	assert_true(find_is_qemu(&tree.root, 12));
	assert_false(find_is_qemu(&tree.root, 13));
	assert_false(find_is_qemu(&tree.root, 15));
	assert_false(find_is_qemu(&tree.root, 22));
	assert_false(find_is_qemu(&tree.root, 99));
	tree_remove(&tree);
}

static void
vhost_threads_of_the_kernel_are_found(void **state)
{
	static const struct {
		const char *comm, *flags;
	} row[] = {
		{"vhost-10", "2097216"}, /* PF_KTHREAD */
		{"vhost-10", "4194560"}, /* a program may call itself so */
		{"vhost-1", "2097216"},
		{"vhost-100", "2097216"},
		{"vhost-10", "2097216"},
	};
	pid_t got[4] = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	for (int i = 0; i < (int)COUNT(row); i++) {
		char name[32], text[128];

		(void)snprintf(name, sizeof(name), "%d/comm", 50 + i);
		tree_put(&tree, name, row[i].comm);
		(void)snprintf(name, sizeof(name), "%d/stat", 50 + i);
		(void)snprintf(text, sizeof(text),
			"%d (%s) S 2 0 0 0 -1 %s 0 0 0 0 0 0 0 0 20 0 1 0 99 0 0\n", 50 + i,
			row[i].comm, row[i].flags);
		tree_put(&tree, name, text);
	}
	assert_int_equal(find_vhost(&tree.root, 10, got, COUNT(got), &e), 2);
	assert_int_equal(got[0] + got[1], 50 + 54);
	assert_int_equal(find_vhost(&tree.root, 10, got, 1, &e), 1);
	assert_int_equal(find_vhost(&tree.root, 11, got, COUNT(got), &e), 0);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemus_are_found_by_name),
		cmocka_unit_test(none_and_several_are_refused),
		cmocka_unit_test(programs_are_known_by_their_file),
		cmocka_unit_test(vhost_threads_of_the_kernel_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
