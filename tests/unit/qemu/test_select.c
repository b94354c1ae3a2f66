/* SPDX-License-Identifier: MIT */
#include "qemu/select.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "qemu/selection.h"

enum {
	PID = 100,
};

/* A QEMU with three vCPUs, of which number 1 was plugged last. */
static struct task all[] = {
	{.tid = 100, .name = "qemu-system-x86"},
	{.tid = 101, .name = "call_rcu"},
	{.tid = 102, .name = "IO disk"},
	{.tid = 103, .name = "CPU 0/KVM"},
	{.tid = 104, .name = "CPU 2/KVM"},
	{.tid = 105, .name = "worker"},
	{.tid = 106, .name = "IO net"},
	{.tid = 107, .name = "CPU 1/KVM"},
	{.tid = 108, .name = "worker"},
	{.tid = 109, .name = "qemu-system-x86"},
};

static const struct tasks tasks = {.list = all, .count = COUNT(all)};

/* "100=0-1 103=2": all threads that are selected. */
static char *
result_text(const struct selector **of)
{
	char cpus[CPUS_TEXT_BYTES];
	struct buf b = {0};

	for (size_t i = 0; i < tasks.count; i++) {
		if (of[i] != NULL)
			buf_printf(&b, "%s%d=%s", b.len > 0 ? " " : "", (int)all[i].tid,
				cpus_format(&of[i]->cpus, cpus));
	}
	return buf_take(&b);
}

