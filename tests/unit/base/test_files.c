/* SPDX-License-Identifier: MIT */
#include "base/files.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

static void
file_read_trims_and_bounds(void **state)
{
	struct tree tree;
	struct error e;
	char text[8];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "a/b", "isol\n");
	tree_put(&tree, "long", "12345678");
	assert_int_equal(file_read(&tree.root, "a/b", text, sizeof(text), &e), 4);
	assert_string_equal(text, "isol");
	assert_int_equal(file_read(&tree.root, "long", text, sizeof(text), &e), -EFBIG);
	assert_string_equal(text, ""); /* who ignores it has no text without an end */
	assert_int_equal(file_read(&tree.root, "none", text, sizeof(text), &e), -ENOENT);
	assert_non_null(strstr(e.where, "/none"));
	tree_remove(&tree);
}

static void
root_descend_stops_at_what_others_can_change(void **state)
{
	static const struct {
		const char *path, *where, *why;
		int want;
	} row[] = {
		{"a/b", "", "", 0},
		{"/a//b/", "", "", 0},
		{"", "", "", 0},
		{"open/b", "/open", "others can write there", -EPERM},
		{"sticky/b", "/sticky", "others can write there", -EPERM},
		{"group/b", "/group", "others can write there", -EPERM},
		{"link/b", "/link", "it is a symbolic link", -ELOOP},
		{"a/none", "/a/none", "", -ENOENT},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "a/b/c", "");
	tree_put(&tree, "open/b/c", "");
	tree_put(&tree, "sticky/b/c", "");
	tree_put(&tree, "group/b/c", "");
	assert_int_equal(fchmodat(tree.root.fd, "open", 0777, 0), 0);
	assert_int_equal(fchmodat(tree.root.fd, "sticky", 01777, 0), 0);
	assert_int_equal(fchmodat(tree.root.fd, "group", 0775, 0), 0);
	assert_int_equal(symlinkat("a", tree.root.fd, "link"), 0);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct root from = {.fd = dup(tree.root.fd)}, got = {.fd = -1};
		struct error e = {0};
		int r;

		(void)snprintf(from.path, sizeof(from.path), "%s", tree.root.path);
		r = root_descend_take(from, row[i].path, &got, &e);
		if (r != row[i].want || strcmp(e.why, row[i].why) != 0 ||
			(r < 0 && strcmp(e.where + strlen(tree.root.path), row[i].where) != 0))
			fail_msg("\"%s\": %d, %s: %s", row[i].path, r, e.where, e.why);
		assert_int_equal(got.fd >= 0, r == 0);
		assert_true(r < 0 || got.own);
		root_close(&got);
	}
	tree_remove(&tree);
}

static void
root_open_trusted_begins_at_the_top(void **state)
{
	struct root got = {.fd = -1};
	struct error e = {0};
	int r = root_open_trusted("/usr", &got, &e);

	(void)state;
	if (geteuid() == 0)
		assert_string_equal(got.path, "/usr");
	else
		assert_string_equal(e.where, "/");
	root_close(&got);
	assert_int_equal(r, geteuid() == 0 ? 0 : -EPERM);
	assert_int_equal(root_open_trusted("/tmp/x", &got, &e), -EPERM); /* everybody's */
}

static void
file_load_refuses_more_than_asked(void **state)
{
	auto_free char *text = NULL;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "a", "12345\n");
	assert_int_equal(file_load(&tree.root, "a", 5, &text, &e), -EFBIG);
	assert_null(text);
	assert_int_equal(file_load(&tree.root, "a", 6, &text, &e), 6);
	assert_string_equal(text, "12345\n");
	tree_remove(&tree);
}

