/* SPDX-License-Identifier: MIT */
#include "command/watch.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
watch_parse_takes_seconds(void **state)
{
	static const struct {
		const char *text;
		int ms; /* 0: -EINVAL */
	} row[] = {
		{"2", 2000},
		{"0.1", 100},
		{"0.5", 500},
		{"1.25", 1250},
		{"1.005", 1005},
		{"3600", 3600000},
		{"3600.0", 3600000},
		{"3600.1", 0},
		{"0.09", 0},
		{"0", 0},
		{"", 0},
		{".5", 0},
		{"1.", 0},
		{"1.0005", 0},
		{"1.-5", 0},
		{"-1", 0},
		{"1e3", 0},
		{"1,5", 0},
		{" 1", 0},
		{"4294967297", 0},
		{"00000000000000000001", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		int ms = 0, r = watch_parse(row[i].text, &ms);

		if (ms != row[i].ms || r != (row[i].ms != 0 ? 0 : -EINVAL))
			fail_msg("\"%s\": %d, %d ms", row[i].text, r, ms);
	}
}

static void
watch_ends_at_a_signal(void **state)
{
	struct watch watch;
	struct error e;

	(void)state;
	assert_int_equal(watch_open(&watch, 100, &e), 0);
	assert_true(watch_wait(&watch));
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_false(watch_wait(&watch));
	watch_close(&watch);
	watch_close(&watch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watch_parse_takes_seconds),
		cmocka_unit_test(watch_ends_at_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
