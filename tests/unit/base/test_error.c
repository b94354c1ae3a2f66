/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

static void
error_text_names_what_where_and_why(void **state)
{
	struct error e;
	char text[512];

	(void)state;
	assert_int_equal(error_sys(&e, ENOENT, "/sys/x", "open leaf %d", 3), -ENOENT);
	error_text(&e, text, sizeof(text));
	assert_string_equal(text, "cannot open leaf 3: /sys/x: No such file or directory");

	assert_int_equal(error_refuse(&e, ERROR_CLAIMED, NULL, "use CPU 4"), -EINVAL);
	error_why(&e, "VM %s has it", "b");
	error_text(&e, text, sizeof(text));
	assert_string_equal(text, "cannot use CPU 4: VM b has it");

	e.line = 4;
	e.column = 9;
	(void)snprintf(e.where, sizeof(e.where), "a.yml");
	error_text(&e, text, sizeof(text));
	assert_string_equal(text, "cannot use CPU 4: a.yml:4:9: VM b has it");

	assert_int_equal(error_definition(&e, "a.yml", 3, 7, "unknown key \"%s\"", "x"), -EINVAL);
	error_text(&e, text, sizeof(text));
	assert_string_equal(text, "a.yml:3:7: unknown key \"x\"");
	error_while(&e, "start VM a");
	error_text(&e, text, sizeof(text));
	assert_string_equal(text, "a.yml:3:7: unknown key \"x\"");
}

static void
error_kind_follows_the_errno(void **state)
{
	struct error e;

	(void)state;
	error_sys(&e, EPERM, NULL, "x");
	assert_int_equal(e.kind, ERROR_DENIED);
	error_sys(&e, EACCES, NULL, "x");
	assert_int_equal(e.kind, ERROR_DENIED);
	error_sys(&e, EBUSY, NULL, "x");
	assert_int_equal(e.kind, ERROR_HOST);
}

static void
error_while_keeps_the_cause(void **state)
{
	struct error e;
	char text[512], longest[600];

	(void)state;
	error_sys(&e, EBUSY, "/p", "remove a cgroup");
	assert_int_equal(error_while(&e, "start VM %s", "a"), -EBUSY);
	error_text(&e, text, sizeof(text));
	assert_string_equal(
		text, "cannot start VM a: remove a cgroup: /p: Device or resource busy");

	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	error_while(&e, "%s", longest);
	assert_true(strlen(e.what) < sizeof(e.what));
}

static void
error_exit_status_is_as_documented(void **state)
{
	(void)state;
	assert_int_equal(error_exit_status(ERROR_HOST), 1);
	assert_int_equal(error_exit_status(ERROR_USAGE), 2);
	assert_int_equal(error_exit_status(ERROR_DEFINITION), 2);
	assert_int_equal(error_exit_status(ERROR_ISOLATION), 3);
	assert_int_equal(error_exit_status(ERROR_CLAIMED), 4);
	assert_int_equal(error_exit_status(ERROR_DENIED), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_text_names_what_where_and_why),
		cmocka_unit_test(error_kind_follows_the_errno),
		cmocka_unit_test(error_while_keeps_the_cause),
		cmocka_unit_test(error_exit_status_is_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
