/* SPDX-License-Identifier: MIT */
#include "cgroup/group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"

static void
group_name_is_below_the_mount(void **state)
{
	static const struct {
		const char *path, *file, *want;
	} row[] = {
		{"/", "cgroup.procs", "cgroup.procs"},
		{"/a/b", "cgroup.procs", "a/b/cgroup.procs"},
		{"/a", "", "a"},
		{"/", "", "."},
		{"cpuset:/", "tasks", "tasks"},
		{"cpuset:/a/b", "tasks", "a/b/tasks"},
		{"cpuset:/", "", "."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char name[GROUP_PATH_BYTES];

		assert_string_equal(group_name(row[i].path, row[i].file, name), row[i].want);
	}
}

static void
group_is_vms_in_its_scope_alone(void **state)
{
	static const char *const yes[] = {"/qpin-one.scope",
		"/qpin.slice/qpin-one.scope/vm/emulator",
		"/user.slice/u/qpin.slice/qpin-a.b.scope/vm", "/qpin-x.service/qpin-one.scope"};
	static const char *const no[] = {"/", "/system.slice/qpin-test.service",
		"/qpin-one.scope2/a", "/qpin-dir/init.scope", "/my-qpin-one.scope", "/qpin.slice",
		"/qpin.end-7.scope"};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(group_is_vms(yes[i]));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(group_is_vms(no[i]));
}

static void
group_read_cpus_quotes_what_is_no_list(void **state)
{
	struct fake_host f;
	struct cpus cpus;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/good", "2-3\n");
	tree_put(&f.cgroup, "a/bad", "many\n");
	assert_int_equal(group_read_cpus(&f.host, "/a", "good", &cpus, &e), 0);
	assert_int_equal(cpus_count(&cpus), 2);
	assert_int_equal(group_read_cpus(&f.host, "/a", "bad", &cpus, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"many\"");
	assert_non_null(strstr(e.where, "/a/bad"));
	fake_host_remove(&f);
}

static void
group_of_v1_is_below_the_other_mount(void **state)
{
	static const pid_t tids[] = {41};
	struct fake_host f;
	struct cpus cpus;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cpuset_v1, "a/cpuset.cpus", "2-3\n");
	tree_put(&f.cpuset_v1, "a/tasks", "41\n");
	assert_true(group_exists(&f.host, "cpuset:/a"));
	assert_false(group_exists(&f.host, "/a"));
	assert_int_equal(group_undone(-ENOENT), 0);
	assert_int_equal(group_undone(-ENODEV), 0);
	assert_int_equal(group_undone(-EBUSY), -EBUSY);
	assert_int_equal(group_read_cpus(&f.host, "cpuset:/a", "cpuset.cpus", &cpus, &e), 0);
	assert_int_equal(cpus_count(&cpus), 2);
	assert_int_equal(group_has_only(&f.host, "cpuset:/a", tids, 1, &e), 0);
	assert_int_equal(group_has_only(&f.host, "cpuset:/a", tids, 0, &e), -EINVAL);
	assert_string_equal(e.why, "thread 41 is there too");
	fake_host_remove(&f);
}

static void
group_strangers_are_those_that_nobody_expects(void **state)
{
	static const pid_t tids[] = {41, 43};
	struct fake_host f;
	struct error e;
	pid_t got[GROUP_STRANGERS_MAX];
	char many[8 * (GROUP_STRANGERS_MAX + 3)] = "";

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cgroup.threads", "41\n42\n43\n44\n");
	assert_int_equal(group_strangers(&f.host, "/a", tids, 2, got, &e), 2);
	assert_int_equal(got[0], 42);
	assert_int_equal(got[1], 44);
	tree_put(&f.cgroup, "a/cgroup.threads", "43\n41\n");
	assert_int_equal(group_strangers(&f.host, "/a", tids, 2, got, &e), 0);
	assert_int_equal(group_strangers(&f.host, "/b", tids, 2, got, &e), -ENOENT);
	for (int i = 0; i < GROUP_STRANGERS_MAX + 2; i++)
		(void)snprintf(many + strlen(many), sizeof(many) - strlen(many), "%d\n", 1000 + i);
	tree_put(&f.cgroup, "a/cgroup.threads", many);
	assert_int_equal(group_strangers(&f.host, "/a", tids, 2, got, &e), GROUP_STRANGERS_MAX);
	fake_host_remove(&f);
}

static void
group_has_only_names_strangers_and_the_missing(void **state)
{
	static const pid_t tids[] = {41, 42}, longer[] = {421, 42};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cgroup.threads", "42\n41\n");
	assert_int_equal(group_has_only(&f.host, "/a", tids, 2, &e), 0);
	assert_int_equal(group_has_only(&f.host, "/a", tids, 1, &e), -EINVAL);
	assert_string_equal(e.why, "thread 42 is there too");
	tree_put(&f.cgroup, "a/cgroup.threads", "42\n");
	assert_int_equal(group_has_only(&f.host, "/a", tids, 2, &e), -EINVAL);
	assert_string_equal(e.why, "thread 41 is not there");
	tree_put(&f.cgroup, "a/cgroup.threads", "421\n");
	assert_int_equal(group_has_only(&f.host, "/a", longer, 2, &e), -EINVAL);
	assert_string_equal(e.why, "thread 42 is not there");
	tree_put(&f.cgroup, "a/cgroup.threads", "41\n4"); /* no newline at the end */
	assert_int_equal(group_has_only(&f.host, "/a", tids, 1, &e), -EINVAL);
	assert_string_equal(e.why, "thread 4 is there too");
	tree_put(&f.cgroup, "a/cgroup.threads", "");
	assert_int_equal(group_has_only(&f.host, "/a", NULL, 0, &e), 0);
	assert_int_equal(group_has_only(&f.host, "/none", NULL, 0, &e), -ENOENT);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(group_strangers_are_those_that_nobody_expects),
		cmocka_unit_test(group_name_is_below_the_mount),
		cmocka_unit_test(group_is_vms_in_its_scope_alone),
		cmocka_unit_test(group_read_cpus_quotes_what_is_no_list),
		cmocka_unit_test(group_of_v1_is_below_the_other_mount),
		cmocka_unit_test(group_has_only_names_strangers_and_the_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
