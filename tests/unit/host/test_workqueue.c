/* SPDX-License-Identifier: MIT */
#include "host/workqueue.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "fake_host.h"

static char file[] = WORKQUEUE_CPUS, cpus[] = "2-3,40";

/* A fake host's /sys, which only these tests need. */
static void
sys_make(struct fake_host *f, struct tree *sys)
{
	fake_host_make(f);
	tree_make(sys);
	f->host.roots.sys = sys->root;
}

static void
sys_remove(struct fake_host *f, struct tree *sys)
{
	tree_remove(sys);
	fake_host_remove(f);
}

static void
expect(const struct tree *sys, const char *want)
{
	char text[64];
	struct error e;

	assert_true(file_read(&sys->root, WORKQUEUE_CPUS, text, sizeof(text), &e) >= 0);
	assert_string_equal(text, want);
}

static void
workqueue_gives_back_what_it_took(void **state)
{
	struct change c = {.kind = &change_workqueue, .target = file, .value = cpus};
	struct fake_host f;
	struct tree sys;
	struct error e;

	(void)state;
	sys_make(&f, &sys);
	tree_put(&sys, WORKQUEUE_CPUS, "3ff,fffffff7\n"); /* without CPU 3 */
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "2,40");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel left them on 0-2,4-41");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	expect(&sys, "2ff,fffffff3");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&sys, WORKQUEUE_CPUS, "27f,fffffff3\n"); /* another VM took CPU 39 */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
		expect(&sys, "37f,fffffff7");
	}
	free(c.before);
	sys_remove(&f, &sys);
}

static void
workqueue_leaves_to_the_kernel_what_partitions_took(void **state)
{
	char rest[] = "4-7";
	struct change c = {.kind = &change_workqueue, .target = file, .value = rest};
	struct fake_host f;
	struct tree sys;
	struct error e;

	(void)state;
	sys_make(&f, &sys);
	tree_put(&sys, WORKQUEUE_CPUS, "9f\n"); /* CPUs 5-6 are isolated */
	tree_put(&sys, WORKQUEUE_CPUS "_requested", "ff\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "4-7");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	tree_put(&sys, WORKQUEUE_CPUS, ""); /* no file of sysfs: it isn't cut */
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	expect(&sys, "f");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&sys, WORKQUEUE_CPUS "_requested", "0f\n");
	tree_put(&sys, WORKQUEUE_CPUS, "");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	expect(&sys, "ff");
	free(c.before);
	sys_remove(&f, &sys);
}

static void
workqueue_is_by_hand_where_nothing_is_taken(void **state)
{
	struct fake_host f;
	struct tree sys;

	(void)state;
	sys_make(&f, &sys);
	assert_false(workqueue_is_by_hand(&sys.root)); /* it can't be changed at all */
	tree_put(&sys, WORKQUEUE_CPUS, "ff\n");
	assert_true(workqueue_is_by_hand(&sys.root));
	tree_put(&sys, WORKQUEUE_CPUS "_isolated", "0\n");
	assert_false(workqueue_is_by_hand(&sys.root));
	sys_remove(&f, &sys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workqueue_gives_back_what_it_took),
		cmocka_unit_test(workqueue_leaves_to_the_kernel_what_partitions_took),
		cmocka_unit_test(workqueue_is_by_hand_where_nothing_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
