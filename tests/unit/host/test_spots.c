/* SPDX-License-Identifier: MIT */
#include "host/spots.h"

#include "base/error.h"
#include "check.h"
#include "tree.h"

#define CPU "devices/system/cpu/cpu"

static void
cpu_put(const struct tree *tree, unsigned os_cpu, const char *siblings, const char *l3)
{
	char name[96];

	(void)snprintf(name, sizeof(name), CPU "%u/topology/core_cpus_list", os_cpu);
	tree_put(tree, name, siblings);
	for (unsigned level = 1; level <= 3 && l3 != NULL; level++) {
		(void)snprintf(name, sizeof(name), CPU "%u/cache/index%u/level", os_cpu, level - 1);
		tree_put(tree, name, level == 1 ? "1\n" : level == 2 ? "2\n" : "3\n");
		(void)snprintf(name, sizeof(name), CPU "%u/cache/index%u/shared_cpu_list", os_cpu,
			level - 1);
		tree_put(tree, name, level == 3 ? l3 : siblings);
	}
}

static void
up_to(unsigned os_cpu, struct cpus *ret)
{
	cpus_clear(ret);
	cpus_add(ret, os_cpu);
}

/* The numbers are those of topology_load(): in the order of the CPUs, over the whole host. */
static void
spots_number_cores_and_caches_over_the_host(void **state)
{
	static const struct spot want[] = {
		{0, 0, 0}, {1, 1, 1}, {2, 0, 0}, {-1, -1, 1}, {0, 0, 0}, {1, 1, 1}};
	struct spots spots = {0};
	struct cpus wanted;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	cpu_put(&tree, 0, "0,4\n", "0,2,4\n");
	cpu_put(&tree, 1, "1,5\n", "1,5\n");
	cpu_put(&tree, 2, "2\n", "0,2,4\n"); /* CPU 3 is offline */
	cpu_put(&tree, 4, "0,4\n", "0,2,4\n");
	cpu_put(&tree, 5, "1,5\n", "1,5\n");
	tree_put(&tree, "devices/system/node/online", "0-1\n");
	tree_put(&tree, "devices/system/node/node0/cpulist", "0,2,4,6\n");
	tree_put(&tree, "devices/system/node/node1/cpulist", "1,3,5\n");
	up_to(5, &wanted);
	assert_int_equal(spots_load(&tree.root, &wanted, &spots, &e), 0);
	for (unsigned cpu = 0; cpu < 6; cpu++) {
		struct spot got = spot_of(&spots, cpu);

		if (got.core != want[cpu].core || got.cache != want[cpu].cache ||
			got.node != want[cpu].node)
			fail_msg("CPU %u: %d/%d/%d", cpu, got.core, got.cache, got.node);
	}
	assert_int_equal(spot_of(&spots, 6).core, -1);
	spots_done(&spots);
	tree_remove(&tree);
}

static void
spots_do_with_what_there_is(void **state)
{
	struct spots spots = {0};
	struct cpus wanted;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, CPU "0/topology/thread_siblings_list", "0-1\n");
	tree_put(&tree, CPU "1/cache/index0/level", "2\n");
	tree_put(&tree, CPU "1/cache/index0/shared_cpu_list", "0-1\n");
	tree_put(&tree, "devices/system/node/online", "junk\n");
	up_to(1, &wanted);
	assert_int_equal(spots_load(&tree.root, &wanted, &spots, &e), 0);
	assert_int_equal(spot_of(&spots, 1).core, 0);
	assert_int_equal(spot_of(&spots, 1).cache, 0);
	assert_int_equal(spot_of(&spots, 1).node, -1);
	spots_done(&spots);
	assert_int_equal(spot_of(&spots, 0).node, -1);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spots_number_cores_and_caches_over_the_host),
		cmocka_unit_test(spots_do_with_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
