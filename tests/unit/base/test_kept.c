/* SPDX-License-Identifier: MIT */
#include "base/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "tree.h"

/* What file_read() finds, or "-ERRNO" */
static const char *
text_of(const struct tree *tree, const char *name)
{
	static char text[FILE_TEXT_BYTES];
	struct error e;
	int r = file_read(&tree->root, name, text, sizeof(text), &e);

	if (r < 0)
		(void)snprintf(text, sizeof(text), "%d", r);
	return text;
}

/* Another file of the same name: what was kept is seen by that. */
static void
replace(const struct tree *tree, const char *name, const char *text)
{
	assert_int_equal(unlinkat(tree->root.fd, name, 0), 0);
	tree_put(tree, name, text);
}

static void
files_that_were_read_are_kept(void **state)
{
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "early", "1\n");
	tree_put(&tree, "late", "1\n");
	assert_string_equal(text_of(&tree, "early"), "1");
	root_keep(&tree.root, O_RDWR);
	assert_string_equal(text_of(&tree, "none"), "-2");
	assert_string_equal(text_of(&tree, "early"), "1");
	root_keep_no_more(&tree.root);
	assert_string_equal(text_of(&tree, "late"), "1");
	tree_put(&tree, "early", "22\n"); /* the same file: read from its beginning */
	assert_string_equal(text_of(&tree, "early"), "22");
	replace(&tree, "early", "3\n");
	replace(&tree, "late", "3\n");
	assert_string_equal(text_of(&tree, "early"), "22");
	assert_string_equal(text_of(&tree, "late"), "3");
	assert_int_equal(file_write(&tree.root, "early", "4", &e), 0);
	root_keep_none(&tree.root);
	assert_string_equal(text_of(&tree, "early"), "3");
	assert_int_equal(file_write(&tree.root, "early", "4", &e), 0);
	assert_string_equal(text_of(&tree, "early"), "4");
	root_keep_none(&tree.root);
	tree_remove(&tree);
}

static void
files_that_can_only_be_read_are_kept_for_that(void **state)
{
	static const int flags[] = {O_RDONLY, O_RDWR};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(flags); i++) {
		bool both = flags[i] == O_RDWR && geteuid() == 0;

		tree_put(&tree, "a", "1\n");
		assert_int_equal(fchmodat(tree.root.fd, "a", 0444, 0), 0);
		root_keep(&tree.root, flags[i]);
		assert_string_equal(text_of(&tree, "a"), "1");
		replace(&tree, "a", "2\n");
		assert_string_equal(text_of(&tree, "a"), "1");
		assert_int_equal(kept_to_write(&tree.root, "a") >= 0, both);
		root_keep_none(&tree.root);
	}
	tree_remove(&tree);
}

static void
no_more_files_are_kept_than_a_process_may_have(void **state)
{
	enum { FILES = 300, KEPT = 256 };
	struct tree tree;
	char name[16];
	int kept = 0, fd;

	(void)state;
	tree_make(&tree);
	root_keep(&tree.root, O_RDONLY);
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(name, sizeof(name), "f%d", i);
		tree_put(&tree, name, "x\n");
		assert_string_equal(text_of(&tree, name), "x");
		kept += kept_to_read(&tree.root, name) >= 0;
	}
	assert_int_equal(kept, KEPT);
	fd = kept_to_read(&tree.root, "f0");
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	root_close(&tree.root);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_were_read_are_kept),
		cmocka_unit_test(files_that_can_only_be_read_are_kept_for_that),
		cmocka_unit_test(no_more_files_are_kept_than_a_process_may_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
