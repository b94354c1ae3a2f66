/* SPDX-License-Identifier: MIT */
#include "change/look.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

static const struct change_kind kind_a = {.name = "a"};
static const struct change_kind *const kinds[] = {&kind_a, NULL};

static const char whole[] = "{\"qpin\":\"0\",\"vm\":\"vm\",\"cpus\":\"2-3\"}\n"
			    "{\"change\":{\"kind\":\"a\",\"target\":\"/x\"}}\n"
			    "{\"change\":{\"kind\":\"a\",\"target\":\"/y\"}}\n"
			    "{\"qemu\":{\"pid\":7,\"start\":9,\"level\":\"cpuset\"}}\n"
			    "{\"undone\":1}\n";

static void
journal_look_leaves_a_cut_line_where_it_is(void **state)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	auto_free char *text = text_printf("%s{\"undone\":0}", whole);
	char after[1024];
	struct tree tree;
	struct error e;
	bool alive = true;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "vm/journal", text);
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), 0);
	assert_false(alive);
	assert_string_equal(j.name, "vm");
	assert_int_equal(cpus_count(&j.cpus), 2);
	assert_int_equal(j.changes.count, 2);
	assert_false(j.undone[0]);
	assert_true(j.undone[1]);
	assert_string_equal(j.qemu.level, "cpuset");
	assert_int_equal(
		file_read(&tree.root, "vm/journal", after, sizeof(after), &e), strlen(text));
	assert_string_equal(after, text);
	assert_false(file_exists(&tree.root, "vm/lock"));
	tree_remove(&tree);
}

static void
journal_look_works_while_its_owner_lives(void **state)
{
	auto_journal struct journal own = JOURNAL_CLOSED, j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;
	bool alive = false;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "vm", &(struct cpus){0}, &own, &e), 0);
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), 0);
	assert_true(alive);
	assert_true(j.fd < 0 && j.lock_fd < 0);
	tree_remove(&tree);
}

static void
journal_look_tells_what_is_damaged(void **state)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	struct tree tree;
	struct error e;
	bool alive = true;

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), -ENOENT);
	tree_put(&tree, "vm/journal", "{\"change\":{\"kind\":\"b\",\"target\":\"/\"}}\n");
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), -EINVAL);
	assert_non_null(strstr(e.hint, "rm -r "));
	assert_false(alive);
	tree_put(&tree, "vm/journal", "{\"undone\":0}\n");
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), -EINVAL);
	assert_true(j.dir.fd < 0);
	tree_remove(&tree);
}

static void
journal_look_refuses_a_link_and_what_is_anothers(void **state)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	struct root others;
	struct tree tree;
	struct error e;
	bool alive;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "elsewhere", whole);
	assert_int_equal(mkdirat(tree.root.fd, "vm", 0700), 0);
	assert_int_equal(symlinkat("../elsewhere", tree.root.fd, "vm/journal"), 0);
	assert_int_equal(journal_look(&tree.root, "vm", kinds, &j, &alive, &e), -ELOOP);
	others = tree.root;
	others.user = geteuid() + 1;
	assert_int_equal(journal_look(&others, "vm", kinds, &j, &alive, &e), -EPERM);
	assert_non_null(strstr(e.why, "it belongs to user"));
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(journal_look_leaves_a_cut_line_where_it_is),
		cmocka_unit_test(journal_look_works_while_its_owner_lives),
		cmocka_unit_test(journal_look_tells_what_is_damaged),
		cmocka_unit_test(journal_look_refuses_a_link_and_what_is_anothers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
