/* SPDX-License-Identifier: MIT */
#include "supervise/view.h"

#include "base/text.h"
#include "supervise/ourselves.h"

static int
take(struct ourselves *o, char *const *names, size_t count, struct status *ret)
{
	const struct view_request request = {.names = names, .name_count = count};
	const struct root none = {.fd = -1};
	struct states states;
	struct error e;
	int r = states_open(&o->f.host, &none, &states, &e);

	assert_int_equal(r, 0);
	r = view_take(&o->f.host, &states, &request, ret, &e);
	states_close(&states);
	return r;
}

static enum status_state
state_of(struct ourselves *o, size_t notes)
{
	struct status status;
	enum status_state state;

	assert_int_equal(take(o, NULL, 0, &status), 0);
	assert_int_equal(status.vm_count, 1);
	assert_int_equal(status.vms[0].note_count, notes);
	state = status.vms[0].state;
	status_done(&status);
	return state;
}

static void
a_vm_that_runs_is_seen_while_its_qpin_has_the_journal(void **state)
{
	struct status status;
	struct ourselves o;

	(void)state;
	ourselves_begin(&o);
	assert_int_equal(take(&o, NULL, 0, &status), 0);
	assert_int_equal(status.vm_count, 1);
	assert_string_equal(status.vms[0].name, "vm");
	assert_int_equal(status.vms[0].state, STATUS_RUNNING);
	assert_int_equal(status.vms[0].qemu, getpid());
	assert_int_equal(status.vms[0].uid, geteuid());
	assert_string_equal(status.vms[0].level, "cpuset");
	assert_int_equal(cpus_count(&status.vms[0].cpus), 2);
	assert_int_equal(status.vms[0].note_count, 0);
	assert_true(status.vms[0].thread_count > 0);
	assert_true(status.taken_ns > 0);
	status_done(&status);
	ourselves_end(&o);
}

static void
its_state_is_what_the_journal_and_the_kernel_say(void **state)
{
	struct record_process qemu = {.pid = getpid()};
	struct ourselves o;
	struct error e;

	(void)state;
	ourselves_begin(&o);
	qemu.start = o.start;
	assert_int_equal(journal_note(&o.j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(state_of(&o, 0), STATUS_STARTING);
	qemu.placed = true;
	qemu.start--;
	assert_int_equal(journal_note(&o.j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(state_of(&o, 0), STATUS_ENDING);
	journal_close(&o.j);
	assert_int_equal(state_of(&o, 1), STATUS_LEFT_OVER);
	tree_put(&o.f.state, "vm/journal", "junk\n");
	assert_int_equal(state_of(&o, 1), STATUS_UNREADABLE);
	ourselves_end(&o);
}

static void
what_to_do_with_an_abandoned_one_is_told(void **state)
{
	struct status status;
	struct ourselves o;

	(void)state;
	ourselves_begin(&o);
	journal_close(&o.j);
	assert_int_equal(take(&o, NULL, 0, &status), 0);
	assert_int_equal(status.vms[0].state, STATUS_ABANDONED);
	assert_string_equal(
		status.vms[0].notes[0].hint, "qpin adopt vm, or qpin release --kill vm");
	status_done(&status);
	ourselves_end(&o);
}

static void
names_choose(void **state)
{
	char vm[] = "vm", other[] = "other";
	char *const both[] = {other, vm}, *const none[] = {other};
	struct status status;
	struct ourselves o;

	(void)state;
	ourselves_begin(&o);
	assert_int_equal(take(&o, both, 2, &status), 0);
	assert_int_equal(status.vm_count, 1);
	status_done(&status);
	assert_int_equal(take(&o, none, 1, &status), 0);
	assert_int_equal(status.vm_count, 0);
	status_done(&status);
	ourselves_end(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vm_that_runs_is_seen_while_its_qpin_has_the_journal),
		cmocka_unit_test(its_state_is_what_the_journal_and_the_kernel_say),
		cmocka_unit_test(what_to_do_with_an_abandoned_one_is_told),
		cmocka_unit_test(names_choose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