static void
file_load_list_reads_all_of_it(void **state)
{
	static const size_t lines[] = {0, 1, 339, 340, 341, 342, 10000}; /* a page has 341.3 */
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(lines); i++) {
		auto_buf struct buf all = {0};
		auto_free char *text = NULL;

		for (size_t at = 0; at < lines[i]; at++)
			buf_printf(&all, "%011zu\n", at);
		tree_put(&tree, "a", all.text != NULL ? all.text : "");
		assert_true(file_load_list(&tree.root, "a", 1024 * 1024, &text, &e) >= 0);
		assert_int_equal(strncmp(text, all.text != NULL ? all.text : "", strlen(text)), 0);
		assert_in_range(strlen(text) + 1, all.len, all.len + 1);
	}
	assert_int_equal(file_load_list(&tree.root, "b", 1024, &(char *){NULL}, &e), -ENOENT);
	tree_remove(&tree);
}

static void
file_load_grows_with_the_file(void **state)
{
	static const size_t sizes[] = {0, 1, 16383, 16384, 16385, 32768, 50000};
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		auto_free char *all = calloc(1, sizes[i] + 1), *text = NULL;

		memset(all, 'x', sizes[i]);
		tree_put(&tree, "a", all);
		assert_int_equal(file_load(&tree.root, "a", 50000, &text, &e), sizes[i]);
		assert_string_equal(text, all);
		if (sizes[i] > 0)
			assert_int_equal(
				file_load(&tree.root, "a", sizes[i] - 1, &text, &e), -EFBIG);
	}
	tree_remove(&tree);
}

static void
file_write_never_makes_a_file(void **state)
{
	struct tree tree;
	struct error e;
	char text[8];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "a", "");
	assert_int_equal(file_write(&tree.root, "none", "1", &e), -ENOENT);
	assert_false(file_exists(&tree.root, "none"));
	assert_int_equal(file_write(&tree.root, "a", "0-3", &e), 0);
	assert_int_equal(file_read(&tree.root, "a", text, sizeof(text), &e), 3);
	assert_string_equal(text, "0-3");
	tree_remove(&tree);
}

static void
file_delete_wants_it_gone(void **state)
{
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "a", "");
	assert_int_equal(mkdirat(tree.root.fd, "dir", 0700), 0);
	tree_put(&tree, "dir/b", "");
	assert_int_equal(file_delete(&tree.root, "a", 0), 0);
	assert_false(file_exists(&tree.root, "a"));
	assert_int_equal(file_delete(&tree.root, "a", 0), 0);
	assert_int_equal(file_delete(&tree.root, "dir", 0), -EISDIR);
	assert_int_equal(file_delete(&tree.root, "dir", AT_REMOVEDIR), -ENOTEMPTY);
	assert_int_equal(file_delete(&tree.root, "dir/b", 0), 0);
	assert_int_equal(file_delete(&tree.root, "dir", AT_REMOVEDIR), 0);
	assert_int_equal(file_delete(&tree.root, "dir", AT_REMOVEDIR), 0);
	tree_remove(&tree);
}

static void
name_is_safe_refuses_what_leaves_the_directory(void **state)
{
	static const char *const bad[] = {"", ".", "..", "../a", "a/b", ".a", "-a", "a b", "a\n",
		"ä", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	static const char *const good[] = {"a", "win-11", "a.b_c:d@e", "0"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (name_is_safe(bad[i]))
			fail_msg("\"%s\" is taken for safe", bad[i]);
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!name_is_safe(good[i]))
			fail_msg("\"%s\" is not taken", good[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_read_trims_and_bounds),
		cmocka_unit_test(root_descend_stops_at_what_others_can_change),
		cmocka_unit_test(root_open_trusted_begins_at_the_top),
		cmocka_unit_test(file_load_refuses_more_than_asked),
		cmocka_unit_test(file_load_grows_with_the_file),
		cmocka_unit_test(file_load_list_reads_all_of_it),
		cmocka_unit_test(file_write_never_makes_a_file),
		cmocka_unit_test(file_delete_wants_it_gone),
		cmocka_unit_test(name_is_safe_refuses_what_leaves_the_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
