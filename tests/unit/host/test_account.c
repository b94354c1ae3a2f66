/* SPDX-License-Identifier: MIT */
#include "host/account.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "check.h"

static void
account_is_of_a_user_that_there_is(void **state)
{
	struct account account = {0};
	struct error e;

	(void)state;
	assert_int_equal(account_find(0, &account, &e), 0);
	assert_string_equal(account.name, "root");
	assert_int_equal(account.gid, 0);
	assert_int_equal(account_find(2147400000, &account, &e), -ENOENT);
	assert_string_equal(account.name, "root"); /* untouched */
	assert_non_null(strstr(e.what, "2147400000"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(account_is_of_a_user_that_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
