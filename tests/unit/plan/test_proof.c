/* SPDX-License-Identifier: MIT */
#include "plan/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check.h"

static enum proof_verdict
judge(struct proof_cpu cpu, bool is_traced)
{
	struct proof proof = {.is_traced = is_traced, .ns = 1000, .cpus = &cpu, .count = 1};
	enum proof_verdict verdict = proof_judge(&proof);

	assert_int_equal(cpu.verdict, verdict);
	assert_int_equal(cpu.reason != NULL, verdict == PROOF_UNPROVEN);
	return verdict;
}

static enum proof_verdict
judge_disturber(struct disturber d)
{
	return judge((struct proof_cpu){.tally = {.list = &d, .count = 1, .is_known = true}}, true);
}

static void
tasks_fail_but_those_of_the_cpu(void **state)
{
	static const struct {
		enum who who;
		enum proof_verdict verdict;
	} row[] = {
		{WHO_UNKNOWN, PROOF_FAIL},
		{WHO_ENDED, PROOF_FAIL},
		{WHO_USER, PROOF_FAIL},
		{WHO_SAME_VM, PROOF_FAIL},
		{WHO_KERNEL, PROOF_FAIL},
		{WHO_CPUS_OWN, PROOF_PASS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(judge_disturber((struct disturber){
					 .source = TRACE_TASK, .who = row[i].who}),
			row[i].verdict);
}

static void
devices_fail_and_what_the_cpu_does_for_itself_does_not(void **state)
{
	static const struct {
		enum trace_source source;
		uint64_t id;
		enum proof_verdict verdict;
	} row[] = {
		{TRACE_IRQ, 24, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_NET_RX, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_NET_TX, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_BLOCK, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_IRQ_POLL, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_TASKLET, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_HI, PROOF_FAIL},
		{TRACE_SOFTIRQ, SOFTIRQ_TIMER, PROOF_PASS},
		{TRACE_SOFTIRQ, SOFTIRQ_SCHED, PROOF_PASS},
		{TRACE_SOFTIRQ, SOFTIRQ_RCU, PROOF_PASS},
		{TRACE_VECTOR, VECTOR_RESCHEDULE, PROOF_PASS},
		{TRACE_NMI, 0, PROOF_PASS},
		{TRACE_NMI, 0xffff, PROOF_PASS},
		{TRACE_WORK, 0xffff, PROOF_PASS},
		{TRACE_TIMER, 0xffff, PROOF_PASS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct disturber d = {
			.source = row[i].source, .id = row[i].id, .who = WHO_NO_TASK};

		assert_int_equal(judge_disturber(d), row[i].verdict);
		if (row[i].verdict == PROOF_FAIL)
			assert_non_null(proof_hint(&d));
	}
}

static void
what_can_not_be_told_is_unproven(void **state)
{
	struct disturber hog = {.source = TRACE_TASK, .who = WHO_USER};

	(void)state;
	assert_int_equal(judge((struct proof_cpu){.tally = {.is_known = true}}, true), PROOF_PASS);
	assert_int_equal(judge((struct proof_cpu){0}, true), PROOF_UNPROVEN);
	assert_int_equal(judge((struct proof_cpu){.lost = 1, .tally = {.is_known = true}}, true),
		PROOF_UNPROVEN);
	assert_int_equal(
		judge((struct proof_cpu){.is_unsteady = true, .tally = {.is_known = true}}, true),
		PROOF_UNPROVEN);
	assert_int_equal(
		judge((struct proof_cpu){.tally = {.failed = true, .is_known = true}}, true),
		PROOF_UNPROVEN);
	assert_int_equal(judge((struct proof_cpu){.lost = 1,
				       .tally = {.list = &hog, .count = 1, .is_known = true}},
				 true),
		PROOF_FAIL);
}

/* Without tracing the kernel's count proves that there was nobody; of more, it's not known who. */
static void
counts_prove_that_there_was_nobody(void **state)
{
	(void)state;
	assert_int_equal(
		judge((struct proof_cpu){.has_switches = true, .own = 1}, false), PROOF_PASS);
	assert_int_equal(
		judge((struct proof_cpu){.has_switches = true, .run_ns = 990}, false), PROOF_PASS);
	assert_int_equal(judge((struct proof_cpu){.has_switches = true, .run_ns = 500}, false),
		PROOF_UNPROVEN);
	assert_int_equal(
		judge((struct proof_cpu){.has_switches = true, .own = 1, .others = 1}, false),
		PROOF_UNPROVEN);
	assert_int_equal(judge((struct proof_cpu){.own = 1}, false), PROOF_UNPROVEN);
	assert_int_equal(
		judge((struct proof_cpu){.has_switches = true, .own = 1, .is_unsteady = true},
			false),
		PROOF_UNPROVEN);
}

static void
the_worst_cpu_counts(void **state)
{
	struct disturber hog = {.source = TRACE_TASK, .who = WHO_USER};
	struct proof_cpu cpus[] = {{.tally = {.is_known = true}},
		{.tally = {.list = &hog, .count = 1, .is_known = true}},
		{.lost = 1, .tally = {.is_known = true}}, {.tally = {.is_known = true}}};
	struct proof proof = {.is_traced = true, .cpus = cpus, .count = 4};

	(void)state;
	assert_int_equal(proof_judge(&proof), PROOF_FAIL);
	proof.cpus = &cpus[2];
	proof.count = 2;
	assert_int_equal(proof_judge(&proof), PROOF_UNPROVEN);
}

static void
everything_is_called_something(void **state)
{
	static const struct {
		struct disturber d;
		const char *name;
	} row[] = {
		{{.source = TRACE_TASK, .id = 7, .name = "sh"}, "sh, thread 7"},
		{{.source = TRACE_TASK}, "tasks beyond those that are listed"},
		{{.source = TRACE_IRQ, .id = 24, .name = "virtio0"}, "IRQ 24 (virtio0)"},
		{{.source = TRACE_IRQ, .id = 24}, "IRQ 24"},
		{{.source = TRACE_SOFTIRQ, .id = SOFTIRQ_RCU}, "softirq RCU"},
		{{.source = TRACE_SOFTIRQ, .id = 77}, "softirq 77"},
		{{.source = TRACE_VECTOR, .id = VECTOR_LOCAL_TIMER}, "interrupt: local timer"},
		{{.source = TRACE_WORK, .id = 0xff, .name = "vmstat_update"}, "work vmstat_update"},
		{{.source = TRACE_TIMER, .id = 0xff}, "timer 0xff"},
		{{.source = TRACE_NMI, .id = 0xff, .name = "perf_event_nmi_handler"},
			"NMI perf_event_nmi_handler"},
		{{.source = TRACE_NMI, .id = 0xff}, "NMI 0xff"},
		{{.source = TRACE_NMI}, "NMI"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct buf text = {0};

		proof_name(&row[i].d, &text);
		assert_string_equal(text.text, row[i].name);
		buf_done(&text);
	}
	for (uint64_t i = 0; i < SOFTIRQ_COUNT + VECTOR_COUNT; i++) {
		const struct disturber d = {
			.source = i < SOFTIRQ_COUNT ? TRACE_SOFTIRQ : TRACE_VECTOR,
			.id = i < SOFTIRQ_COUNT ? i : i - SOFTIRQ_COUNT};
		struct buf text = {0};

		proof_name(&d, &text);
		assert_null(strstr(text.text, "null"));
		buf_done(&text);
	}
	assert_true(proof_is_tick(
		&(struct disturber){.source = TRACE_TIMER, .name = "tick_nohz_handler"}));
	assert_false(proof_is_tick(
		&(struct disturber){.source = TRACE_TASK, .name = "tick_nohz_handler"}));
}

static void
what_ends_an_nmi_depends_on_whose_it_is(void **state)
{
	static const struct {
		uint64_t id;
		const char *name, *hint;
	} row[] = {
		{0, "", "kernel.nmi_watchdog=0"},
		{1, "perf_event_nmi_handler", "kernel.nmi_watchdog=0"},
		{1, "nmi_cpu_backtrace_handler", "SysRq-L"},
		{1, "ghes_notify_nmi", "firmware"},
		{1, "", "firmware"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct disturber d = {.source = TRACE_NMI, .id = row[i].id};

		(void)snprintf(d.name, sizeof(d.name), "%s", row[i].name);
		assert_non_null(strstr(proof_hint(&d), row[i].hint));
	}
}

static void
what_ends_balancing_for_others_is_told(void **state)
{
	const struct disturber sched = {.source = TRACE_SOFTIRQ, .id = SOFTIRQ_SCHED};
	const struct disturber rcu = {.source = TRACE_SOFTIRQ, .id = SOFTIRQ_RCU};

	(void)state;
	assert_false(proof_is_foreign(&sched));
	assert_non_null(strstr(proof_hint(&sched), "isolcpus="));
	assert_null(proof_hint(&rcu));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_fail_but_those_of_the_cpu),
		cmocka_unit_test(devices_fail_and_what_the_cpu_does_for_itself_does_not),
		cmocka_unit_test(what_can_not_be_told_is_unproven),
		cmocka_unit_test(counts_prove_that_there_was_nobody),
		cmocka_unit_test(the_worst_cpu_counts),
		cmocka_unit_test(everything_is_called_something),
		cmocka_unit_test(what_ends_an_nmi_depends_on_whose_it_is),
		cmocka_unit_test(what_ends_balancing_for_others_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
