/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "fake_host.h"

static char a[] = "/a", cpus[] = "2-3";

static void
exclusive_leaves_the_cpus_of_others(void **state)
{
	struct change c = {.kind = &change_exclusive, .target = a, .value = cpus};
	struct fake_host f;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cpuset.cpus.exclusive", "6\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "6");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(
		file_read(&f.cgroup.root, "a/cpuset.cpus.exclusive", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "2-3,6");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&f.cgroup, "a/cpuset.cpus.exclusive", "2-3,6-7\n"); /* another VM came */
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cgroup.root, "a/cpuset.cpus.exclusive", text, 4, &e) < 0 ||
		    text[0] == '6');
	tree_put(&f.cgroup, "a/cpuset.cpus.exclusive", "7\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel left \"7\"");
	free(c.before);
	fake_host_remove(&f);
}

static void
exclusive_leaves_what_was_there_before(void **state)
{
	struct change c = {.kind = &change_exclusive, .target = a, .value = cpus};
	struct fake_host f;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cpuset.cpus.exclusive", "3\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	tree_put(&f.cgroup, "a/cpuset.cpus.exclusive", "2-3\n");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(
		file_read(&f.cgroup.root, "a/cpuset.cpus.exclusive", text, sizeof(text), &e) > 0);
	assert_int_equal(text[0], '3');
	free(c.before);
	fake_host_remove(&f);
}

static void
exclusive_can_be_the_list_of_a_partition(void **state)
{
	static char key[] = "cpuset.cpus";
	struct change c = {.kind = &change_exclusive, .target = a, .key = key, .value = cpus};
	struct fake_host f;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cpuset.cpus", "5-6\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cgroup.root, "a/cpuset.cpus", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "2-3,5-6");
	tree_put(&f.cgroup, "a/cpuset.cpus", "2-3,5-6\n");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cgroup.root, "a/cpuset.cpus", text, sizeof(text), &e) > 0);
	text[strlen("5-6")] = '\0'; /* a plain file keeps the rest */
	assert_string_equal(text, "5-6");
	c.kind->describe(&c, text, sizeof(text));
	assert_string_equal(text, "add 2-3 to /a/cpuset.cpus");
	fake_host_remove(&f);
	free(c.before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exclusive_can_be_the_list_of_a_partition),
		cmocka_unit_test(exclusive_leaves_what_was_there_before),
		cmocka_unit_test(exclusive_leaves_the_cpus_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
