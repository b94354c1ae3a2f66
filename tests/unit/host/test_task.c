/* SPDX-License-Identifier: MIT */
#include "host/task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "check.h"

static void
affinity_is_set_read_back_and_undone(void **state)
{
	char role[] = "vCPU 0.0.0", one[16];
	struct change c = {.kind = &change_affinity, .target = role, .role = role, .value = one};
	struct cpus before, now;
	struct error e;

	(void)state;
	c.id = gettid();
	assert_int_equal(task_read_affinity(gettid(), &before, &e), 0);
	(void)snprintf(one, sizeof(one), "%d", cpus_next(&before, 0));
	assert_int_equal(c.kind->look(NULL, &c, &e), 0);
	assert_int_equal(c.kind->apply(NULL, &c, &e), 0);
	assert_int_equal(c.kind->verify(NULL, &c, &e), 0);
	assert_int_equal(task_read_affinity(gettid(), &now, &e), 0);
	assert_int_equal(cpus_count(&now), 1);
	assert_int_equal(c.kind->undo(NULL, &c, &e), 0);
	assert_int_equal(task_read_affinity(gettid(), &now, &e), 0);
	assert_true(cpus_equal(&before, &now));
	if (cpus_count(&before) > 1) {
		assert_int_equal(c.kind->verify(NULL, &c, &e), -EINVAL);
		assert_true(str_starts(e.why, "the kernel allows it "));
	}
	free(c.before);
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
	struct cpus cpus;
	struct error e;

	(void)state;
	assert_int_equal(c.kind->undo(NULL, &c, &e), 0);
	assert_int_equal(task_read_affinity((pid_t)c.id, &cpus, &e), -ESRCH);
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
		cmocka_unit_test(affinity_to_no_cpu_of_this_host_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
