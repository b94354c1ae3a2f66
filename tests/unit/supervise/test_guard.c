/* SPDX-License-Identifier: MIT */
#include "supervise/guard.h"

#include <string.h>

#include "base/cleanup.h"
#include <stdio.h>

#include "check.h"
#include "qemu/message.h"
#include "supervise/vm.h"

static void
guard_concerns_cpus_that_come_and_go(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {
		{"offline@/devices/system/cpu/cpu3", true},
		{"online@/devices/system/cpu/cpu12", true},
		{"change@/devices/system/cpu/cpu3", false},
		{"add@/devices/system/cpu/cpu3/cache", false},
		{"offline@/devices/system/memory/memory3", false},
		{"offline@/devices/system/cpu", false},
		{"", false},
	};
	char cut[sizeof("offline@/devices/system/cpu/cpu3") - 1];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (guard_concerns_cpu(row[i].text, strlen(row[i].text) + 1) != row[i].want)
			fail_msg("%s", row[i].text);
	}
	memcpy(cut, row[0].text, sizeof(cut));
	assert_false(guard_concerns_cpu(cut, sizeof(cut))); /* no end within what was received */
}

static void
guard_heard_knows_who_paused_the_guest(void **state)
{
	static const struct {
		enum guard_pause before;
		const char *event;
		enum guard_pause after;
	} row[] = {
		{GUARD_PAUSING, "STOP", GUARD_PAUSED},
		{GUARD_RUNS, "STOP", GUARD_RUNS}, /* its owner did */
		{GUARD_PAUSED, "RESUME", GUARD_RUNS},
		{GUARD_PAUSING, "RESUME", GUARD_RUNS},
		{GUARD_PAUSED, "POWERDOWN", GUARD_PAUSED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct vm vm = {.guard = {.pause = row[i].before}};
		struct qmp_message message = {.kind = QMP_EVENT};

		(void)snprintf(message.name, sizeof(message.name), "%s", row[i].event);
		guard_heard(&vm, &message);
		assert_int_equal(vm.guard.pause, row[i].after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guard_concerns_cpus_that_come_and_go),
		cmocka_unit_test(guard_heard_knows_who_paused_the_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
