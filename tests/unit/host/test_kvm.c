/* SPDX-License-Identifier: MIT */
#include "host/kvm.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"
#include "host/survey.h"

static void
kvm_tells_what_the_processor_can(void **state)
{
	static const struct {
		const char *cpuinfo; /* NULL: no such file */
		bool can, is_amd, posts;
	} row[] = {
		{"processor\t: 0\nflags\t\t: fpu vmx lm\nvmx flags\t: vnmi posted_intr\n", true,
			false, true},
		{"processor\t: 0\nflags\t\t: fpu vmx\nvmx flags\t: vnmi\n", true, false, false},
		{"vendor_id\t: AuthenticAMD\nflags\t\t: fpu svm lm avic\n", true, true, true},
		{"vendor_id\t: HygonGenuine\nflags\t\t: fpu svm", true, true, false},
		{"vendor_id\t: GenuineIntel\nflags\t\t: fpu svm avic", false, false, false},
		{"flags\t\t: fpu svme xvmx\nbugs\t\t: vmx svm\n", false, false, false},
		{"vmx flags\t: posted_intr\n", false, false, true},
		{"flags fpu vmx\nFeatures : fp asimd\n", false, false, false},
		{"flags\t\t:", false, false, false},
		{"flags", false, false, false},
		{"\n\n:\n", false, false, false},
		{"", false, false, false},
		{NULL, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct fake_host f;
		struct tree sys, top;
		struct kvm_facts got;

		fake_host_make(&f);
		tree_make(&sys);
		tree_make(&top);
		f.host.roots.sys = sys.root;
		if (row[i].cpuinfo != NULL)
			tree_put(&f.proc, "cpuinfo", row[i].cpuinfo);
		kvm_load(&f.host.roots, &top.root, &got);
		if (got.cpu_can != row[i].can || got.is_amd != row[i].is_amd ||
			got.cpu_posts != row[i].posts)
			fail_msg("row %zu: %d %d %d", i, got.cpu_can, got.is_amd, got.cpu_posts);
		assert_int_equal(got.open_errno, ENOENT);
		assert_false(got.loaded);
		tree_remove(&top);
		tree_remove(&sys);
		fake_host_remove(&f);
	}
}

static void
kvm_tells_its_modules_parameters(void **state)
{
	struct fake_host f;
	struct tree sys, top;
	struct kvm_facts got;

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	tree_make(&top);
	f.host.roots.sys = sys.root;
	tree_put(&f.proc, "cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: svm\n");
	tree_put(&top, "dev/kvm", "");
	tree_put(&sys, "module/kvm/parameters/halt_poll_ns", "0\n");
	tree_put(&sys, "module/kvm/parameters/nx_huge_pages", "N\n");
	tree_put(&sys, "module/kvm_amd/parameters/avic", "Y\n");
	kvm_load(&f.host.roots, &top.root, &got);
	assert_int_equal(got.open_errno, 0);
	assert_true(got.loaded && got.halt_poll_ns.is_known && got.halt_poll_ns.value == 0);
	assert_string_equal(got.nx_huge_pages, "N");
	assert_string_equal(got.posts, "Y");
	tree_remove(&top);
	tree_remove(&sys);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kvm_tells_what_the_processor_can),
		cmocka_unit_test(kvm_tells_its_modules_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
