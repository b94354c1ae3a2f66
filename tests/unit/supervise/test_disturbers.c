/* SPDX-License-Identifier: MIT */
#include "supervise/disturbers.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "check.h"

enum {
	GONE = 1 << 30, /* there are no such threads */
	GONE_TOO,
	GONE_IRQ,
	GONE_NEW,
};

static void
who_has_ended_is_known_if_it_was_the_cpus_own(void **state)
{
	static pid_t natives[] = {GONE, GONE_IRQ};
	struct disturber list[] = {
		{.source = TRACE_TASK, .id = GONE, .name = "kworker/2:0"},
		{.source = TRACE_TASK, .id = GONE_TOO, .name = "kworker/2:1"},
		{.source = TRACE_TASK, .id = GONE_IRQ, .name = "irq/24-nvme0q1"},
		{.source = TRACE_TASK, .id = (uint64_t)getpid()},
		{.source = TRACE_IRQ, .id = GONE, .who = WHO_NO_TASK},
		{.source = TRACE_TASK, .id = GONE_NEW, .name = "kworker/2:7", .who = WHO_CPUS_OWN},
		{.source = TRACE_TASK, .id = GONE_NEW, .name = "kworker/dying"},
	};
	struct proof_cpu cpu = {.tally = {.os_cpu = 2, .list = list, .count = COUNT(list)},
		.natives = natives,
		.native_count = COUNT(natives)};
	struct proof proof = {.cpus = &cpu, .count = 1};
	struct root proc;
	struct error e;

	(void)state;
	assert_int_equal(root_open(&proc, "/proc", &e), 0);
	disturbers_look(&proc, &proof);
	assert_int_equal(list[0].who, WHO_CPUS_OWN);
	assert_int_equal(list[1].who, WHO_ENDED);
	assert_int_equal(list[2].who, WHO_ENDED); /* it goes where its interrupt does */
	assert_int_equal(list[3].who, WHO_USER);
	assert_string_not_equal(list[3].name, "");
	assert_int_equal(list[4].who, WHO_NO_TASK);
	assert_int_equal(list[6].who, WHO_CPUS_OWN);

	/* a process that has its number by now is no thread of the kernel's */
	cpu.natives = (pid_t[]){getpid()};
	cpu.native_count = 1;
	list[3].who = WHO_UNKNOWN;
	disturbers_look(&proc, &proof);
	assert_int_equal(list[3].who, WHO_USER);
	assert_int_equal(tally_occupy(&cpu.tally, getpid(), GONE, "vCPU 0"), 0);
	list[3].who = WHO_UNKNOWN;
	disturbers_look(&proc, &proof);
	assert_int_equal(list[3].who, WHO_SAME_VM);
	free(cpu.tally.occupants);
	root_close(&proc);
}

static void
programs_are_no_cpus_own(void **state)
{
	struct proof proof = {.cpus = calloc(1, sizeof(*proof.cpus)), .count = 1};
	struct root proc;
	struct error e;

	(void)state;
	assert_non_null(proof.cpus);
	assert_int_equal(root_open(&proc, "/proc", &e), 0);
	assert_int_equal(disturbers_know(&proc, &proof), 0);
	for (size_t i = 0; i < proof.cpus[0].native_count; i++)
		assert_int_not_equal(proof.cpus[0].natives[i], getpid());
	proof_done(&proof);
	root_close(&proc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_ended_is_known_if_it_was_the_cpus_own),
		cmocka_unit_test(programs_are_no_cpus_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
