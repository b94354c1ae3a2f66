/* SPDX-License-Identifier: MIT */
#include "supervise/unwind.h"

#include <errno.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/kinds.h"
#include "check.h"
#include "fake_host.h"

static char slice[] = "/qpin.slice", scope[] = "/qpin.slice/qpin-a.scope";

static void
begin(struct fake_host *f, const char *name, struct journal *j)
{
	static const struct cpus none;
	struct error e;

	assert_int_equal(journal_create(&f->host.state, name, &none, j, &e), 0);
}

static void
shared_changes_go_after_the_last_vm(void **state)
{
	const struct change shared = {.kind = &change_cgroup, .target = slice, .shared = true};
	struct journal first = JOURNAL_CLOSED, second = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(host_lock(&f.host, &e), 0);
	begin(&f, "a", &first);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	begin(&f, "b", &second);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0); /* found, not made again */
	assert_int_equal(unwind(&f.host, &first, &e), 0);
	assert_true(file_exists(&f.cgroup.root, "qpin.slice"));
	assert_int_equal(unwind(&f.host, &second, &e), 0);
	assert_false(file_exists(&f.cgroup.root, "qpin.slice"));
	assert_false(file_exists(&f.state.root, ".shared"));
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
release_undoes_what_the_dead_left(void **state)
{
	const struct change shared = {.kind = &change_cgroup, .target = slice, .shared = true};
	const struct change own = {.kind = &change_cgroup, .target = scope};
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	begin(&f, "a", &j);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	assert_int_equal(journal_apply(&j, &f.host, &own, &e), 0);
	assert_int_equal(release(&f.host, "a", false, &e), -EBUSY); /* it lives */
	journal_close(&j);
	assert_int_equal(release(&f.host, "a", false, &e), 0);
	assert_false(file_exists(&f.cgroup.root, "qpin.slice"));
	assert_int_equal(release(&f.host, "a", false, &e), -ENOENT);
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
release_spares_a_vm_whose_qemu_runs(void **state)
{
	char emulator[] = "/qpin.slice/qpin-a.scope/vm/emulator";
	const struct change own = {.kind = &change_cgroup, .target = emulator};
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "qpin.slice/qpin-a.scope/vm/x", "");
	begin(&f, "a", &j);
	assert_int_equal(journal_apply(&j, &f.host, &own, &e), 0);
	journal_close(&j);
	tree_put(&f.cgroup, "qpin.slice/qpin-a.scope/vm/cgroup.events", "populated 1\nfrozen 0\n");
	assert_int_equal(release(&f.host, "a", false, &e), -EBUSY);
	assert_int_equal(e.kind, ERROR_CLAIMED);
	assert_non_null(strstr(e.why, "QEMU"));
	assert_non_null(strstr(e.hint, "/qpin.slice/qpin-a.scope/vm: qpin release --kill a"));
	assert_true(file_exists(&f.cgroup.root, "qpin.slice/qpin-a.scope/vm/emulator"));
	host_unlock(&f.host);
	fake_host_remove(&f);
}

#define STAT(start) "77 (qemu) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 3 0 " start " 99 1\n"

