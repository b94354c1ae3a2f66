/* SPDX-License-Identifier: MIT */
#include "host/task.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"

static void
affinity_is_set_read_back_and_undone(void **state)
{
	char role[] = "vCPU 0.0.0", one[16];
	struct change c = {.kind = &change_affinity, .target = role, .role = role, .value = one};
	struct host host = HOST_CLOSED;
	struct cpus before, now;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	c.id = gettid();
	assert_int_equal(task_read_affinity(gettid(), &before, &e), 0);
	(void)snprintf(one, sizeof(one), "%d", cpus_next(&before, 0));
	assert_int_equal(c.kind->look(&host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&host, &c, &e), 0);
	assert_int_equal(task_read_affinity(gettid(), &now, &e), 0);
	assert_int_equal(cpus_count(&now), 1);
	/* less than was asked for is what our own cgroup may leave of a mask */
	(void)snprintf(one, sizeof(one), "0-%d", CPUS_MAX - 1);
	assert_int_equal(c.kind->verify(&host, &c, &e), 0);
	(void)snprintf(one, sizeof(one), "%d", cpus_next(&now, 0));
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	assert_int_equal(task_read_affinity(gettid(), &now, &e), 0);
	assert_true(cpus_equal(&before, &now));
	if (cpus_count(&before) > 1) {
		assert_int_equal(c.kind->verify(&host, &c, &e), -EINVAL);
		assert_true(str_starts(e.why, "the kernel allows it "));
	}
	free(c.before);
	root_close(&host.roots.proc);
}

static void
affinity_of_a_thread_that_is_gone_is_undone(void **state)
{
	char role[] = "vCPU 0.0.0", before[] = "0";
	struct change c = {.kind = &change_affinity,
		.target = role,
		.role = role,
		.before = before,
		.id = 1 << 23}; /* above the kernel's PID_MAX_LIMIT */
	struct host host = HOST_CLOSED;
	struct cpus cpus;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	assert_int_equal(c.kind->look(&host, &c, &e), -ESRCH);
	assert_int_equal(task_read_affinity((pid_t)c.id, &cpus, &e), -ESRCH);
	root_close(&host.roots.proc);
}

static void
affinity_of_another_with_that_id_is_left_alone(void **state)
{
	char role[] = "vCPU 0.0.0", before[] = "8191"; /* which the kernel would refuse */
	struct change c = {
		.kind = &change_affinity, .target = role, .role = role, .before = before};
	struct host host = HOST_CLOSED;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	c.id = gettid();
	assert_int_equal(task_read_start(&host.roots.proc, gettid(), &c.start, &e), 0);
	assert_int_equal(c.kind->undo(&host, &c, &e), -EINVAL);
	c.start--;
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	root_close(&host.roots.proc);
}

static void
task_that_begins_now_is_not_older(void **state)
{
	struct host host = HOST_CLOSED;
	int64_t before = task_now(), start = 0;
	struct error e;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	assert_int_equal(task_read_start(&host.roots.proc, child, &start, &e), 0);
	root_close(&host.roots.proc);
	assert_in_range(start, before, task_now());
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

#define STAT(name, state, threads)                                                                 \
	"77 (" name ") " state " 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 " threads " 0 5000 9\n"

static void
task_lives_as_long_as_it_is_the_same(void **state)
{
	static const struct {
		const char *stat;
		int64_t start;
		int lives;
	} rows[] = {
		{STAT("qemu", "S", "4"), 5000, 1},
		{STAT("qemu", "S", "4"), 5001, 1}, /* it was there then */
		{STAT("qemu", "S", "4"), 4999, 0}, /* that was another one */
		{STAT("a) Z 1 (b", "R", "1"), 5000, 1},
		{STAT("qemu", "Z", "1"), 5000, 0},
		{STAT("qemu", "Z", "2"), 5000, 1}, /* its threads are still there */
		{"77 (qemu) S 1 7\n", 5000, -EINVAL},
		{"77 (qemu", 5000, -EINVAL},
		{"", 5000, -EINVAL},
	};
	struct fake_host f;
	struct error e;
	int64_t start;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(task_lives(&f.host.roots.proc, 77, 5000, &e), 0);
	assert_int_equal(task_read_start(&f.host.roots.proc, 77, &start, &e), -ESRCH);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tree_put(&f.proc, "77/stat", rows[i].stat);
		if (task_lives(&f.host.roots.proc, 77, rows[i].start, &e) != rows[i].lives)
			fail_msg("row %zu", i);
	}
	fake_host_remove(&f);
}

