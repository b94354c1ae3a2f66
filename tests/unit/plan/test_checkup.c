/* SPDX-License-Identifier: MIT */
#include "plan/checkup.h"

#include <string.h>

#include "check.h"

static void
checks_have_names_of_their_own_and_a_word_on_each(void **state)
{
	(void)state;
	for (enum check_id a = 0; a < CHECK_COUNT; a++) {
		assert_non_null(check_name(a));
		assert_non_null(check_doc(a));
		if (strchr(check_name(a), '.') == NULL || strlen(check_name(a)) > 28)
			fail_msg("%s", check_name(a));
		for (enum check_id b = 0; b < a; b++)
			assert_string_not_equal(check_name(a), check_name(b));
	}
	for (enum verdict v = 0; v < VERDICT_COUNT; v++)
		assert_non_null(verdict_name(v));
}

static void
checkup_keeps_what_was_found_with_the_last_ones_remedies(void **state)
{
	struct checkup c = {0};

	(void)state;
	checkup_hint(&c, "of nothing");
	checkup_mend(&c, "of nothing");
	assert_int_equal(checkup_worst(&c), VERDICT_OK);
	checkup_add(&c, CHECK_CPU_SMT, VERDICT_UNSEEN, "%s", "a\nb\033[31m\x7f\tc");
	assert_int_equal(checkup_worst(&c), VERDICT_OK);
	checkup_add(&c, CHECK_CPU_IDLE, VERDICT_PROBLEM, "%d", 7);
	checkup_hint(&c, "%s", "one");
	checkup_hint(&c, "%s", "two");
	checkup_mend(&c, "echo %s", "x");
	checkup_add(&c, CHECK_MEMORY_KSM, VERDICT_ADVICE, "fine");
	checkup_hint(&c, "%s", "");
	checkup_mend(&c, "%s", "");
	assert_false(c.failed);
	assert_int_equal(c.count, 3);
	assert_string_equal(c.list[0].text, "a?b?[31m??c");
	assert_string_equal(c.list[1].text, "7");
	assert_string_equal(c.list[1].hint, "two");
	assert_string_equal(c.list[1].mend, "echo x");
	assert_null(c.list[0].hint);
	assert_null(c.list[2].hint);
	assert_null(c.list[2].mend);
	assert_int_equal(checkup_worst(&c), VERDICT_PROBLEM);
	checkup_done(&c);
	checkup_done(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_have_names_of_their_own_and_a_word_on_each),
		cmocka_unit_test(checkup_keeps_what_was_found_with_the_last_ones_remedies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
