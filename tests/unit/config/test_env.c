/* SPDX-License-Identifier: MIT */
#include "config/env.h"

#include "base/cleanup.h"
#include "config/bad.h"

static void
env_read_refuses_what_is_no_environment(void **state)
{
	static const struct bad_row row[] = {
		{LAUNCHER("  env: [ A=1 ]\n"), .line = 3, .column = 8,
			.why = "'env' wants a mapping", .hint = "NAME: value"},
		{LAUNCHER("  env:\n"), .line = 3, .column = 7, .why = "'env' wants a mapping"},
		{LAUNCHER("  env: { A=B: 1 }\n"), .line = 3, .column = 10,
			.why = "'A=B' is not a name of an environment variable"},
		{LAUNCHER("  env: { '': 1 }\n"), .line = 3, .column = 10,
			.why = "'' is not a name"},
		{LAUNCHER("  env: { A: [ 1 ] }\n"), .line = 3, .column = 13,
			.why = "variable 'A' wants one value, not a list"},
		{LAUNCHER("  env: { A: }\n"), .line = 3, .column = 13,
			.why = "variable 'A' has no value", .hint = "\"\""},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
env_read_passes_values_as_written(void **state)
{
	static const struct {
		const char *name, *value;
	} want[] = {
		{"A", "yes"},
		{"B", "007"},
		{"C", "x y"},
		{"D", ""},
		{"E", "1.10"},
	};
	struct definition d =
		good(LAUNCHER("  env: { A: yes, B: 007, C: 'x y', D: '', E: 1.10 }\n"));

	(void)state;
	assert_int_equal(d.env_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_string_equal(d.env[i].name, want[i].name);
		assert_string_equal(d.env[i].value, want[i].value);
	}
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(env_read_refuses_what_is_no_environment),
		cmocka_unit_test(env_read_passes_values_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
