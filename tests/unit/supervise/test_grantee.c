/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "supervise/grant.h"

static void
grantee_is_a_user_of_this_host(void **state)
{
	static const char *const bad[] = {"", "../root", "no such user", "root", "0", "4294967295",
		"99999999999", "-1", "+1", " 1", "1/2", "nobody\n", "2147400000"};
	struct grantee who = {0};
	struct error e;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (grantee_find(bad[i], false, &who, &e) != -EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_int_equal(error_exit_status(e.kind), EXIT_STATUS_USAGE);
	}
	assert_int_equal(grantee_find("nobody", false, &who, &e), 0);
	assert_string_equal(who.name, "nobody");
	assert_true(who.uid > 0);
}

static void
grantee_that_is_gone_has_a_number(void **state)
{
	struct grantee who = {0};
	struct error e;

	(void)state;
	assert_int_equal(grantee_find("2147400000", true, &who, &e), 0);
	assert_int_equal(who.uid, 2147400000);
	assert_string_equal(who.name, "2147400000");
	assert_int_equal(grantee_find("no such user", true, &who, &e), -EINVAL);
	assert_int_equal(grantee_find("0", true, &who, &e), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grantee_is_a_user_of_this_host),
		cmocka_unit_test(grantee_that_is_gone_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
