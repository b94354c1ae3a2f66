/* SPDX-License-Identifier: MIT */
#include "report/status.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "report/text.h"
#include "report/vms.h"

static char *
print(const struct status *status, const struct status *before, const char *list)
{
	struct status_columns columns;
	struct text text;
	struct error e;

	status_columns_default(&columns);
	if (list != NULL)
		assert_int_equal(status_columns_parse(list, &columns, &e), 0);
	text_open(&text);
	assert_int_equal(report_status(text.out, status, before, &columns, &e), 0);
	return text_close(&text);
}

static void
status_is_a_table_per_vm(void **state)
{
	auto_free char *text = NULL;
	struct status status;

	(void)state;
	vms_fill(&status);
	text = print(&status, NULL, NULL);
	assert_string_equal(text,
		"win11: running, QEMU 4711, CPU 2, level isolated\n"
		"ROLE           TID CPU PLACE POLICY   TIME  DELAY INVOL IRQS FOREIGN PARTITION\n"
		"vCPU 0.1.0    4712   2 1/0/0 fifo 5 1.00us 2.00us  3000 6000    7000 isolated\n"
		"emulator      4711 0-1 -     other  1.00us 2.00us  3000    -       - member\n"
		"iothread disk 4713 0-1 -     other  1.00us 2.00us  3000    -       - member\n"
		"2 workers        - 0-1 -     other  2.00us 4.00us  6000    -       - member\n"
		"call_rcu      4716 0-1 -     other  1.00us 2.00us  3000    -       - member\n");
	status_done(&status);
}

static void
status_tells_what_is_amiss(void **state)
{
	auto_free char *text = NULL;
	struct status status;
	struct status_vm *vm;

	(void)state;
	vms_fill(&status);
	vm = &status.vms[0];
	vm->uid++;
	vm->state = STATUS_ABANDONED;
	vm->attached = true;
	(void)snprintf(vm->reason, sizeof(vm->reason), "no\tpartition");
	assert_int_equal(status_note_add(vm, "gone \033[2J", "qpin release win11"), 0);
	assert_int_equal(status_note_add(vm, "more", ""), 0);
	(void)snprintf(vm->threads[0].partition, sizeof(vm->threads[0].partition),
		"isolated invalid (Cpuset has no CPU)");
	text = print(&status, NULL, "role,partition");
	assert_non_null(strstr(text, "win11 of me: abandoned, attached, QEMU 4711, CPU 2, level "
				     "isolated (no?partition)\n"));
	assert_non_null(strstr(text, "vCPU 0.1.0    isolated invalid (Cpuset has no CPU)\n"));
	assert_non_null(strstr(text, "! gone ?[2J\n  hint: qpin release win11\n! more\n"));
	assert_null(strchr(text, '\033'));
	status_done(&status);
}

static void
status_counts_since_the_look_before(void **state)
{
	auto_free char *text = NULL;
	struct status before, now;

	(void)state;
	vms_fill(&before);
	vms_fill(&now);
	now.taken_ns += 2049000000;
	now.vms[0].threads[0].usage.of[USAGE_CPU_TIME_NS] += 1234567;
	now.vms[0].threads[3].start++; /* another thread, with the number of one that ended */
	text = print(&now, &before, "role,time,invol");
	assert_string_equal(text, "in the last 2.0 s\n\n"
				  "win11: running, QEMU 4711, CPU 2, level isolated\n"
				  "ROLE            TIME INVOL\n"
				  "vCPU 0.1.0    1.23ms     0\n"
				  "emulator           0     0\n"
				  "iothread disk      0     0\n"
				  "2 workers     1.00us  3000\n"
				  "call_rcu           0     0\n");
	status_done(&before);
	status_done(&now);
}

static void
status_of_what_is_not_known_is_a_dash(void **state)
{
	auto_free char *text = NULL;
	struct status status;
	struct status_thread *t;

	(void)state;
	vms_fill(&status);
	t = &status.vms[0].threads[0];
	status.vms[0].thread_count = 1;
	memset(&t->usage, 0, sizeof(t->usage));
	t->scheduling.set = false;
	t->partition[0] = '\0';
	t->spot.core = -1;
	text = print(&status, NULL, "place,core,policy,time,migr,irqs,foreign,partition");
	assert_non_null(strstr(text, "\n-/0/0    - -         -    -    -       - -\n"));
	status_done(&status);
}

static void
status_of_nothing_says_so(void **state)
{
	const struct status status = {0};
	auto_free char *text = print(&status, NULL, NULL);

	(void)state;
	assert_string_equal(text, "no VM runs\n");
}

static void
status_cuts_long_lists_and_deadlines(void **state)
{
	auto_free char *text = NULL;
	struct status status;
	struct status_thread *t;

	(void)state;
	vms_fill(&status);
	t = &status.vms[0].threads[0];
	status.vms[0].thread_count = 1;
	for (unsigned cpu = 0; cpu < 64; cpu += 2)
		cpus_add(&t->cpus, cpu);
	t->scheduling = (struct scheduling){.set = true,
		.policy = SCHED_DEADLINE,
		.runtime_ns = 1,
		.deadline_ns = 2,
		.period_ns = 3};
	text = print(&status, NULL, "cpu,policy");
	assert_non_null(strstr(text, "0,2,4,6,8,10... deadline\n"));
	status_done(&status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_a_table_per_vm),
		cmocka_unit_test(status_tells_what_is_amiss),
		cmocka_unit_test(status_counts_since_the_look_before),
		cmocka_unit_test(status_of_what_is_not_known_is_a_dash),
		cmocka_unit_test(status_of_nothing_says_so),
		cmocka_unit_test(status_cuts_long_lists_and_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
