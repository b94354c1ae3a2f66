/* SPDX-License-Identifier: MIT */
#include "import/remarks.h"

#include "check.h"

static void
remarks_are_kept_in_the_order_of_their_lines(void **state)
{
	static const char *const want[] = {"none 1", "none 2", "a 2", "b 2", "c 7", "d 9"};
	struct remarks remarks = {0};

	(void)state;
	remarks_add(&remarks, 9, "d %d", 9);
	remarks_add(&remarks, 2, "a %d", 2);
	remarks_add(&remarks, 0, "none %d", 1);
	remarks_add(&remarks, 7, "c %d", 7);
	remarks_add(&remarks, 2, "b %d", 2);
	remarks_add(&remarks, 0, "none %d", 2);
	assert_int_equal(remarks.count, 6);
	for (size_t i = 0; i < remarks.count; i++)
		assert_string_equal(remarks.list[i].text, want[i]);
	assert_false(remarks.no_memory);
	remarks_done(&remarks);
	assert_null(remarks.list);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(remarks_are_kept_in_the_order_of_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
