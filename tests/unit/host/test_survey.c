/* SPDX-License-Identifier: MIT */
#include "host/survey.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"

static void
tunables_are_whole_numbers_or_unknown(void **state)
{
	static const struct {
		const char *text; /* NULL: no such file */
		bool is_known;
		int64_t value;
	} row[] = {
		{"950000\n", true, 950000},
		{"-1\n", true, -1},
		{"0", true, 0},
		{"9223372036854775807\n", true, INT64_MAX},
		{"9223372036854775808\n", false, 0},
		{"99999999999999999999999999999999999\n", false, 0},
		{"", false, 0},
		{"\n", false, 0},
		{"-\n", false, 0},
		{"--1\n", false, 0},
		{"1 2\n", false, 0},
		{"0x10\n", false, 0},
		{"on\n", false, 0},
		{NULL, false, 0},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct tunable got;

		if (row[i].text != NULL)
			tree_put(&tree, "file", row[i].text);
		got = tunable_read(&tree.root, row[i].text != NULL ? "file" : "none");
		if (got.is_known != row[i].is_known || got.value != row[i].value)
			fail_msg("row %zu: %d %lld", i, got.is_known, (long long)got.value);
	}
	tree_remove(&tree);
}

static void
words_and_choices_are_empty_when_they_are_none(void **state)
{
	static const struct {
		const char *text, *word, *choice;
	} row[] = {
		{"performance\n", "performance", ""},
		{"always [madvise] never\n", "always [madvise] never", "madvise"},
		{"[never]", "[never]", "never"},
		{"always [madvise never\n", "always [madvise never", ""},
		{"always ]madvise[ never\n", "always ]madvise[ never", ""},
		{"[]\n", "[]", ""},
		{"", "", ""},
		{"a word that is much longer than any of the kernel's is none\n", "", ""},
		{"x [a word that is much longer than any of the kernel's is none]\n", "", ""},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	for (size_t i = 0; i < COUNT(row); i++) {
		char word[SURVEY_WORD_BYTES] = "old", choice[SURVEY_WORD_BYTES] = "old";

		tree_put(&tree, "file", row[i].text);
		word_read(&tree.root, "file", word);
		choice_read(&tree.root, "file", choice);
		if (strcmp(word, row[i].word) != 0 || strcmp(choice, row[i].choice) != 0)
			fail_msg("row %zu: \"%s\" \"%s\"", i, word, choice);
	}
	tree_remove(&tree);
}

static void
survey_tells_the_caller_and_what_the_trees_have(void **state)
{
	struct topology topology = {0};
	struct fake_host f;
	struct tree sys;
	struct survey s;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	f.host.roots.sys = sys.root;
	tree_put(&f.proc, "sys/kernel/sched_rt_runtime_us", "-1\n");
	tree_put(&f.proc, "sys/kernel/sched_rt_period_us", "1000000\n");
	tree_put(&sys, "kernel/debug/sched/fair_server/cpu0/runtime", "50000000\n");
	tree_put(&sys, "kernel/sched_ext/state", "disabled\n");
	assert_int_equal(survey_load(&f.host, &topology, &s, &e), 0);
	assert_true(s.rt_runtime_us.is_known && s.rt_runtime_us.value == -1);
	assert_int_equal(s.rt_period_us.value, 1000000);
	assert_true(s.fair_server.is_known && s.fair_server.value == 1);
	assert_string_equal(s.sched_ext, "disabled");
	assert_false(s.boot.is_known);
	assert_true(s.limits.memlock_soft_bytes <= s.limits.memlock_bytes);
	survey_done(&s);
	survey_done(&s);
	survey_done(NULL);
	tree_remove(&sys);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tunables_are_whole_numbers_or_unknown),
		cmocka_unit_test(words_and_choices_are_empty_when_they_are_none),
		cmocka_unit_test(survey_tells_the_caller_and_what_the_trees_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
