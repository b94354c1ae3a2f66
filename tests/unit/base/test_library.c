/* SPDX-License-Identifier: MIT */
#include "base/library.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

/* One that every host has, and no program of ours. */
#define MATH(X) X(, cbrt) X(, hypot)

static struct {
	MATH(LIBRARY_MEMBER)
} math;

static const char *const names[] = {MATH(LIBRARY_NAME)};

static void
a_library_is_there_from_its_first_user_to_its_last(void **state)
{
	struct library l = {.file = "libm.so.6",
		.package = "libc6",
		.names = names,
		.count = COUNT(names),
		.table = &math};
	struct error e;

	(void)state;
	assert_null(math.cbrt);
	assert_int_equal(library_open(&l, &e), 0);
	assert_true(math.cbrt(27.0) > 2.9 && math.cbrt(27.0) < 3.1);
	assert_true(math.hypot(3.0, 4.0) > 4.9 && math.hypot(3.0, 4.0) < 5.1);
	assert_int_equal(library_open(&l, &e), 0);
	library_close(&l);
	assert_non_null(math.hypot);
	library_close(&l);
	assert_null(l.handle);
	assert_null(math.cbrt);
	assert_null(math.hypot);
	library_close(&l);
	assert_int_equal(l.users, 0);
	assert_int_equal(library_open(&l, &e), 0);
	assert_non_null(math.hypot);
	library_close(&l);
}

static void
a_library_that_is_not_there_is_named_with_its_package(void **state)
{
	struct library l = {.file = "libqpin-nowhere.so.7",
		.package = "libqpin-nowhere7",
		.names = names,
		.count = COUNT(names),
		.table = &math};
	struct error e;

	(void)state;
	assert_int_equal(library_open(&l, &e), -ELIBACC);
	assert_string_equal(e.what, "load the library libqpin-nowhere.so.7");
	assert_non_null(strstr(e.why, "libqpin-nowhere.so.7: "));
	assert_string_equal(e.hint, "install libqpin-nowhere7");
	assert_null(l.handle);
	assert_int_equal(l.users, 0);
}

static void
a_function_that_is_not_there_is_named(void **state)
{
	static const char *const too_new[] = {"cbrt", "qpin_cbrt_of_tomorrow"};
	struct library l = {.file = "libm.so.6",
		.package = "libc6",
		.names = too_new,
		.count = COUNT(too_new),
		.table = &math};
	struct error e;

	(void)state;
	assert_int_equal(library_open(&l, &e), -ELIBACC);
	assert_string_equal(e.what, "load the library libm.so.6");
	assert_non_null(strstr(e.why, "qpin_cbrt_of_tomorrow"));
	assert_string_equal(e.hint, "install libc6");
	assert_null(l.handle);
	assert_null(math.cbrt); /* nothing of half a library is called */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_library_is_there_from_its_first_user_to_its_last),
		cmocka_unit_test(a_library_that_is_not_there_is_named_with_its_package),
		cmocka_unit_test(a_function_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