static int
count_threads(pid_t pid, pid_t tid, void *data)
{
	int *counts = data;

	assert_true((pid == 7 && (tid == 7 || tid == 8)) || (pid == 9 && tid == 9));
	counts[tid - 7]++;
	return tid == counts[3] ? -ECANCELED : 0;
}

static void
task_each_has_every_thread_once(void **state)
{
	int counts[4] = {0}, stop[4] = {0, 0, 0, 9};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "7/task/7/stat", "");
	tree_put(&f.proc, "7/task/8/stat", "");
	tree_put(&f.proc, "9/task/9/stat", "");
	tree_put(&f.proc, "10/stat", ""); /* ended while we looked */
	tree_put(&f.proc, "self/task/7/stat", "");
	assert_int_equal(task_each(&f.host.roots.proc, count_threads, counts, &e), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(counts[i], 1);
	assert_int_equal(task_each(&f.host.roots.proc, count_threads, stop, &e), -ECANCELED);
	fake_host_remove(&f);
}

static void
task_parent_is_that_of_its_stat(void **state)
{
	struct fake_host f;
	struct error e;
	pid_t parent;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(task_read_parent(&f.host.roots.proc, 77, &parent, &e), -ESRCH);
	tree_put(&f.proc, "77/stat", STAT("a) Z 9 (b", "R", "1"));
	assert_int_equal(task_read_parent(&f.host.roots.proc, 77, &parent, &e), 0);
	assert_int_equal(parent, 1);
	fake_host_remove(&f);
}

static void
task_read_facts_tells_the_kernels_own_from_others(void **state)
{
	static const struct {
		const char *stat;
		bool kernels, ended;
		pid_t parent;
	} row[] = {
		{"77 (sleep) S 12 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 5000 9\n", false, false,
			12},
		{"77 (kthreadd) S 0 0 0 0 -1 2129984 1 0 0 0 1 2 3 4 20 0 1 0 5000 9\n", true,
			false, 0},
		{"77 (x) Z 1 0 0 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 5000 9\n", false, true, 1},
	};
	struct task_facts facts;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(task_read_facts(&f.host.roots.proc, 77, &facts, &e), -ESRCH);
	for (size_t i = 0; i < COUNT(row); i++) {
		tree_put(&f.proc, "77/stat", row[i].stat);
		assert_int_equal(task_read_facts(&f.host.roots.proc, 77, &facts, &e), 0);
		assert_int_equal(facts.start, 5000);
		if (facts.is_kernels != row[i].kernels || facts.is_ended != row[i].ended ||
			facts.parent != row[i].parent)
			fail_msg("row %zu: %d %d %d", i, facts.is_kernels, facts.is_ended,
				(int)facts.parent);
	}
	tree_put(&f.proc, "77/stat", "77 (x) S 1 7 7 0 -1 y 1 0 0 0 1 2 3 4 20 0 1 0 5000 9\n");
	assert_int_equal(task_read_facts(&f.host.roots.proc, 77, &facts, &e), -EINVAL);
	fake_host_remove(&f);
}

static void
affinity_to_no_cpu_of_this_host_is_refused(void **state)
{
	struct cpus none = {0};
	struct error e;

	(void)state;
	cpus_add(&none, CPUS_MAX - 1);
	assert_int_equal(task_set_affinity(gettid(), &none, &e), -EINVAL);
	assert_non_null(strstr(e.what, "8191"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affinity_is_set_read_back_and_undone),
		cmocka_unit_test(affinity_of_a_thread_that_is_gone_is_undone),
		cmocka_unit_test(task_that_begins_now_is_not_older),
		cmocka_unit_test(affinity_of_another_with_that_id_is_left_alone),
		cmocka_unit_test(task_lives_as_long_as_it_is_the_same),
		cmocka_unit_test(task_each_has_every_thread_once),
		cmocka_unit_test(task_parent_is_that_of_its_stat),
		cmocka_unit_test(task_read_facts_tells_the_kernels_own_from_others),
		cmocka_unit_test(affinity_to_no_cpu_of_this_host_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