static void
release_knows_qemu_without_a_cgroup(void **state)
{
	const struct record_process qemu = {.pid = 77, .start = 5000};
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "77/stat", STAT("5000"));
	begin(&f, "a", &j);
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	journal_close(&j);
	assert_int_equal(release(&f.host, "a", false, &e), -EBUSY);
	assert_int_equal(e.kind, ERROR_CLAIMED);
	assert_non_null(strstr(e.hint, "qpin adopt a"));
	assert_non_null(strstr(e.hint, "kill 77"));
	tree_put(&f.proc, "77/stat", STAT("5001")); /* another process has its number */
	assert_int_equal(release(&f.host, "a", false, &e), 0);
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
release_lets_a_qemu_run_that_ran_before(void **state)
{
	const struct record_process qemu = {.pid = 77, .start = 5000},
				    keeper = {.pid = 78, .start = 1};
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "77/stat", STAT("5000"));
	begin(&f, "a", &j);
	assert_int_equal(journal_note(&j, RECORD_QEMU, &qemu, &e), 0);
	assert_int_equal(journal_note(&j, RECORD_KEEPER, &keeper, &e), 0);
	journal_close(&j);
	assert_int_equal(release(&f.host, "a", false, &e), 0);
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
nobody_is_told_to_let_go_of_what_qpin_started(void **state)
{
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	begin(&f, "a", &j);
	assert_int_equal(let_go(&f.host, "a", &e), 1);
	assert_int_equal(let_go(&f.host, "b", &e), -ENOENT);
	/* whose process has ended, or has become another's */
	assert_int_equal(journal_note(&j, RECORD_KEEPER,
				 &(const struct record_process){.pid = 1, .start = 4999}, &e),
		0);
	tree_put(&f.proc, "1/stat", STAT("5000"));
	assert_int_equal(let_go(&f.host, "a", &e), 1);
	journal_close(&j);
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
release_all_goes_on_after_a_failure(void **state)
{
	const struct change shared = {.kind = &change_cgroup, .target = slice, .shared = true};
	struct journal a = JOURNAL_CLOSED, c = JOURNAL_CLOSED, d = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(host_lock(&f.host, &e), 0);
	begin(&f, "a", &a);
	begin(&f, "c", &c);
	begin(&f, "d", &d);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	journal_close(&a);
	journal_close(&c);
	tree_put(&f.state, "b/journal", "junk\n");
	tree_put(&f.state, "e/journal", ""); /* never begun */
	assert_int_equal(release_all(&f.host, false, &e), -EINVAL);
	assert_true(str_ends(e.where, "/b/journal"));
	assert_true(str_ends(e.hint, "/b"));
	assert_false(file_exists(&f.state.root, "a"));
	assert_false(file_exists(&f.state.root, "c"));
	assert_false(file_exists(&f.state.root, "e"));
	assert_true(file_exists(&f.state.root, "b/journal"));
	assert_true(file_exists(&f.state.root, "d/journal")); /* it lives */
	assert_true(file_exists(&f.cgroup.root, "qpin.slice"));
	journal_close(&d);
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
release_all_undoes_what_was_shared_by_nobody_left(void **state)
{
	const struct change shared = {.kind = &change_cgroup, .target = slice, .shared = true};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(host_lock(&f.host, &e), 0);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	tree_put(&f.cgroup, "qpin.slice/stranger", ""); /* rmdir says ENOTEMPTY */
	assert_int_equal(release_all(&f.host, false, &e), -EIO);
	assert_true(str_ends(e.hint, "qpin release --all"));
	assert_int_equal(unlinkat(f.cgroup.root.fd, "qpin.slice/stranger", 0), 0);
	assert_int_equal(release_all(&f.host, false, &e), 0);
	assert_false(file_exists(&f.cgroup.root, "qpin.slice"));
	host_unlock(&f.host);
	fake_host_remove(&f);
}

/* Killed before the journal told of it, or before the list had its name. */
static void
shared_unwind_forgets_masks_that_no_journal_tells_of(void **state)
{
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.state, ".masks", "qpin masks changing 0\n");
	tree_put(&f.state, ".masks.new", "");
	assert_int_equal(host_lock(&f.host, &e), 0);
	assert_int_equal(shared_unwind(&f.host, &e), 0);
	assert_int_equal(access(f.state.root.path, F_OK), -1); /* nothing is in it any more */
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
shared_change_that_was_lost_is_made_again(void **state)
{
	const struct change shared = {.kind = &change_cgroup, .target = slice, .shared = true};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(host_lock(&f.host, &e), 0);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	assert_int_equal(unlinkat(f.cgroup.root.fd, "qpin.slice", AT_REMOVEDIR), 0);
	assert_int_equal(shared_apply(&f.host, &shared, &e), 0);
	assert_true(file_exists(&f.cgroup.root, "qpin.slice"));
	assert_int_equal(shared_unwind(&f.host, &e), 0);
	assert_false(file_exists(&f.cgroup.root, "qpin.slice"));
	host_unlock(&f.host);
	fake_host_remove(&f);
}

static void
what_stays_is_kept_in_the_journal(void **state)
{
	const struct change own = {.kind = &change_cgroup, .target = slice};
	struct journal j = JOURNAL_CLOSED;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	begin(&f, "a", &j);
	assert_int_equal(journal_apply(&j, &f.host, &own, &e), 0);
	tree_put(&f.cgroup, "qpin.slice/stranger", ""); /* rmdir says ENOTEMPTY */
	assert_int_equal(unwind(&f.host, &j, &e), -EIO);
	assert_non_null(strstr(e.hint, "qpin release a"));
	assert_true(file_exists(&f.state.root, "a/journal"));
	host_unlock(&f.host);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_changes_go_after_the_last_vm),
		cmocka_unit_test(release_undoes_what_the_dead_left),
		cmocka_unit_test(release_spares_a_vm_whose_qemu_runs),
		cmocka_unit_test(release_knows_qemu_without_a_cgroup),
		cmocka_unit_test(release_lets_a_qemu_run_that_ran_before),
		cmocka_unit_test(nobody_is_told_to_let_go_of_what_qpin_started),
		cmocka_unit_test(release_all_goes_on_after_a_failure),
		cmocka_unit_test(release_all_undoes_what_was_shared_by_nobody_left),
		cmocka_unit_test(shared_unwind_forgets_masks_that_no_journal_tells_of),
		cmocka_unit_test(shared_change_that_was_lost_is_made_again),
		cmocka_unit_test(what_stays_is_kept_in_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
