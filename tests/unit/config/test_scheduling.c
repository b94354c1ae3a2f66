/* SPDX-License-Identifier: MIT */
#include "config/scheduling.h"

#include <sched.h>

#include "base/cleanup.h"
#include "config/bad.h"

#define DEADLINE "  scheduler: deadline\n"

static void
scheduling_resolve_refuses_what_doesnt_fit_together(void **state)
{
	static const struct bad_row row[] = {
		{LAUNCHER("  scheduler: fifoo\n  priority: 3\n"), .line = 3, .column = 14,
			.why = "wants batch, deadline, fifo, idle, other or rr, not 'fifoo'",
			.hint = "did you mean 'fifo'?"},
		{LAUNCHER("  scheduler: fifo\n  priority: high\n"), .line = 4, .column = 13,
			.why = "a whole number from 0 to 255, not 'high'"},
		{LAUNCHER("  scheduler: fifo\n  priority: 256\n"), .line = 4, .column = 13,
			.why = "from 0 to 255, not '256'"},
		{LAUNCHER("  priority: 3\n"), .line = 3, .column = 13,
			.why = "'priority' works only together with 'scheduler'",
			.hint = "scheduler: fifo"},
		{LAUNCHER("  priority: 0\n"), .line = 3, .column = 13, .why = "only together with"},
		{LAUNCHER("  scheduler: rr\n"), .line = 3, .column = 14,
			.why = "'scheduler' needs 'priority'", .hint = "priority: 1"},
		{LAUNCHER("  scheduler: fifo\n  priority: 0\n"), .line = 4, .column = 13,
			.why = "from 1 to 99 for fifo and rr, not 0"},
		{LAUNCHER("  scheduler: rr\n  priority: 100\n"), .line = 4, .column = 13,
			.why = "from 1 to 99"},
		{LAUNCHER("  scheduler: batch\n  priority: 1\n"), .line = 4, .column = 13,
			.why = "must be 0 for this policy, not 1", .hint = "fifo and rr"},
		{LAUNCHER("  iothread_priority: 3\n"), .line = 3, .column = 22,
			.why = "only together with 'iothread_scheduler'"},
		{LAUNCHER("  iothread_scheduler: fifo\n"), .line = 3, .column = 23,
			.why = "needs 'iothread_priority'"},
		{LAUNCHER("  emulator_scheduler: idle\n  emulator_priority: 7\n"), .line = 4,
			.column = 22, .why = "must be 0"},
		{LAUNCHER("  emulator_scheduler: deadline\n"), .line = 3, .column = 23,
			.why = "'deadline' is for vCPUs alone"},
		{LAUNCHER(DEADLINE "  sched_deadline_us: 10\n"), .line = 3, .column = 14,
			.why = "'deadline' needs 'sched_runtime_us'"},
		{LAUNCHER(DEADLINE "  sched_runtime_us: 10\n"), .line = 3, .column = 14,
			.why = "'deadline' needs 'sched_deadline_us'"},
		{LAUNCHER(DEADLINE "  sched_runtime_us: 1\n  sched_deadline_us: 10\n"), .line = 4,
			.column = 21, .why = "from 2 to"},
		{LAUNCHER(DEADLINE "  sched_runtime_us: 11\n  sched_deadline_us: 10\n"), .line = 4,
			.column = 21, .why = "more than sched_deadline_us: 11 > 10"},
		{LAUNCHER(DEADLINE "  sched_runtime_us: 5\n  sched_deadline_us: 10\n"
				   "  sched_period_us: 9\n"),
			.line = 5, .column = 22, .why = "more than sched_period_us: 10 > 9"},
		{LAUNCHER(DEADLINE "  sched_runtime_us: 5\n  sched_deadline_us: 10\n"
				   "  priority: 1\n"),
			.line = 6, .column = 13, .why = "must be 0"},
		{LAUNCHER("  scheduler: other\n  sched_period_us: 10\n"), .line = 4, .column = 20,
			.why = "only together with scheduler: deadline"},
		{LAUNCHER("  sched_runtime_us: 10\n"), .line = 3, .column = 21,
			.why = "only together with scheduler: deadline"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
scheduling_resolve_gives_each_role_its_own(void **state)
{
	static const struct {
		const char *keys;
		int vcpu, iothread, emulator; /* policies; -1 when not set */
		unsigned priority;            /* of the first that is set */
	} row[] = {
		{"", -1, -1, -1, 0},
		{"  scheduler: fifo\n  priority: 99\n", SCHED_FIFO, -1, -1, 99},
		{"  scheduler: other\n", SCHED_OTHER, -1, -1, 0},
		{"  scheduler: idle\n  priority: 0\n", SCHED_IDLE, -1, -1, 0},
		{"  iothread_scheduler: rr\n  iothread_priority: 1\n", -1, SCHED_RR, -1, 1},
		{"  emulator_scheduler: 'batch'\n", -1, -1, SCHED_BATCH, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_free char *text = text_printf(LAUNCHER("%s"), row[i].keys);
		struct definition d = good(text);
		const struct scheduling *s = &d.vcpu_scheduling;

		assert_int_equal(s->set ? s->policy : -1, row[i].vcpu);
		s = d.vcpu_scheduling.set ? s : &d.iothread_scheduling;
		assert_int_equal(d.iothread_scheduling.set ? d.iothread_scheduling.policy : -1,
			row[i].iothread);
		assert_int_equal(d.emulator_scheduling.set ? d.emulator_scheduling.policy : -1,
			row[i].emulator);
		assert_int_equal(s->priority, row[i].priority);
		definition_done(&d);
	}
}

static void
scheduling_resolve_takes_the_deadline_as_period(void **state)
{
	struct definition d = good(
		LAUNCHER(DEADLINE "  sched_runtime_us: 2000\n  sched_deadline_us: 1000000000\n"));

	(void)state;
	assert_int_equal(d.vcpu_scheduling.policy, SCHED_DEADLINE);
	assert_int_equal(d.vcpu_scheduling.priority, 0);
	assert_int_equal(d.vcpu_scheduling.runtime_ns, 2000000);
	assert_int_equal(d.vcpu_scheduling.deadline_ns, UINT64_C(1000000000000));
	assert_int_equal(d.vcpu_scheduling.period_ns, UINT64_C(1000000000000));
	assert_int_equal(d.vcpu_scheduling.place.line, 3);
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheduling_resolve_refuses_what_doesnt_fit_together),
		cmocka_unit_test(scheduling_resolve_gives_each_role_its_own),
		cmocka_unit_test(scheduling_resolve_takes_the_deadline_as_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
