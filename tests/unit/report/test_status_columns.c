/* SPDX-License-Identifier: MIT */
#include "report/status_columns.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
columns_are_read_with_what_they_want(void **state)
{
	struct status_columns columns;
	struct error e;

	(void)state;
	assert_int_equal(status_columns_parse("cpu,TID,role", &columns, &e), 0);
	assert_int_equal(columns.count, 3);
	assert_int_equal(columns.list[0], STATUS_COLUMN_CPU);
	assert_int_equal(columns.list[1], STATUS_COLUMN_TID);
	assert_int_equal(columns.list[2], STATUS_COLUMN_ROLE);
	assert_int_equal(columns.wants, 0);
	assert_int_equal(status_columns_parse("node,irqs", &columns, &e), 0);
	assert_int_equal(columns.wants, STATUS_WANT_SPOT | STATUS_WANT_IRQS);
	assert_int_equal(status_columns_parse("foreign", &columns, &e), 0);
	assert_true((columns.wants & STATUS_WANT_FOREIGN) != 0);
	assert_true((columns.wants & STATUS_WANT_MIGRATIONS) != 0); /* it rests on these */
}

static void
a_plus_adds_to_the_usual_ones(void **state)
{
	struct status_columns usual, columns;
	struct error e;

	(void)state;
	status_columns_default(&usual);
	assert_int_equal(status_columns_parse("+vol,name", &columns, &e), 0);
	assert_int_equal(columns.count, usual.count + 2);
	assert_int_equal(columns.list[0], STATUS_COLUMN_ROLE);
	assert_int_equal(columns.list[columns.count - 1], STATUS_COLUMN_NAME);
}

static void
what_is_no_column_is_refused_with_those_that_are(void **state)
{
	static const char *const bad[] = {"", "+", "cpus", "tid,", ",tid", "tid,,cpu", "tid cpu",
		"tid,tid", "+tid", "ti", "tid,-cpu"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct status_columns columns = {.count = 99};
		struct error e;

		if (status_columns_parse(bad[i], &columns, &e) != -EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_int_equal(columns.count, 99);
		assert_int_equal(e.kind, ERROR_USAGE);
		assert_non_null(strstr(e.hint, "role,tid,cpu,place,core"));
		assert_non_null(strstr(e.hint, ",partition;"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_read_with_what_they_want),
		cmocka_unit_test(a_plus_adds_to_the_usual_ones),
		cmocka_unit_test(what_is_no_column_is_refused_with_those_that_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
