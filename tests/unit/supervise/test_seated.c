/* SPDX-License-Identifier: MIT */
#include "supervise/seated.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "host/task.h"
#include "supervise/vm.h"

static void
seated_on_counts_each_living_vcpu_once(void **state)
{
	pid_t dead = fork(), self = gettid();
	/* The vCPU of core 2 is planned for a CPU that is taken when it comes: it has a seat then.
	 * That of core 3 has none, and runs with the others. */
	struct plan_vcpu pins[] = {{.os_cpu = 2}, {.core = 1, .os_cpu = 2},
		{.core = 2, .os_cpu = 5}, {.core = 3, .os_cpu = 6}};
	struct vcpu_thread threads[] = {
		{.tid = self}, {.core = 1}, {.core = 2}, {.core = 3, .tid = self}};
	struct seat seats[] = {{.vcpu = {.core = 2, .os_cpu = 5}}};
	struct vm vm = {
		.plan = {.vcpus = pins, .vcpu_count = COUNT(pins)},
		.threads = {.vcpus = threads, .vcpu_count = COUNT(threads)},
		.seats = {.list = seats, .count = COUNT(seats)},
	};
	struct cpus taken, may, ours;
	char text[CPUS_TEXT_BYTES];
	pid_t tids[COUNT(threads)];
	struct error e;

	(void)state;
	if (dead == 0)
		_exit(0);
	assert_int_equal(waitpid(dead, NULL, 0), dead);
	threads[1].tid = dead;
	threads[2].tid = seats[0].tid = getppid();
	cpus_add(&vm.plan.pinned, 2);
	seated_cpus(&vm, &taken);
	assert_string_equal(cpus_format(&taken, text), "2,5");
	assert_int_equal(seated_on(&vm, 2, tids, &may), 1);
	assert_int_equal(tids[0], self);
	assert_int_equal(task_read_affinity(self, &ours, &e), 0);
	assert_true(cpus_equal(&may, &ours));
	assert_int_equal(seated_on(&vm, 5, tids, NULL), 1);
	assert_int_equal(tids[0], getppid());
	assert_int_equal(seated_on(&vm, 6, tids, &may), 0);
	assert_true(cpus_empty(&may));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seated_on_counts_each_living_vcpu_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
