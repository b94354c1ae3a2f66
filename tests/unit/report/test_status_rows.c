/* SPDX-License-Identifier: MIT */
#include "report/status_rows.h"

#include "check.h"
#include "report/vms.h"

static void
rows_of_a_kind_are_one(void **state)
{
	struct status_rows rows;
	struct status status;
	struct status_vm *vm;

	(void)state;
	vms_fill(&status);
	vm = &status.vms[0];
	vm->threads[5].role = STATUS_WORKER;
	vm->threads[5].usage.has[USAGE_MIGRATIONS] = false;
	vm->threads[5].scheduling.policy = SCHED_BATCH;
	assert_int_equal(status_rows_make(vm, NULL, &rows), 0);
	assert_int_equal(rows.count, 4);
	assert_string_equal(rows.list[3].label, "3 workers");
	assert_int_equal(rows.list[3].tid, 0);
	assert_string_equal(rows.list[3].partition, "member");
	assert_string_equal(rows.list[3].name, ""); /* one has another */
	assert_false(rows.list[3].scheduling.set);
	assert_false(rows.list[3].usage.has[USAGE_MIGRATIONS]);
	assert_true(rows.list[3].usage.of[USAGE_INVOLUNTARY] == 9000);
	status_rows_done(&rows);
	status_done(&status);
}

static void
vcpus_and_iothreads_have_their_own(void **state)
{
	struct status_rows rows;
	struct status status;

	(void)state;
	vms_fill(&status);
	status.vms[0].threads[1].role = STATUS_VCPU;
	status.vms[0].threads[3].role = STATUS_IOTHREAD;
	status.vms[0].threads[4].role = STATUS_IOTHREAD;
	assert_int_equal(status_rows_make(&status.vms[0], NULL, &rows), 0);
	assert_int_equal(rows.count, VMS_THREADS);
	status_rows_done(&rows);
	status_done(&status);
}

static void
what_is_counted_anew_is_not_compared(void **state)
{
	struct status_rows rows;
	struct status before, now;

	(void)state;
	vms_fill(&before);
	vms_fill(&now);
	now.vms[0].threads[0].usage.of[USAGE_FOREIGN] += 2;
	assert_int_equal(status_rows_make(&now.vms[0], &before.vms[0], &rows), 0);
	assert_true(rows.list[0].usage.has[USAGE_FOREIGN]);
	assert_int_equal(rows.list[0].usage.of[USAGE_FOREIGN], 2);
	status_rows_done(&rows);
	now.vms[0].threads[0].foreign_since_ns++;
	assert_int_equal(status_rows_make(&now.vms[0], &before.vms[0], &rows), 0);
	assert_false(rows.list[0].usage.has[USAGE_FOREIGN]);
	assert_true(rows.list[0].usage.has[USAGE_IRQS]);
	status_rows_done(&rows);
	status_done(&before);
	status_done(&now);
}

static void
a_vm_that_was_started_again_is_another(void **state)
{
	struct status before, now;

	(void)state;
	vms_fill(&before);
	vms_fill(&now);
	assert_ptr_equal(status_vm_find(&before, &now.vms[0]), &before.vms[0]);
	now.vms[0].qemu++;
	assert_null(status_vm_find(&before, &now.vms[0]));
	now.vms[0].qemu--;
	now.vms[0].uid++;
	assert_null(status_vm_find(&before, &now.vms[0]));
	status_done(&before);
	status_done(&now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_a_kind_are_one),
		cmocka_unit_test(vcpus_and_iothreads_have_their_own),
		cmocka_unit_test(what_is_counted_anew_is_not_compared),
		cmocka_unit_test(a_vm_that_was_started_again_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
