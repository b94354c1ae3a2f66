/* SPDX-License-Identifier: MIT */
#include "qemu/scheduling_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

static void
scheduling_is_set_verified_and_undone(void **state)
{
	char role[] = "vCPU 0.0.0", value[] = "batch";
	struct change c = {
		.kind = &change_scheduling, .target = role, .role = role, .value = value};
	struct error e;

	(void)state;
	c.id = gettid();
	assert_int_equal(c.kind->look(NULL, &c, &e), 0);
	assert_string_equal(c.before, "other");
	assert_int_equal(c.kind->verify(NULL, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"other\"");
	assert_int_equal(c.kind->apply(NULL, &c, &e), 0);
	assert_int_equal(c.kind->verify(NULL, &c, &e), 0);
	assert_int_equal(c.kind->undo(NULL, &c, &e), 0);
	assert_int_equal(c.kind->verify(NULL, &c, &e), -EINVAL);
	free(c.before);
}

static void
scheduling_of_a_thread_that_is_gone_is_undone(void **state)
{
	char role[] = "vCPU 0.0.0", before[] = "other";
	struct change c = {.kind = &change_scheduling,
		.target = role,
		.role = role,
		.before = before,
		.id = 1 << 23}; /* above the kernel's PID_MAX_LIMIT */
	struct error e;

	(void)state;
	assert_int_equal(c.kind->undo(NULL, &c, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheduling_is_set_verified_and_undone),
		cmocka_unit_test(scheduling_of_a_thread_that_is_gone_is_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
