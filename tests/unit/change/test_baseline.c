/* SPDX-License-Identifier: MIT */
#include "change/baseline.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "change/revert.h"
#include "check.h"
#include "tree.h"

static const struct change_kind *const kinds[] = {NULL};
static const struct baseline some = {.os_cpu = 8191,
	.tid = 4712,
	.start = INT64_C(123456789012),
	.switches = INT64_C(999999999999999),
	.turns = 3,
	.migrations = -1,
	.taken_ns = 0};

static bool
is_same(const struct baseline *a, const struct baseline *b)
{
	return a->os_cpu == b->os_cpu && a->tid == b->tid && a->start == b->start &&
	       a->switches == b->switches && a->turns == b->turns &&
	       a->migrations == b->migrations && a->taken_ns == b->taken_ns;
}

static void
a_line_comes_back_as_it_was(void **state)
{
	auto_free char *line = baseline_line(&some);
	struct record record;
	struct error e;

	(void)state;
	assert_non_null(line);
	assert_string_equal(strchr(line, '\n'), "\n");
	assert_int_equal(record_parse(line, strlen(line) - 1, kinds, "/run/j", &record, &e), 0);
	assert_int_equal(record.type, RECORD_BASELINE);
	assert_true(is_same(&record.baseline, &some));
}

static void
what_was_never_written_is_refused(void **state)
{
	static const char *const bad[] = {
		"{\"baseline\":1}",
		"{\"baseline\":{}}",
		"{\"baseline\":{\"cpu\":8192,\"id\":1,\"start\":1,\"switches\":1,\"turns\":1,"
		"\"migrations\":1,\"ns\":1}}",
		"{\"baseline\":{\"cpu\":1,\"id\":0,\"start\":1,\"switches\":1,\"turns\":1,"
		"\"migrations\":1,\"ns\":1}}",
		"{\"baseline\":{\"cpu\":1,\"id\":1,\"start\":1,\"switches\":-1,\"turns\":1,"
		"\"migrations\":1,\"ns\":1}}",
		"{\"baseline\":{\"cpu\":1,\"id\":1,\"start\":1,\"switches\":1,\"turns\":1.5,"
		"\"migrations\":1,\"ns\":1}}",
		"{\"baseline\":{\"cpu\":1,\"id\":1,\"start\":1,\"switches\":1,\"turns\":1,"
		"\"migrations\":-2,\"ns\":1}}",
		"{\"baseline\":{\"cpu\":1,\"id\":1,\"start\":1,\"switches\":1,\"turns\":1,"
		"\"migrations\":1}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct record record;
		struct error e;

		if (record_parse(bad[i], strlen(bad[i]), kinds, "/run/j", &record, &e) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
	}
}

/* What the journal has, read anew. */
static size_t
reread(const struct tree *tree, struct journal *j, struct baseline *last)
{
	struct journal again = JOURNAL_CLOSED;
	struct error e;

	journal_close(j);
	assert_int_equal(journal_load(&tree->root, "web", kinds, &again, &e), 0);
	if (again.baselines.count > 0)
		*last = again.baselines.list[again.baselines.count - 1];
	*j = again;
	return again.baselines.count;
}

static void
a_journal_has_them_until_there_are_others(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct record_process qemu = {.pid = 42, .start = 7}, keeper = {.pid = 43, .start = 8};
	char text[4096];
	struct baselines list = {0};
	struct baseline other = some, last;
	struct cpus cpus = {0};
	struct tree tree;
	struct error e;

	(void)state;
	cpus_add(&cpus, 3);
	tree_make(&tree);
	assert_int_equal(journal_create(&tree.root, "web", &cpus, &j, &e), 0);
	assert_int_equal(reread(&tree, &j, &last), 0); /* as one that is older */
	assert_int_equal(baselines_add(&list, &some), 0);
	other.os_cpu = 2;
	assert_int_equal(baselines_add(&list, &other), 0);
	assert_int_equal(journal_count_take(&j, &list, &e), 0);
	assert_null(list.list);
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(journal_note(&j, RECORD_KEEPER, &keeper, &e), 0);
	assert_int_equal(reread(&tree, &j, &last), 2);
	assert_true(is_same(&last, &other));

	other.turns = 77;
	assert_int_equal(baselines_add(&list, &other), 0);
	assert_int_equal(journal_count_take(&j, &list, &e), 0);
	assert_int_equal(reread(&tree, &j, &last), 1);
	assert_true(is_same(&last, &other));
	assert_int_equal(j.qemu.pid, 42);
	/* that the QEMU isn't ours comes before it, whatever is rewritten */
	assert_true(file_read(&tree.root, "web/journal", text, sizeof(text), &e) > 0);
	assert_true(strstr(text, "\"keeper\"") < strstr(text, "\"qemu\""));
	assert_true(strstr(text, "\"qemu\"") < strstr(text, "\"baseline\""));
	assert_true(cpus_equal(&j.cpus, &cpus));

	/* they stay when something else is replaced */
	cpus_add(&cpus, 4);
	assert_int_equal(journal_claim(&j, &cpus, &e), 0);
	assert_int_equal(reread(&tree, &j, &last), 1);
	assert_int_equal(journal_count_take(&j, &list, &e), 0);
	assert_int_equal(reread(&tree, &j, &last), 0);
	journal_close(&j);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_comes_back_as_it_was),
		cmocka_unit_test(what_was_never_written_is_refused),
		cmocka_unit_test(a_journal_has_them_until_there_are_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
