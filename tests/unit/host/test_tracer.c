/* SPDX-License-Identifier: MIT */
#include "host/tracer.h"

#include <errno.h>

#include "check.h"

/* As the kernel prints it; what was read isn't lost. */
static void
lost_events_are_summed(void **state)
{
	static const char text[] = "entries: 10\noverrun: 3\ncommit overrun: 40\nbytes: 1\n"
				   "oldest event ts:     1.000000\nnow ts:     2.000000\n"
				   "dropped events: 500\nread events: 6\n";
	uint64_t lost = 0;

	(void)state;
	assert_int_equal(tracer_lost_parse(text, &lost), 0);
	assert_int_equal(lost, 543);
	assert_int_equal(tracer_lost_parse("", &lost), -EINVAL);
	assert_int_equal(tracer_lost_parse("overrun: 0\ncommit overrun: 0\n", &lost), -EINVAL);
	assert_int_equal(
		tracer_lost_parse("overrun: x\ncommit overrun: 0\ndropped events: 0\n", &lost),
		-EINVAL);
	assert_int_equal(lost, 543);
}

static void
events_have_names(void **state)
{
	(void)state;
	assert_string_equal(tracer_events[0].name, "sched_switch");
	for (size_t i = 0; i < TRACER_EVENTS; i++) {
		assert_non_null(tracer_events[i].system);
		assert_non_null(tracer_events[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_events_are_summed),
		cmocka_unit_test(events_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
