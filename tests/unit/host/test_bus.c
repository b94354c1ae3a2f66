/* SPDX-License-Identifier: MIT */
#include "host/bus.h"

#include <errno.h>

#include "base/error.h"
#include "check.h"

static void
failed_call_has_the_words_of_systemd(void **state)
{
	const sd_bus_error denied =
		SD_BUS_ERROR_MAKE_CONST("org.freedesktop.DBus.Error.AccessDenied", "Access denied");
	const sd_bus_error exists =
		SD_BUS_ERROR_MAKE_CONST(SYSTEMD_NAME ".UnitExists", "Unit a.scope is there");
	const sd_bus_error none = SD_BUS_ERROR_NULL;
	struct error e;

	(void)state;
	assert_int_equal(bus_load(&e), 0);
	assert_int_equal(bus_failed(&e, -EACCES, &denied, "start a unit", "a.scope"), -EACCES);
	assert_string_equal(e.what, "start a unit");
	assert_string_equal(e.where, "a.scope");
	assert_string_equal(e.why, "systemd says: Access denied");
	assert_int_equal(bus_failed(&e, -EIO, &exists, "start a unit", "a.scope"), -EEXIST);
	assert_int_equal(bus_failed(&e, -ETIMEDOUT, &none, "ask systemd", NULL), -ETIMEDOUT);
	assert_string_equal(e.where, "");
	assert_string_equal(e.why, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_call_has_the_words_of_systemd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
