/* SPDX-License-Identifier: MIT */
#include "supervise/baselines.h"

#include <unistd.h>

#include "base/text.h"
#include "change/look.h"
#include "host/task.h"
#include "supervise/ourselves.h"
#include "supervise/vm.h"

/*
 * Our only thread is the vCPU, whose masks are the kernel's word and whose counts are made up:
 * seats are looked for among real threads alone.
 */
struct scene {
	struct ourselves o;
	struct tree proc;
	struct plan_vcpu pin;
	struct vcpu_thread thread;
	struct vm vm;
};

static void
put(const struct scene *s, const char *file, const char *text)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%d/task/%d/%s", (int)getpid(), (int)getpid(), file);
	tree_put(&s->proc, name, text);
}

static void
stat_put(const struct scene *s, const char *start)
{
	char name[64], text[256];

	(void)snprintf(text, sizeof(text),
		"%d (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %s 0 0\n", (int)getpid(), start);
	(void)snprintf(name, sizeof(name), "%d/stat", (int)getpid());
	tree_put(&s->proc, name, text);
}

static void
scene_begin(struct scene *s)
{
	ourselves_begin(&s->o);
	tree_make(&s->proc);
	put(s, "schedstat", "1 2 7\n");
	put(s, "sched", "se.nr_migrations : 3\n");
	stat_put(s, "555");
	tree_put(&s->proc, "schedstat",
		"version 16\ncpu2 0 0 0 0 0 0 1 2 200\ncpu3 0 0 0 0 0 0 1 2 300\n");
	s->pin = (struct plan_vcpu){.os_cpu = 2};
	s->thread = (struct vcpu_thread){.tid = getpid()};
	s->vm = (struct vm){
		.host = s->o.f.host,
		.journal = s->o.j,
		.plan = {.vcpus = &s->pin, .vcpu_count = 1},
		.threads = {.vcpus = &s->thread, .vcpu_count = 1},
		.qemu = {.pid = getpid()},
	};
	s->vm.host.roots.proc = s->proc.root;
	cpus_add(&s->vm.plan.pinned, 2);
}

static void
scene_end(struct scene *s)
{
	s->o.j = s->vm.journal;
	ourselves_end(&s->o);
	tree_remove(&s->proc);
}

/* What is in the file, of which @ret is the last; how many there are. */
static size_t
written(const struct scene *s, struct baseline *ret)
{
	auto_journal struct journal j = JOURNAL_CLOSED;
	struct error e;
	bool alive;

	assert_int_equal(journal_look(&s->o.f.host.state, "vm", change_kinds, &j, &alive, &e), 0);
	if (j.baselines.count > 0)
		*ret = j.baselines.list[j.baselines.count - 1];
	return j.baselines.count;
}

static void
a_vcpu_with_a_cpu_has_one_until_it_was_elsewhere(void **state)
{
	struct baseline b = {0}, again;
	int64_t began = task_now();
	struct scene s;

	(void)state;
	scene_begin(&s);
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &b), 1);
	assert_int_equal(b.os_cpu, 2);
	assert_int_equal(b.tid, getpid());
	assert_in_range(b.start, began, task_now());
	assert_int_equal(b.switches, 200);
	assert_int_equal(b.turns, 7);
	assert_int_equal(b.migrations, 3);
	assert_true(b.taken_ns > 0);

	/* what is counted goes on */
	put(&s, "schedstat", "1 2 70\n");
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &again), 1);
	assert_int_equal(again.turns, 7);
	assert_true(again.taken_ns == b.taken_ns);

	put(&s, "sched", "se.nr_migrations : 5\n");
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &again), 1);
	assert_int_equal(again.turns, 70);
	assert_int_equal(again.migrations, 5);

	stat_put(&s, "4000000000"); /* another one has its number */
	put(&s, "schedstat", "1 2 71\n");
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &again), 1);
	assert_int_equal(again.turns, 71);
	scene_end(&s);
}

static void
a_vcpu_that_is_moved_or_gone_has_none_there(void **state)
{
	struct baseline b;
	struct scene s;

	(void)state;
	scene_begin(&s);
	baselines_keep(&s.vm);
	s.pin.os_cpu = 3;
	cpus_add(&s.vm.plan.pinned, 3);
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &b), 1);
	assert_int_equal(b.os_cpu, 3);
	assert_int_equal(b.switches, 300);
	s.vm.threads.vcpu_count = 0;
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &b), 0);
	scene_end(&s);
}

static void
without_counts_or_a_plan_nothing_is_written(void **state)
{
	struct baseline b;
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.vm.planless = true;
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &b), 0);
	s.vm.planless = false;
	tree_put(&s.proc, "schedstat", "");
	baselines_keep(&s.vm);
	assert_int_equal(written(&s, &b), 0);
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vcpu_with_a_cpu_has_one_until_it_was_elsewhere),
		cmocka_unit_test(a_vcpu_that_is_moved_or_gone_has_none_there),
		cmocka_unit_test(without_counts_or_a_plan_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
