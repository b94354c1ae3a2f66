/* SPDX-License-Identifier: MIT */
/* definition_load(): where definitions are looked for. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "config/bad.h"
#include "tree.h"

static const char whole[] = LAUNCHER("");

struct result {
	int code;
	struct definition d;
	struct problems problems;
	struct error e;
};

static void
load_as(enum dialect dialect, struct result *result, const char *name)
{
	memset(result, 0, sizeof(*result));
	result->code = definition_load(name, dialect, &result->d, &result->problems, &result->e);
}

static void
load(struct result *result, const char *name)
{
	load_as(DIALECT_QPIN, result, name);
}

static void
result_done(struct result *result)
{
	definition_done(&result->d);
	problems_done(&result->problems);
}

static int
set_up(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));

	tree_make(tree);
	(void)setenv("QPIN_CONFIG_DIR", tree->root.path, 1);
	(void)unsetenv("QEMU_LAUNCHER_CONFIG_DIR");
	*state = tree;
	return 0;
}

static int
tear_down(void **state)
{
	tree_remove(*state);
	free(*state);
	return 0;
}

static void
definition_load_finds_a_name_in_the_directory(void **state)
{
	const struct tree *tree = *state;
	char path[512];
	struct result got;

	tree_put(tree, "vm.yml", whole);
	load(&got, "vm");
	assert_int_equal(got.code, 0);
	assert_string_equal(got.d.name, "vm");
	assert_string_equal(got.d.path, root_path(&tree->root, "vm.yml", path, sizeof(path)));
	result_done(&got);
}

static void
definition_load_follows_a_symlink_by_its_path_alone(void **state)
{
	const struct tree *tree = *state;
	char path[512];
	struct result got;

	tree_put(tree, "real.yml", whole);
	assert_int_equal(symlinkat("real.yml", tree->root.fd, "alias.yml"), 0);
	load(&got, root_path(&tree->root, "alias.yml", path, sizeof(path)));
	assert_int_equal(got.code, 0);
	assert_string_equal(got.d.name, "alias");
	result_done(&got);
	load(&got, "alias");
	assert_int_equal(got.code, -ELOOP);
	assert_string_equal(got.e.where, path);
	assert_string_equal(got.e.why, "it is a symbolic link");
	assert_non_null(strstr(got.e.hint, "a path may"));
	result_done(&got);
}

static void
definition_load_may_have_its_directory_behind_a_symlink(void **state)
{
	const struct tree *tree = *state;
	char path[512];
	struct result got;

	tree_put(tree, "real/vm.yml", whole);
	assert_int_equal(symlinkat("real", tree->root.fd, "etc"), 0);
	(void)setenv("QPIN_CONFIG_DIR", root_path(&tree->root, "etc", path, sizeof(path)), 1);
	load(&got, "vm");
	assert_int_equal(got.code, 0);
	result_done(&got);
}

static void
definition_load_prefers_our_own_variable(void **state)
{
	const struct tree *tree = *state;
	struct result got;

	tree_put(tree, "vm.yml", whole);
	(void)setenv("QEMU_LAUNCHER_CONFIG_DIR", "/nonexistent", 1);
	load(&got, "vm");
	assert_int_equal(got.code, 0);
	result_done(&got);

	(void)setenv("QPIN_CONFIG_DIR", "", 1); /* empty is as good as not set */
	load(&got, "vm");
	assert_int_equal(got.code, -ENOENT);
	assert_non_null(strstr(got.e.why, "no vm.yml in /nonexistent"));
	result_done(&got);

	(void)setenv("QEMU_LAUNCHER_CONFIG_DIR", tree->root.path, 1);
	load(&got, "vm");
	assert_int_equal(got.code, 0);
	result_done(&got);
}

static void
definition_load_says_where_it_looked(void **state)
{
	struct result got;

	(void)state;
	(void)unsetenv("QPIN_CONFIG_DIR");
	load(&got, "there-is-no-such-vm");
	assert_int_equal(got.code, -ENOENT);
	assert_int_equal(got.e.kind, ERROR_DEFINITION);
	assert_string_equal(got.e.why, "there is no there-is-no-such-vm.yml in /usr/local/etc/qpin "
				       "or /usr/local/etc/qemu-launcher");
	assert_non_null(strstr(got.e.hint, "QPIN_CONFIG_DIR"));
	assert_int_equal(got.problems.count, 0);
	result_done(&got);
}

static void
definition_load_takes_a_path(void **state)
{
	const struct tree *tree = *state;
	char path[512];
	struct result got;

	tree_put(tree, "sub/any", whole);
	(void)setenv("QPIN_CONFIG_DIR", "/nonexistent", 1);
	load(&got, root_path(&tree->root, "sub/any", path, sizeof(path)));
	assert_int_equal(got.code, 0);
	assert_string_equal(got.d.name, "any");
	result_done(&got);

	load(&got, "there-is-no-such-file.yml");
	assert_int_equal(got.code, -ENOENT);
	assert_string_equal(got.e.where, "there-is-no-such-file.yml");
	result_done(&got);
}

