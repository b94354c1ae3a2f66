/* SPDX-License-Identifier: MIT */
#include "supervise/background.h"

#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

enum {
	END_S = 20, /* of a child that is left alone */
};

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
end_with_seven(int number)
{
	(void)number;
	_exit(7);
}

static void
background_hands_signals_to_the_child(void **state)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct background b = BACKGROUND_NONE;
		pid_t parent = getpid();
		struct error e;
		int r;

		(void)signal(numbers[i], SIG_DFL); /* a shell has its background ignore some */
		r = background_begin(&b, &e);
		if (r == 0) {
			(void)signal(numbers[i], end_with_seven);
			(void)kill(parent, numbers[i]);
			(void)alarm(END_S);
			for (;;)
				(void)pause();
		}
		assert_int_equal(r, 1);
		assert_int_equal(b.status, 7);
	}
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
		cmocka_unit_test(background_hands_signals_to_the_child),
		cmocka_unit_test(background_detach_does_nothing_in_the_foreground),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
