/* SPDX-License-Identifier: MIT */
#include "change/revert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check.h"
#include "tree.h"

/* A kind of change to a host of this test's: a string of what was undone. */
struct host {
	char log[256];
	const char *refuse_undo; /* the value whose undo() fails */
};

static int
fake_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	return change_remember(c, "old", e);
}

static int
fake_succeed(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
fake_verify(struct host *host, const struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
fake_undo(struct host *host, const struct change *c, struct error *e)
{
	size_t len = strlen(host->log);

	if (host->refuse_undo != NULL && str_eq(host->refuse_undo, c->value))
		return error_sys(e, EBUSY, c->target, "undo");
	(void)snprintf(host->log + len, sizeof(host->log) - len, "%s ", c->value);
	return 0;
}

static void
fake_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "fake %s", c->value);
}

static const struct change_kind kind_fake = {
	.name = "fake",
	.look = fake_look,
	.apply = fake_succeed,
	.verify = fake_verify,
	.undo = fake_undo,
	.describe = fake_describe,
};
static const struct change_kind *const kinds[] = {&kind_fake, NULL};

static unsigned told;

static void
count(const struct change *c, const struct error *e)
{
	(void)c;
	(void)e;
	told++;
}

/* The changes whose values are the words of @values, appended to @ret. */
static void
list_of(const char *values, struct change_list *ret)
{
	for (const char *at = values; *at != '\0'; at += at[1] == ' ' ? 2 : 1) {
		char value[] = {*at, '\0'};

		assert_non_null(change_add(ret, &kind_fake, "/t", NULL, value));
	}
}

static void
apply(struct journal *j, struct host *host, const char *values)
{
	auto_change_list struct change_list list = {0};
	struct error e;

	list_of(values, &list);
	assert_int_equal(journal_apply_all(j, host, &list, &e), 0);
}

/* What journal_revert() returns, and what the journal then has, read anew: "a c". */
static int
revert(const struct tree *tree, struct journal *j, struct host *host, const char *values, char *ret)
{
	auto_change_list struct change_list list = {0};
	struct journal again = JOURNAL_CLOSED;
	struct error e;
	int r;

	list_of(values, &list);
	r = journal_revert(j, host, &list, count, &e);
	journal_close(j);
	assert_int_equal(journal_load(&tree->root, "web", kinds, &again, &e), 0);
	ret[0] = '\0';
	for (size_t i = 0; i < again.changes.count; i++) {
		assert_false(again.undone[i]);
		strcat(ret, again.changes.list[i].value);
	}
	*j = again;
	return r;
}

static void
journal_revert_undoes_those_and_forgets_them(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct record_process qemu = {.pid = 42, .start = 7}, keeper = {.pid = 43, .start = 8};
	struct host host = {0};
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;
	char kept[16];

	(void)state;
	told = 0;
	cpus_add(&cpus, 3);
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "web", &cpus, &j, &e), 0);
	apply(&j, &host, "a b c");
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(journal_note(&j, RECORD_KEEPER, &keeper, &e), 0);
	apply(&j, &host, "d e");
	assert_int_equal(revert(&tree, &j, &host, "b x e", kept), 0);
	assert_string_equal(host.log, "e b ");
	assert_string_equal(kept, "acd");
	assert_int_equal(j.qemu.pid, 42);
	assert_int_equal(j.qemu.start, 7);
	assert_int_equal(j.keeper.pid, 43);
	assert_true(cpus_equal(&j.cpus, &cpus));
	assert_int_equal(told, 0);

	/* what can't be undone stays, and goes with the rest */
	host = (struct host){.refuse_undo = "c"};
	assert_int_equal(revert(&tree, &j, &host, "c d", kept), 1);
	assert_string_equal(host.log, "d ");
	assert_string_equal(kept, "ac");
	assert_int_equal(told, 1);
	host = (struct host){0};
	assert_int_equal(journal_undo(&j, &host, count), 0);
	assert_string_equal(host.log, "c a ");
	assert_int_equal(journal_remove(&tree.root, &j, &e), 0);
	assert_false(file_exists(&tree.root, "web"));
	tree_remove(&tree);
}

static void
journal_revert_lets_no_file_grow(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct host host = {0};
	struct cpus none = {0};
	struct tree tree;
	struct error e;
	char kept[16];
	char before[4096], after[4096];

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "web", &none, &j, &e), 0);
	apply(&j, &host, "a");
	assert_int_equal(revert(&tree, &j, &host, "", kept), 0);
	assert_true(file_read(&tree.root, "web/journal", before, sizeof(before), &e) > 0);
	for (int i = 0; i < 100; i++) {
		apply(&j, &host, "b c");
		assert_int_equal(revert(&tree, &j, &host, "b c", kept), 0);
		host.log[0] = '\0';
	}
	assert_string_equal(kept, "a");
	assert_true(file_read(&tree.root, "web/journal", after, sizeof(after), &e) > 0);
	assert_string_equal(after, before);

	/* of one who died while he wrote it */
	tree_put(&tree, "web/" JOURNAL_NEW_FILE, "half");
	assert_int_equal(revert(&tree, &j, &host, "a", kept), 0);
	tree_put(&tree, "web/" JOURNAL_NEW_FILE, "half");
	assert_int_equal(journal_remove(&tree.root, &j, &e), 0);
	assert_false(file_exists(&tree.root, "web"));
	tree_remove(&tree);
}

static void
journal_replace_goes_back_to_what_was_before_the_first(void **state)
{
	struct journal j = JOURNAL_CLOSED, read = JOURNAL_CLOSED;
	struct host host = {0};
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;
	char kept[16];
	auto_change_list struct change_list list = {0};

	(void)state;
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "web", &cpus, &j, &e), 0);
	apply(&j, &host, "a b c");
	free(j.changes.list[1].before);
	j.changes.list[1].before = strdup("first");
	for (const char *value = "bzyb"; *value != '\0'; value++) {
		const char text[] = {*value, '\0'};

		assert_non_null(change_add(&list, &kind_fake, "/t", NULL, text));
	}
	for (size_t i = 1; i < list.count; i++)
		assert_int_equal(
			journal_replace(&j, &host, &list.list[i - 1], &list.list[i], &e), 0);
	assert_int_equal(revert(&tree, &j, &host, "", kept), 0);
	assert_string_equal(kept, "acb");
	assert_string_equal(j.changes.list[2].before, "first");
	assert_string_equal(host.log, "");

	/* by itself, and with nothing to replace */
	assert_int_equal(journal_replace(&j, &host, &list.list[0], &list.list[0], &e), 0);
	assert_int_equal(journal_replace(&j, &host, &list.list[1], &list.list[2], &e), 0);
	assert_int_equal(revert(&tree, &j, &host, "", kept), 0);
	assert_string_equal(kept, "acby");
	assert_string_equal(j.changes.list[3].before, "old");

	/* what it claims is in the file at once */
	cpus_add(&cpus, 7);
	assert_int_equal(journal_claim(&j, &cpus, &e), 0);
	journal_close(&j);
	assert_int_equal(journal_load(&tree.root, "web", kinds, &read, &e), 0);
	assert_true(cpus_equal(&read.cpus, &cpus));
	assert_int_equal(read.changes.count, 4);
	assert_string_equal(read.changes.list[2].before, "first");
	assert_int_equal(journal_remove(&tree.root, &read, &e), 0);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(journal_revert_undoes_those_and_forgets_them),
		cmocka_unit_test(journal_revert_lets_no_file_grow),
		cmocka_unit_test(journal_replace_goes_back_to_what_was_before_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
