/* SPDX-License-Identifier: MIT */
#include "qemu/scheduling_change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"
#include "host/host.h"

static void
scheduling_is_set_verified_and_undone(void **state)
{
	char role[] = "vCPU 0.0.0", value[] = "batch";
	struct change c = {
		.kind = &change_scheduling, .target = role, .role = role, .value = value};
	struct host host = HOST_CLOSED;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	c.id = gettid();
	assert_int_equal(c.kind->look(&host, &c, &e), 0);
	assert_string_equal(c.before, "other");
	assert_int_equal(c.kind->verify(&host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"other\"");
	assert_int_equal(c.kind->apply(&host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&host, &c, &e), -EINVAL);
	c.start--; /* as if its id were another's by now */
	assert_int_equal(c.kind->apply(&host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&host, &c, &e), 0);
	free(c.before);
	root_close(&host.roots.proc);
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
	struct host host = HOST_CLOSED;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&host.roots.proc, "/proc", &e), 0);
	assert_int_equal(c.kind->undo(&host, &c, &e), 0);
	root_close(&host.roots.proc);
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
