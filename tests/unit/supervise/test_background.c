/* SPDX-License-Identifier: MIT */
#include "supervise/background.h"

#include <stdbool.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"

static void
background_gives_the_status_of_a_child_that_fails(void **state)
{
	struct background b = BACKGROUND_NONE;
	struct error e;
	int r = background_begin(&b, &e);

	(void)state;
	if (r == 0)
		_exit(4);
	assert_int_equal(r, 1);
	assert_int_equal(b.status, 4);
}

static void
background_returns_when_the_guest_runs(void **state)
{
	struct background b = BACKGROUND_NONE;
	struct error e;
	int r = background_begin(&b, &e);

	(void)state;
	if (r == 0) {
		bool led = getsid(0) == getpid();

		_exit(background_detach(&b, &e) < 0 || !led);
	}
	assert_int_equal(r, 1);
	assert_int_equal(b.status, 0);
}

static void
background_detach_does_nothing_in_the_foreground(void **state)
{
	struct background b = BACKGROUND_NONE;
	struct error e;

	(void)state;
	assert_int_equal(background_detach(&b, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(background_gives_the_status_of_a_child_that_fails),
		cmocka_unit_test(background_returns_when_the_guest_runs),
		cmocka_unit_test(background_detach_does_nothing_in_the_foreground),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
