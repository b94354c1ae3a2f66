/* SPDX-License-Identifier: MIT */
#include "import/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

/* A process of @tree with a command line of @len bytes, and the program @exe (NULL: unseen). */
static void
process_put(
	const struct tree *tree, const char *pid, const char *cmdline, size_t len, const char *exe)
{
	char name[64];
	int fd;

	(void)snprintf(name, sizeof(name), "%s/cmdline", pid);
	tree_put(tree, name, "");
	fd = openat(tree->root.fd, name, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, cmdline, len), (ssize_t)len);
	(void)close(fd);
	(void)snprintf(name, sizeof(name), "%s/exe", pid);
	if (exe != NULL)
		assert_int_equal(symlinkat(exe, tree->root.fd, name), 0);
}

static void
input_process_gives_the_words_of_a_qemu(void **state)
{
	static const char line[] = "qemu-system-arm\0-name\0a b\0\0-x\0";
	static const char *const want[] = {"qemu-system-arm", "-name", "a b", "", "-x"};
	auto_argv struct argv words = {0};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	process_put(&tree, "7", line, sizeof(line) - 1, NULL);
	assert_int_equal(input_process(&tree.root, 7, &words, &e), 0);
	assert_int_equal(words.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_string_equal(words.list[i], want[i]);
	tree_remove(&tree);
}

static void
input_process_refuses_what_is_no_qemu(void **state)
{
	static const struct {
		const char *pid, *line, *exe;
		int want;
		const char *why;
	} row[] = {
		{"1", "qemu-system-arm", "/usr/bin/bash", -EINVAL, "no QEMU, but '/usr/bin/bash'"},
		{"2", "bash", NULL, -EINVAL, "it is no QEMU, but 'bash'"},
		{"3", "", NULL, -EINVAL, "a kernel thread, or has ended"},
		{"4", NULL, NULL, -ESRCH, "there is no such process"},
		{"5", "vm1", "/usr/bin/qemu-system-arm", 0, ""},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_argv struct argv words = {0};
		struct error e = {.kind = ERROR_USAGE};
		int r;

		if (row[i].line != NULL)
			process_put(
				&tree, row[i].pid, row[i].line, strlen(row[i].line), row[i].exe);
		r = input_process(&tree.root, row[i].pid[0] - '0', &words, &e);
		if (r != row[i].want || e.kind != ERROR_USAGE || !strstr(e.why, row[i].why))
			fail_msg("row %zu: %d, %s", i, r, e.why);
	}
	tree_remove(&tree);
}

static void
input_load_reads_a_file_up_to_a_mebibyte(void **state)
{
	auto_buf struct buf text = {0}, big = {0};
	struct error e = {0};
	char path[600];
	struct tree tree;

	(void)state;
	tree_make(&tree);
	while (big.len <= INPUT_MAX_BYTES)
		buf_add(&big, "0123456789abcdef");
	tree_put(&tree, "small", "a b\n");
	tree_put(&tree, "empty", "");
	tree_put(&tree, "big", big.text);
	assert_int_equal(
		input_load(root_path(&tree.root, "small", path, sizeof(path)), &text, &e), 0);
	assert_string_equal(text.text, "a b\n");
	buf_done(&text);
	assert_int_equal(
		input_load(root_path(&tree.root, "empty", path, sizeof(path)), &text, &e), 0);
	assert_string_equal(text.text, "");
	assert_int_equal(
		input_load(root_path(&tree.root, "big", path, sizeof(path)), &text, &e), -EFBIG);
	assert_string_equal(e.where, path);
	assert_int_equal(
		input_load(root_path(&tree.root, "none", path, sizeof(path)), &text, &e), -ENOENT);
	assert_string_equal(e.where, path);
	assert_string_equal(input_name("-"), "standard input");
	tree_remove(&tree);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_process_gives_the_words_of_a_qemu),
		cmocka_unit_test(input_process_refuses_what_is_no_qemu),
		cmocka_unit_test(input_load_reads_a_file_up_to_a_mebibyte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