static void
selectors_find_their_threads(void **state)
{
	static const struct {
		const char *words, *want;
	} row[] = {
		{"-p 0-1", "100=0-1"},
		{"-q 0 1", "100=0 109=1"},
		{"-q *:3", "100=3 109=3"},
		{"-q #2:3", "109=3"},
		{"-p 0 -q 1", "100=1"},
		{"-k 2 3 4", "103=2 104=4 107=3"},
		{"-k 0,4 *:2,6", "103=0,4 104=2,6 107=2,6"},
		{"-k *:2,6 0,4", "103=0,4 104=2,6 107=2,6"},
		{"-k 2:2,6 -i net:7 *:0", "102=0 104=2,6 106=7"},
		{"-k 1 2:5", "103=1 104=5"},
		{"-k 0-7:1/4", "103=0,4"},
		{"-i 1 2", "102=1 106=2"},
		{"-w 1 2", "105=1 108=2"},
		{"-w *:0", "105=0 108=0"},
		{"-w worker:0", "105=0 108=0"},
		{"-w #2:4", "108=4"},
		{"-w worker#2:4 1", "105=1 108=4"},
		{"-t call_rcu:3", "101=3"},
		{"-t worker:3", "105=3 108=3"},
		{"-t worker#1:3 worker#2:4", "105=3 108=4"},
		{"-t 1", "100=1"},
		{"-t 1 2 *:3", "100=1 101=2 102=3 103=3 104=3 105=3 106=3 107=3 108=3 109=3"},
		{"-t worker:5 -w 1 2", "105=5 108=5"},
		{"-k 2 3 4 -t *:0", "100=0 101=0 102=0 103=0 104=0 105=0 106=0 107=0 108=0 109=0"},
		{"-p 0-1 -i *:0-1 -q 0-1 -w *:0-1 -k 2 3 4",
			"100=0-1 102=0-1 103=2 104=4 105=0-1 106=0-1 107=3 108=0-1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct selector *of[COUNT(all)];
		auto_selection struct selection s = {0};
		auto_free char *got = NULL;
		char copy[128];
		struct error e;
		int r = selection_add_words(row[i].words, copy, sizeof(copy), &s, &e);

		if (r == 0)
			r = select_threads(&s, &tasks, PID, true, of, &e);
		if (r != 0)
			fail_msg("%s: %s: %s", row[i].words, e.what, e.why);
		got = result_text(of);
		if (!str_eq(got, row[i].want))
			fail_msg("%s: %s", row[i].words, got);
	}
}

static void
selectors_without_a_thread_of_their_own_are_refused(void **state)
{
	static const struct {
		const char *words, *what, *why;
	} row[] = {
		{"-k 1 2 3 4", "take -k 4", "there are 3 vCPU threads, and this is list 4"},
		{"-p 1 2", "take -p 2", "there are 1 main threads, and this is list 2"},
		{"-k 3:1", "take -k 3:1", "there is no such vCPU thread"},
		{"-i disc:1", "take -i disc:1", "there is no such iothread thread"},
		{"-t worker#3:1", "take -t worker#3:1", "there are 2 such threads"},
		{"-t work:1", "take -t work:1", "there is no such QEMU thread"},
		{"-k 1 0:2", "take -k 0:2", "1 selects thread 103 ('CPU 0/KVM') already"},
		{"-k 0:1 0:2", "take -k 0:2", "0:1 selects thread 103 ('CPU 0/KVM') already"},
		{"-t worker:1 worker#2:2", "take -t worker#2:2",
			"worker:1 selects thread 108 ('worker') already"},
		{"-k *:1 *:2", "take -k *:2", "*:1 has all that are left"},
		{"-p *:1", "take -p *:1", "it takes a CPU list alone"},
		{"-k :1", "take -k :1", "nothing is before the colon"},
		{"-k 0:", "take -k 0:", "\"\" is no CPU list"},
		{"-k 0:^1", "take -k 0:^1", "\"^1\" is no CPU list"},
		{"-k 1-", "take -k 1-", "\"1-\" is no CPU list"},
		{"-k 8192", "take -k 8192", "there can be no CPU above 8191"},
		{"-t worker#0:1", "take -t worker#0:1", "threads count from #1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct selector *of[COUNT(all)];
		auto_selection struct selection s = {0};
		struct error e = {0};
		char copy[128];
		int r = selection_add_words(row[i].words, copy, sizeof(copy), &s, &e);

		if (r == 0)
			r = select_threads(&s, &tasks, PID, true, of, &e);
		if (r != -EINVAL || e.kind != ERROR_USAGE || !str_eq(e.what, row[i].what) ||
			!str_eq(e.why, row[i].why))
			fail_msg("%s: %d %s: %s", row[i].words, r, e.what, e.why);
	}
}

static void
selectors_may_find_their_threads_later(void **state)
{
	static const char *const row[] = {
		"-k 2 3 4 5 6", "-k 0:2 1:3 2:4 7:5", "-k 2 3 4 -i nosuch:1 -w #3:1 -t x:1"};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct selector *of[COUNT(all)];
		auto_selection struct selection s = {0};
		auto_free char *got = NULL;
		char copy[128];
		struct error e;

		assert_int_equal(selection_add_words(row[i], copy, sizeof(copy), &s, &e), 0);
		assert_int_equal(select_threads(&s, &tasks, PID, true, of, &e), -EINVAL);
		assert_int_equal(select_threads(&s, &tasks, PID, false, of, &e), 0);
		got = result_text(of);
		assert_string_equal(got, "103=2 104=4 107=3");
	}
}

/* Without debug-threads=on all have the main thread's name. */
static void
selectors_find_what_has_no_name(void **state)
{
	static struct task unnamed[] = {
		{.tid = 100, .name = "qemu"},
		{.tid = 101, .name = "qemu"},
		{.tid = 102, .name = "qemu", .role = TASK_IOTHREAD, .id = "longer-than-a-name"},
		{.tid = 103, .name = "qemu", .role = TASK_VCPU, .index = 1},
		{.tid = 104, .name = "qemu", .role = TASK_VCPU, .index = 0},
	};
	static const struct tasks nameless = {.list = unnamed, .count = COUNT(unnamed)};
	const struct selector *of[COUNT(unnamed)];
	auto_selection struct selection s = {0};
	char copy[128];
	struct error e;

	(void)state;
	assert_int_equal(selection_add_words("-q *:1 -k 2 1:3 -i longer-than-a-name:4", copy,
				 sizeof(copy), &s, &e),
		0);
	assert_int_equal(select_threads(&s, &nameless, PID, true, of, &e), 0);
	assert_string_equal(of[0]->word, "*:1");
	assert_string_equal(of[1]->word, "*:1");
	assert_string_equal(of[2]->word, "longer-than-a-name:4");
	assert_string_equal(of[3]->word, "1:3");
	assert_string_equal(of[4]->word, "2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selectors_find_their_threads),
		cmocka_unit_test(selectors_find_what_has_no_name),
		cmocka_unit_test(selectors_may_find_their_threads_later),
		cmocka_unit_test(selectors_without_a_thread_of_their_own_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
