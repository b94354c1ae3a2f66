/* SPDX-License-Identifier: MIT */
#include "cgroup/bound.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "fake_host.h"

enum {
	TID = 7,
};

#define SCOPE  "machine.slice/machine-qemu\\x2d1\\x2da.scope"
#define VCPU_0 SCOPE "/libvirt/vcpu0"

static void
what_leaves_cpus_out_is_named_with_what_to_do(void **state)
{
	static const struct {
		const char *of;      /* the thread: a line of /proc/PID/cgroup */
		const char *cpus[6]; /* pairs of file and text, until NULL */
		const char *wanted;
		const char *file, *why, *hint; /* file: NULL when all is well */
	} row[] = {
		{"0::/" VCPU_0, {VCPU_0 "/cpuset.cpus", "7", VCPU_0 "/cpuset.cpus.effective", "7"},
			"2,7", VCPU_0 "/cpuset.cpus", "its cgroup has CPU 7",
			"libvirt keeps it there: virsh vcpupin DOMAIN 0 CPUS"},
		{"0::/" VCPU_0, {VCPU_0 "/cpuset.cpus", "7", VCPU_0 "/cpuset.cpus.effective", "7"},
			"7", NULL, NULL, NULL},
		{"0::/" SCOPE "/libvirt/iothread12",
			{SCOPE "/libvirt/iothread12/cpuset.cpus", "0",
				SCOPE "/libvirt/iothread12/cpuset.cpus.effective", "0"},
			"1", SCOPE "/libvirt/iothread12/cpuset.cpus", "its cgroup has CPU 0",
			"libvirt keeps it there: virsh iothreadpin DOMAIN 12 CPUS"},
		{"0::/" SCOPE "/libvirt/emulator",
			{SCOPE "/libvirt/emulator/cpuset.cpus", "0",
				SCOPE "/libvirt/emulator/cpuset.cpus.effective", "0"},
			"1", SCOPE "/libvirt/emulator/cpuset.cpus", "its cgroup has CPU 0",
			"libvirt keeps it there: virsh emulatorpin DOMAIN CPUS"},
		/* the list is another's, above: one that has a list, and one without the controller
		 */
		{"0::/s.slice/a.service/x",
			{"s.slice/cpuset.cpus", "0-3", "s.slice/a.service/cpuset.cpus", "",
				"s.slice/a.service/cpuset.cpus.effective", "0-3"},
			"3-4", "s.slice/cpuset.cpus", "its cgroup has CPU 0-3",
			"systemd keeps it there: see AllowedCPUs= of s.slice"},
		{"0::/a/b", {"a/cpuset.cpus", "1", "a/cpuset.cpus.effective", "1"}, "2",
			"a/cpuset.cpus", "its cgroup has CPU 1",
			"whoever made that cgroup can give it more CPUs"},
		/* no list of its own leaves it out: a partition has it */
		{"0::/a", {"a/cpuset.cpus", "", "a/cpuset.cpus.effective", "0-2,4-7"}, "2-3",
			"a/cpuset.cpus.effective", "some other cgroup has CPU 3 for itself",
			"see which: grep -r . --include=cpuset.cpus.partition"},
		{"0::/", {"cpuset.cpus.effective", "0-2"}, "3", "cpuset.cpus.effective",
			"some other cgroup has CPU 3 for itself", "see which"},
		/* nobody knows */
		{"0::/a", {NULL}, "3", NULL, NULL, NULL},
		{"", {"cpuset.cpus.effective", "0-2"}, "3", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char where[1024];
		struct fake_host f;
		struct cpus wanted;
		struct error e = {0};
		int got;

		fake_host_make(&f);
		f.host.roots.cpuset_v1.fd = -1;
		tree_put(&f.proc, "7/cgroup", row[i].of);
		for (size_t j = 0; j + 1 < COUNT(row[i].cpus) && row[i].cpus[j] != NULL; j += 2)
			tree_put(&f.cgroup, row[i].cpus[j], row[i].cpus[j + 1]);
		assert_int_equal(cpus_parse(row[i].wanted, &wanted), 0);
		got = bound_check(&f.host, TID, &wanted, "pin it", &e);
		if (got != (row[i].file != NULL ? -EINVAL : 0))
			fail_msg("row %zu: got %d, %s", i, got, e.where);
		if (row[i].file != NULL) {
			(void)snprintf(
				where, sizeof(where), "%s/%s", f.cgroup.root.path, row[i].file);
			assert_string_equal(e.what, "pin it");
			assert_string_equal(e.where, where);
			assert_string_equal(e.why, row[i].why);
			assert_int_equal(e.kind, ERROR_HOST);
			if (strncmp(e.hint, row[i].hint, strlen(row[i].hint)) != 0)
				fail_msg("row %zu: %s", i, e.hint);
		}
		f.host.roots.cpuset_v1.fd = f.cpuset_v1.root.fd;
		fake_host_remove(&f);
	}
}

static void
a_cpuset_of_v1_is_a_bound_too(void **state)
{
	struct fake_host f;
	struct cpus wanted;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "7/cgroup", "4:cpuset:/q/a\n0::/\n");
	tree_put(&f.cpuset_v1, "q/a/cpuset.cpus", "2\n");
	tree_put(&f.cpuset_v1, "q/a/cpuset.effective_cpus", "2\n");
	assert_int_equal(cpus_parse("2", &wanted), 0);
	assert_int_equal(bound_check(&f.host, TID, &wanted, "pin it", &e), 0);
	assert_int_equal(cpus_parse("2-3", &wanted), 0);
	assert_int_equal(bound_check(&f.host, TID, &wanted, "pin it", &e), -EINVAL);
	assert_non_null(strstr(e.where, "/q/a/cpuset.cpus"));
	assert_string_equal(e.why, "its cgroup has CPU 2");
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_leaves_cpus_out_is_named_with_what_to_do),
		cmocka_unit_test(a_cpuset_of_v1_is_a_bound_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
