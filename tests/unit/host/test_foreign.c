/* SPDX-License-Identifier: MIT */
#include "host/foreign.h"

#include <stdio.h>

#include "check.h"
#include "fake_host.h"
#include "host/survey.h"

static void
foreign_cpusets_are_those_at_the_top_that_name_cpus(void **state)
{
	struct survey got = {0};
	struct fake_host f;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "machine.slice/cpuset.cpus", "2-3\n");
	tree_put(&f.cgroup, "machine.slice/cpuset.cpus.partition", "root invalid (why)\n");
	tree_put(&f.cgroup, "init.scope/cpuset.cpus", "\n");
	tree_put(&f.cgroup, "broken/cpuset.cpus", "not a list\n");
	tree_put(&f.cgroup, "empty/cgroup.procs", "");
	tree_put(&f.cgroup, "qpin.slice/cpuset.cpus", "1\n");
	tree_put(&f.cgroup, "qpin-vm.scope/cpuset.cpus", "1\n");
	tree_put(&f.cgroup, "deep/below/cpuset.cpus", "1\n");
	foreign_load(&f.host.roots, &got);
	assert_int_equal(got.tree.cpuset_count, 1);
	assert_string_equal(got.tree.cpusets[0].name, "machine.slice");
	assert_true(got.tree.cpusets[0].is_partition);
	assert_int_equal(cpus_count(&got.tree.cpusets[0].cpus), 2);
	assert_false(got.cset_shield);
	fake_host_remove(&f);
}

static void
foreign_cpusets_beyond_those_that_are_told_are_left_out(void **state)
{
	struct survey got = {0};
	struct fake_host f;
	char path[64];

	(void)state;
	fake_host_make(&f);
	for (unsigned i = 0; i < 2 * SURVEY_CPUSETS; i++) {
		(void)snprintf(path, sizeof(path), "set%u/cpuset.cpus", i);
		tree_put(&f.cgroup, path, "0\n");
	}
	foreign_load(&f.host.roots, &got);
	assert_int_equal(got.tree.cpuset_count, SURVEY_CPUSETS);
	fake_host_remove(&f);
}

static void
foreign_users_are_counted_with_and_without_cpuset(void **state)
{
	struct survey got = {0};
	struct fake_host f;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "user.slice/user-1.slice/user@1.service/cgroup.controllers",
		"cpuset cpu memory\n");
	tree_put(&f.cgroup, "user.slice/user-20.slice/user@20.service/cgroup.controllers",
		"cpu memory\n");
	tree_put(&f.cgroup, "user.slice/user-3.slice/session-1.scope/cgroup.controllers",
		"cpuset\n");
	tree_put(&f.cgroup, "user.slice/user-.slice/user@.service/x", "");
	tree_put(&f.cgroup, "user.slice/user.slice/x", "");
	foreign_load(&f.host.roots, &got);
	assert_int_equal(got.tree.managers, 2);
	assert_int_equal(got.tree.delegated, 1);
	fake_host_remove(&f);
}

static void
foreign_shield_is_csets_two_sets(void **state)
{
	struct survey got = {0};
	struct fake_host f;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cpuset_v1, "user/tasks", "");
	foreign_load(&f.host.roots, &got);
	assert_false(got.cset_shield);
	tree_put(&f.cpuset_v1, "system/tasks", "");
	foreign_load(&f.host.roots, &got);
	assert_true(got.cset_shield);
	root_close(&f.host.roots.cgroup);
	root_close(&f.host.roots.cpuset_v1);
	got = (struct survey){0};
	foreign_load(&f.host.roots, &got);
	assert_false(got.cset_shield || got.tree.cpuset_count > 0);
	f.cgroup.root.fd = f.cpuset_v1.root.fd = -1;
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(foreign_cpusets_are_those_at_the_top_that_name_cpus),
		cmocka_unit_test(foreign_cpusets_beyond_those_that_are_told_are_left_out),
		cmocka_unit_test(foreign_users_are_counted_with_and_without_cpuset),
		cmocka_unit_test(foreign_shield_is_csets_two_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
