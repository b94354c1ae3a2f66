/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_host.h"

static char trial[] = "/qpin.trial", cpus[] = "6-7";

static void
trial_that_the_kernel_allows_ends_as_a_member(void **state)
{
	struct change c = {.kind = &change_trial, .target = trial, .value = cpus};
	struct fake_host f;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "qpin.trial/cpuset.cpus", "");
	tree_put(&f.cgroup, "qpin.trial/cpuset.cpus.partition", "member\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(group_read(&f.host, trial, CPUSET_CPUS, text, sizeof(text), &e) > 0);
	assert_string_equal(text, "6-7");
	assert_true(group_read(&f.host, trial, CPUSET_CPUS_PARTITION, text, sizeof(text), &e) > 0);
	assert_int_equal(strncmp(text, PARTITION_MEMBER, 6), 0); /* no control file: it isn't cut */
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EEXIST); /* it was there before */
	free(c.before);
	fake_host_remove(&f);
}

static void
trial_that_the_kernel_refuses_has_its_words(void **state)
{
	struct change c = {.kind = &change_trial, .target = trial, .value = cpus};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "qpin.trial/cpuset.cpus", "");
	tree_put(&f.cgroup, "qpin.trial/cpuset.cpus.partition", "isolated invalid (why)\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_ISOLATION);
	assert_string_equal(e.what, "make a partition of CPUs isolated at boot (6-7)");
	assert_string_equal(e.why, "the kernel says \"isolated invalid (why)\"");
	free(c.before);
	fake_host_remove(&f);
}

static void
trial_that_fails_leaves_nothing(void **state)
{
	struct change c = {.kind = &change_trial, .target = trial, .value = cpus};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), -ENOENT); /* no control files */
	assert_false(group_exists(&f.host, trial));
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	free(c.before);
	fake_host_remove(&f);
}

static void
trial_that_a_crash_left_is_removed(void **state)
{
	struct change c = {.kind = &change_trial, .target = trial, .value = cpus};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(change_cgroup.apply(&f.host, &c, &e), 0);
	assert_true(group_exists(&f.host, trial));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_false(group_exists(&f.host, trial));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	free(c.before);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trial_that_the_kernel_allows_ends_as_a_member),
		cmocka_unit_test(trial_that_the_kernel_refuses_has_its_words),
		cmocka_unit_test(trial_that_fails_leaves_nothing),
		cmocka_unit_test(trial_that_a_crash_left_is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
