/* SPDX-License-Identifier: MIT */
#include "cgroup/backend.h"

#include "check.h"

static void
affinity_makes_nothing_and_pins_threads(void **state)
{
	const struct placement p = {.role = "vCPU 0.0.0", .tid = 9, .os_cpu = 4};
	const struct layout l = {.unit = "x"};
	struct change_list list = {0};
	char text[128];

	(void)state;
	assert_int_equal(backend_affinity.prepare(&l, &list), 0);
	assert_int_equal(list.count, 0);
	assert_false(backend_affinity.birthplace(&l, text, sizeof(text)));
	assert_false(backend_affinity.leaf(&l, 4, text, sizeof(text)));
	assert_int_equal(backend_affinity.place(&l, &p, &list), 0);
	assert_int_equal(list.count, 1);
	list.list[0].kind->describe(&list.list[0], text, sizeof(text));
	assert_string_equal(text, "pin vCPU 0.0.0 (thread 9) to CPU 4");
	change_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affinity_makes_nothing_and_pins_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
