/* SPDX-License-Identifier: MIT */
#include "host/v1_facts.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"
#include "host/facts.h"

#define HEADER "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"

static void
v1_facts_tell_what_can_be_mounted_where(void **state)
{
	static const struct {
		const char *cgroups, *mount, *prefix; /* NULL: not there */
		bool mountable;
		const char *want_mount, *want_prefix;
	} row[] = {
		{HEADER "cpuset\t0\t9\t1\n", NULL, NULL, true, "/sys/fs/cgroup/cpuset", "qemu"},
		{HEADER "cpu\t0\t1\t1\ncpuset\t0\t9\t1\n", "/m", "lab", true, "/m", "lab"},
		{HEADER "cpuset\t4\t9\t1\n", "/m", "", true, "/m", "qemu"},
		{HEADER "cpuset\t0\t9\t0\n", "/m", "../x", false, "/m", ""},
		{HEADER "cpuset\t0\t9\t1\n", "m", "a/b", false, "m", ""},
		{HEADER "cpu\t0\t1\t1\n", NULL, NULL, false, "/sys/fs/cgroup/cpuset", "qemu"},
		{NULL, NULL, NULL, false, "/sys/fs/cgroup/cpuset", "qemu"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct fake_host f;
		struct v1_facts facts;

		fake_host_make(&f);
		root_close(&f.host.roots.cpuset_v1);
		if (row[i].cgroups != NULL)
			tree_put(&f.proc, "cgroups", row[i].cgroups);
		(void)unsetenv("QEMU_LAUNCHER_CPUSET_MOUNT_PATH");
		(void)unsetenv("QEMU_LAUNCHER_CPUSET_PREFIX");
		if (row[i].mount != NULL)
			assert_int_equal(
				setenv("QEMU_LAUNCHER_CPUSET_MOUNT_PATH", row[i].mount, 1), 0);
		if (row[i].prefix != NULL)
			assert_int_equal(
				setenv("QEMU_LAUNCHER_CPUSET_PREFIX", row[i].prefix, 1), 0);
		v1_facts_load(&f.host, &facts);
		if (facts.mounted || facts.mountable != row[i].mountable ||
			strcmp(facts.mount, row[i].want_mount) != 0 ||
			strcmp(facts.prefix, row[i].want_prefix) != 0)
			fail_msg("row %zu: %d \"%s\" \"%s\"", i, facts.mountable, facts.mount,
				facts.prefix);
		f.cpuset_v1.root.fd = -1;
		fake_host_remove(&f);
	}
	(void)unsetenv("QEMU_LAUNCHER_CPUSET_MOUNT_PATH");
	(void)unsetenv("QEMU_LAUNCHER_CPUSET_PREFIX");
}

static void
v1_facts_of_a_mount_need_no_other(void **state)
{
	struct fake_host f;
	struct v1_facts facts;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "cgroups", HEADER "cpuset\t0\t9\t1\n");
	v1_facts_load(&f.host, &facts);
	assert_true(facts.mounted && !facts.writable && !facts.mountable);
	assert_string_equal(facts.mount, "");
	tree_put(&f.cpuset_v1, "tasks", "");
	v1_facts_load(&f.host, &facts);
	assert_true(facts.writable);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v1_facts_tell_what_can_be_mounted_where),
		cmocka_unit_test(v1_facts_of_a_mount_need_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
