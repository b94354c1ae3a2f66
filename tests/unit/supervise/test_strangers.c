/* SPDX-License-Identifier: MIT */
#include "supervise/strangers.h"

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

enum {
	QEMU = 10,
};

/* CPU 2 is of thread 11, CPU 3 of 12 and 13. By now: CPU 2 had 200 tasks, 3 had 300. */
struct scene {
	struct tree tree;
	struct journal j;
	struct status_vm vm;
	struct status_thread threads[4];
};

static void
thread_add(struct scene *s, pid_t tid, unsigned os_cpu, uint64_t migrations)
{
	struct status_thread *t = &s->threads[s->vm.thread_count++];

	*t = (struct status_thread){.role = STATUS_VCPU, .tid = tid, .start = 1000 + tid};
	cpus_add(&t->cpus, os_cpu);
	t->usage.has[USAGE_MIGRATIONS] = true;
	t->usage.of[USAGE_MIGRATIONS] = migrations;
}

static void
scene_begin(struct scene *s)
{
	static const struct baseline list[] = {
		{.os_cpu = 2,
			.tid = 11,
			.start = 1011,
			.switches = 100,
			.turns = 5,
			.migrations = 1,
			.taken_ns = 77},
		{.os_cpu = 3,
			.tid = 12,
			.start = 1012,
			.switches = 50,
			.turns = 60,
			.migrations = 1,
			.taken_ns = 78},
		{.os_cpu = 3,
			.tid = 13,
			.start = 1013,
			.switches = 50,
			.turns = 70,
			.migrations = -1,
			.taken_ns = 78},
	};

	*s = (struct scene){.j = JOURNAL_CLOSED, .vm = {.qemu = QEMU, .threads = s->threads}};
	tree_make(&s->tree);
	tree_put(&s->tree, "schedstat",
		"version 16\ncpu2 0 0 0 0 0 0 1 2 200\ncpu3 0 0 0 0 0 0 1 2 300\n");
	tree_put(&s->tree, "10/task/11/schedstat", "1 2 104\n"); /* 99 of 100 */
	tree_put(&s->tree, "10/task/12/schedstat", "1 2 160\n"); /* 100 and */
	tree_put(&s->tree, "10/task/13/schedstat", "1 2 215\n"); /* 145 of 250 */
	for (size_t i = 0; i < COUNT(list); i++)
		assert_int_equal(baselines_add(&s->j.baselines, &list[i]), 0);
	thread_add(s, 11, 2, 1);
	thread_add(s, 12, 3, 1);
	thread_add(s, 13, 3, 9);
}

static void
scene_count(struct scene *s)
{
	for (size_t i = 0; i < s->vm.thread_count; i++)
		s->threads[i].usage.has[USAGE_FOREIGN] = false;
	assert_int_equal(strangers_count(&s->tree.root, &s->j, &s->vm), 0);
}

static bool
is_known(const struct scene *s, size_t thread)
{
	return s->threads[thread].usage.has[USAGE_FOREIGN];
}

static void
scene_end(struct scene *s)
{
	journal_close(&s->j);
	tree_remove(&s->tree);
}

static void
what_is_no_vcpus_turn_is_another_tasks(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_count(&s);
	assert_true(is_known(&s, 0) && is_known(&s, 1) && is_known(&s, 2));
	assert_int_equal(s.threads[0].usage.of[USAGE_FOREIGN], 1);
	assert_int_equal(s.threads[0].foreign_since_ns, 77);
	/* two that share a CPU are no strangers to each other */
	assert_int_equal(s.threads[1].usage.of[USAGE_FOREIGN], 5);
	assert_int_equal(s.threads[2].usage.of[USAGE_FOREIGN], 5);
	assert_int_equal(s.threads[2].foreign_since_ns, 78);
	scene_end(&s);
}

static void
it_is_not_known_of_a_vcpu_that_was_elsewhere(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.threads[1].usage.of[USAGE_MIGRATIONS]++; /* of the other one these aren't known */
	scene_count(&s);
	assert_true(is_known(&s, 0));
	assert_false(is_known(&s, 1) || is_known(&s, 2));
	s.threads[1].usage.of[USAGE_MIGRATIONS]--;
	s.threads[1].start++; /* another thread by now */
	scene_count(&s);
	assert_false(is_known(&s, 1) || is_known(&s, 2));
	s.threads[1].start--;
	cpus_add(&s.threads[0].cpus, 5); /* it may be elsewhere */
	scene_count(&s);
	assert_false(is_known(&s, 0));
	assert_true(is_known(&s, 1));
	scene_end(&s);
}

static void
it_is_not_known_where_another_vcpu_came(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	thread_add(&s, 14, 2, 1);
	scene_count(&s);
	assert_false(is_known(&s, 0) || is_known(&s, 3));
	assert_true(is_known(&s, 1));
	scene_end(&s);
}

static void
it_is_not_known_of_what_the_kernel_does_not_tell(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	tree_put(&s.tree, "schedstat", "version 16\ncpu3 0 0 0 0 0 0 1 2 300\n");
	scene_count(&s);
	assert_false(is_known(&s, 0)); /* offline */
	assert_true(is_known(&s, 1));
	tree_put(&s.tree, "schedstat", "version 16\ncpu3 0 0 0 0 0 0 1 2 290\n");
	scene_count(&s);
	assert_false(is_known(&s, 1));  /* fewer than none */
	baselines_done(&s.j.baselines); /* of an older qpin */
	scene_count(&s);
	assert_false(is_known(&s, 0) || is_known(&s, 1));
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_vcpus_turn_is_another_tasks),
		cmocka_unit_test(it_is_not_known_of_a_vcpu_that_was_elsewhere),
		cmocka_unit_test(it_is_not_known_where_another_vcpu_came),
		cmocka_unit_test(it_is_not_known_of_what_the_kernel_does_not_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
