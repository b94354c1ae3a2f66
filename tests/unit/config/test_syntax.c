/* SPDX-License-Identifier: MIT */
#include "config/syntax.h"

#include "check.h"

static void
syntax_explain_has_words_for_everything(void **state)
{
	(void)state;
	assert_string_equal(
		syntax_explain("found undefined tag handle").why, "an unknown tag ('!...')");
	assert_true(syntax_explain("could not find expected ':'").at_context);
	assert_string_equal(syntax_explain("a new problem").why, "a new problem");
	assert_null(syntax_explain("a new problem").hint);
	assert_string_equal(syntax_explain(NULL).why, "this is not YAML");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syntax_explain_has_words_for_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