static void
definition_load_refuses_names_that_arent_safe(void **state)
{
	static const char *const name[] = {"", ".", "..", "-vm", ".vm", "a b", "\xc3\xa4", "a\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(name); i++) {
		struct result got;

		load(&got, name[i]);
		assert_int_equal(got.code, -EINVAL);
		assert_int_equal(got.e.kind, ERROR_USAGE);
		assert_non_null(strstr(got.e.hint, "a path"));
		result_done(&got);
	}
}

static void
definition_load_looks_where_qemu_launcher_does(void **state)
{
	const struct tree *tree = *state;
	struct result got;

	tree_put(tree, "vm.yml", whole); /* in $QPIN_CONFIG_DIR, which isn't its variable */
	load_as(DIALECT_LAUNCHER, &got, "vm");
	assert_int_equal(got.code, -ENOENT);
	assert_string_equal(got.e.why, "there is no vm.yml in /usr/local/etc/qemu-launcher");
	assert_string_equal(got.e.hint, "QEMU_LAUNCHER_CONFIG_DIR names another directory");
	result_done(&got);

	(void)setenv("QEMU_LAUNCHER_CONFIG_DIR", tree->root.path, 1);
	(void)setenv("QPIN_CONFIG_DIR", "/nonexistent", 1);
	load_as(DIALECT_LAUNCHER, &got, "vm");
	assert_int_equal(got.code, 0);
	result_done(&got);

	tree_put(tree, "other.yml.yml", whole); /* what ends in .yml is a name all the same */
	load_as(DIALECT_LAUNCHER, &got, "other.yml");
	assert_int_equal(got.code, 0);
	assert_string_equal(got.d.name, "other.yml");
	result_done(&got);

	load_as(DIALECT_LAUNCHER, &got, "./vm");
	assert_int_equal(got.code, -EINVAL);
	assert_int_equal(got.e.kind, ERROR_USAGE);
	assert_non_null(strstr(got.e.hint, "qpin run"));
	result_done(&got);
}

static void
definition_load_refuses_what_is_no_regular_file(void **state)
{
	const struct tree *tree = *state;
	struct result got;

	assert_int_equal(mkdirat(tree->root.fd, "dir.yml", 0755), 0);
	load(&got, "dir");
	assert_int_equal(got.code, -EINVAL);
	assert_string_equal(got.e.why, "it is a directory");
	result_done(&got);

	assert_int_equal(mkfifoat(tree->root.fd, "fifo.yml", 0644), 0);
	load(&got, "fifo"); /* nobody writes to it: reading would wait forever */
	assert_int_equal(got.code, -EINVAL);
	assert_string_equal(got.e.why, "it is not a regular file");
	result_done(&got);
}

static void
definition_load_gives_the_errors_of_the_file(void **state)
{
	const struct tree *tree = *state;
	struct result got;

	tree_put(tree, "bad.yml", "launcher: { debug: 3 }\nqemu: []\n");
	load(&got, "bad");
	assert_int_equal(got.code, -EINVAL);
	assert_int_equal(got.problems.count, 2);
	assert_string_equal(got.e.why, "launcher has no 'binary'");
	result_done(&got);

	tree_put(tree, "empty.yml", "");
	load(&got, "empty");
	assert_int_equal(got.code, -EINVAL);
	assert_string_equal(got.e.why, "the file is empty");
	result_done(&got);
}

static void
definition_load_bounds_the_size(void **state)
{
	const struct tree *tree = *state;
	size_t len = 3 * 1024 * 1024;
	auto_free char *text = malloc(len + 1);
	struct result got;

	assert_non_null(text);
	memset(text, '#', len);
	text[len] = '\0';
	tree_put(tree, "big.yml", text);
	load(&got, "big");
	assert_int_equal(got.code, -EINVAL);
	assert_string_equal(got.e.why, "the file is larger than 1 MiB");
	result_done(&got);
}

#define ON_A_TREE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_TREE(definition_load_finds_a_name_in_the_directory),
		ON_A_TREE(definition_load_follows_a_symlink_by_its_path_alone),
		ON_A_TREE(definition_load_may_have_its_directory_behind_a_symlink),
		ON_A_TREE(definition_load_prefers_our_own_variable),
		ON_A_TREE(definition_load_says_where_it_looked),
		ON_A_TREE(definition_load_takes_a_path),
		ON_A_TREE(definition_load_refuses_names_that_arent_safe),
		ON_A_TREE(definition_load_looks_where_qemu_launcher_does),
		ON_A_TREE(definition_load_refuses_what_is_no_regular_file),
		ON_A_TREE(definition_load_gives_the_errors_of_the_file),
		ON_A_TREE(definition_load_bounds_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
