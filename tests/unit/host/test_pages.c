/* SPDX-License-Identifier: MIT */
#include "host/pages.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "check.h"
#include "fake_host.h"
#include "host/survey.h"

#define SIZES "kernel/mm/hugepages/"
#define NODE  "devices/system/node/node1/hugepages/"

static void
pages_are_counted_by_size_and_node(void **state)
{
	static const struct page_pool want[] = {
		{2048 * 1024, -1, 12, 3},
		{2048 * 1024, 1, 5, 0},
		{1048576 * 1024ULL, -1, 0, 0},
	};
	struct cpus nodes = {0};
	struct memory_facts got;
	struct fake_host f;
	struct tree sys;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_make(&sys);
	f.host.roots.sys = sys.root;
	cpus_add(&nodes, 0);
	cpus_add(&nodes, 1);
	tree_put(&sys, SIZES "hugepages-1048576kB/nr_hugepages", "0\n");
	tree_put(&sys, SIZES "hugepages-2048kB/nr_hugepages", "12\n");
	tree_put(&sys, SIZES "hugepages-2048kB/free_hugepages", "3\n");
	tree_put(&sys, NODE "hugepages-2048kB/nr_hugepages", "5\n");
	tree_put(&sys, NODE "hugepages-2048kB/free_hugepages", "-7\n");
	/* none of these is a size */
	tree_put(&sys, SIZES "hugepages-kB/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "hugepages-0kB/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "hugepages-99999999999999999999kB/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "hugepages-18446744073709551615kB/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "hugepages-2MB/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "hugepages/nr_hugepages", "1\n");
	tree_put(&sys, SIZES "kB/nr_hugepages", "1\n");
	tree_put(&sys, "kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
	tree_put(&sys, "kernel/mm/ksm/run", "1\n");
	tree_put(&f.proc, "meminfo", "MemTotal:  100 kB\nHugepagesize:       2048 kB\n");
	assert_int_equal(pages_load(&f.host.roots, &nodes, &got, &e), 0);
	assert_int_equal(got.pool_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		if (got.pools[i].page_bytes != want[i].page_bytes ||
			got.pools[i].node != want[i].node || got.pools[i].total != want[i].total ||
			got.pools[i].free != want[i].free)
			fail_msg("pool %zu: %llu bytes, node %d, %llu, %llu", i,
				(unsigned long long)got.pools[i].page_bytes, got.pools[i].node,
				(unsigned long long)got.pools[i].total,
				(unsigned long long)got.pools[i].free);
	}
	assert_int_equal(got.default_bytes, 2048 * 1024);
	assert_string_equal(got.transparent, "never");
	assert_int_equal(got.ksm.value, 1);
	assert_false(got.numa_balancing.is_known);
	free(got.pools);
	tree_remove(&sys);
	fake_host_remove(&f);
}

static void
pages_of_a_host_without_are_none(void **state)
{
	static const char *const meminfo[] = {NULL, "", "Hugepagesize: 2048 kB\n",
		"a\nHugepagesize:\n", "a\nHugepagesize: x kB\n", "a\nHugepagesize: 0 kB\n",
		"a\nHugepagesize: 99999999999999999999999999999999999 kB\n"};
	struct cpus nodes = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(meminfo); i++) {
		struct memory_facts got;
		struct fake_host f;
		struct tree sys;
		struct error e;

		fake_host_make(&f);
		tree_make(&sys);
		f.host.roots.sys = sys.root;
		if (meminfo[i] != NULL)
			tree_put(&f.proc, "meminfo", meminfo[i]);
		assert_int_equal(pages_load(&f.host.roots, &nodes, &got, &e), 0);
		if (got.pool_count != 0 || got.default_bytes != 0)
			fail_msg("row %zu: %llu", i, (unsigned long long)got.default_bytes);
		tree_remove(&sys);
		fake_host_remove(&f);
	}
}

static void
pages_of_an_ordinary_directory_are_not_huge(void **state)
{
	uint64_t bytes = 1;

	(void)state;
	assert_int_equal(pages_look("/tmp", &bytes), 0);
	assert_int_equal(pages_look("/nonexistent", &bytes), -ENOENT);
	assert_int_equal(bytes, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_counted_by_size_and_node),
		cmocka_unit_test(pages_of_a_host_without_are_none),
		cmocka_unit_test(pages_of_an_ordinary_directory_are_not_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
