/* SPDX-License-Identifier: MIT */
#include "plan/warning.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "check.h"

static void
warning_add_keeps_the_order(void **state)
{
	struct plan plan = {0};
	struct error e;

	(void)state;
	assert_int_equal(warning_add_take(&plan, text_printf("a"), text_printf("b"), &e), 0);
	assert_int_equal(warning_add_take(&plan, text_printf("c"), text_printf("%s", ""), &e), 0);
	assert_int_equal(plan.warning_count, 2);
	assert_string_equal(plan.warnings[0].text, "a");
	assert_string_equal(plan.warnings[0].hint, "b");
	assert_string_equal(plan.warnings[1].text, "c");
	assert_string_equal(plan.warnings[1].hint, "");
	plan_done(&plan);
}

static void
warning_add_takes_a_missing_text_for_a_lack_of_memory(void **state)
{
	struct plan plan = {0};
	struct error e;

	(void)state;
	assert_int_equal(warning_add_take(&plan, NULL, text_printf("b"), &e), -ENOMEM);
	assert_int_equal(warning_add_take(&plan, text_printf("a"), NULL, &e), -ENOMEM);
	assert_string_equal(e.what, "note a warning");
	assert_int_equal(plan.warning_count, 0);
	plan_done(&plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warning_add_keeps_the_order),
		cmocka_unit_test(warning_add_takes_a_missing_text_for_a_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
