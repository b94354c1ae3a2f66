/* SPDX-License-Identifier: MIT */
#include "host/topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hwloc.h>
#include <hwloc/cpukinds.h>

#include "base/cleanup.h"
#include "base/library.h"
#include "check.h"
#include "tree.h"

#define HWLOC(X)                                                                                   \
	X(hwloc_, bitmap_alloc)                                                                    \
	X(hwloc_, bitmap_free)                                                                     \
	X(hwloc_, bitmap_set_range)                                                                \
	X(hwloc_, cpukinds_register)                                                               \
	X(hwloc_, topology_destroy)                                                                \
	X(hwloc_, topology_export_xml)                                                             \
	X(hwloc_, topology_init)                                                                   \
	X(hwloc_, topology_load)                                                                   \
	X(hwloc_, topology_set_synthetic)

static struct {
	HWLOC(LIBRARY_MEMBER)
} hwloc;

static int
tree_setup(void **state)
{
	static struct tree tree;

	tree_make(&tree);
	*state = &tree;
	return 0;
}

static int
tree_teardown(void **state)
{
	tree_remove(*state);
	return 0;
}

static void
lists_put(const struct tree *tree, const char *present, const char *online)
{
	tree_put(tree, "devices/system/cpu/present", present);
	tree_put(tree, "devices/system/cpu/online", online);
}

static int
load_from(const struct tree *tree, struct topology *t, struct error *e)
{
	struct roots roots = {.sys = tree->root, .proc = {.fd = -1}, .cgroup = {.fd = -1}};

	return topology_load(&roots, t, e);
}

static void
topology_synthetic_numbers_cpus_as_linux_does(void **state)
{
	static const struct {
		const char *description;
		struct host_cpu want;
	} row[] = {
		{"pack:2 core:16 pu:2", {.os_cpu = 0, .package = 0, .core = 0, .cache = -1}},
		{"pack:2 core:16 pu:2", {.os_cpu = 63, .package = 1, .core = 31, .cache = -1}},
		/* siblings far apart, as x86 firmware numbers them */
		{"pack:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)",
			{.os_cpu = 5, .package = 0, .core = 1, .cache = -1}},
		/* neighbours in different packages: ids follow the CPU numbers */
		{"pack:2 core:2 pu:1(indexes=1,3,0,2)",
			{.os_cpu = 0, .package = 0, .core = 0, .cache = -1}},
		{"pack:2 core:2 pu:1(indexes=1,3,0,2)",
			{.os_cpu = 1, .package = 1, .core = 1, .cache = -1}},
		/* the last level is L3, and L2 only where there is no L3 */
		{"pack:1 l3:2 l2:4 core:1 pu:1",
			{.os_cpu = 7, .package = 0, .core = 7, .cache = 1}},
		{"pack:1 l2:4 core:2 pu:1", {.os_cpu = 7, .package = 0, .core = 7, .cache = 3}},
		{"pack:1 [numa] l3:4 core:2 pu:2",
			{.os_cpu = 15, .package = 0, .core = 7, .cache = 3, .node = 0}},
		{"pack:2 [numa] core:2 pu:2",
			{.os_cpu = 4, .package = 1, .core = 2, .cache = -1, .node = 1}},
		{"pack:1 numa:4(indexes=3,2,1,0) core:1 pu:1",
			{.os_cpu = 1, .package = 0, .core = 1, .cache = -1, .node = 2}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t;
		struct error e;
		const struct host_cpu *cpu, *want = &row[i].want;

		assert_int_equal(topology_synthetic(row[i].description, &t, &e), 0);
		cpu = topology_find(&t, want->os_cpu);
		assert_non_null(cpu);
		if (cpu->package != want->package || cpu->core != want->core ||
			cpu->cache != want->cache || cpu->node != want->node)
			fail_msg("%s, CPU %u: package %d core %d cache %d node %d",
				row[i].description, cpu->os_cpu, cpu->package, cpu->core,
				cpu->cache, cpu->node);
		topology_done(&t);
	}
}

static void
topology_synthetic_knows_1024_cpus(void **state)
{
	struct topology t;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	assert_int_equal(topology_synthetic("pack:8 [numa] l3:4 core:16 pu:2", &t, &e), 0);
	assert_int_equal(t.cpu_count, 1024);
	assert_string_equal(cpus_format(&t.online, text), "0-1023");
	assert_string_equal(cpus_format(&t.present, text), "0-1023");
	assert_string_equal(cpus_format(&t.nodes, text), "0-7");
	assert_true(cpus_empty(&t.boot_isolated));
	for (unsigned i = 0; i < 1024; i++) {
		assert_int_equal(topology_find(&t, i)->os_cpu, i);
		assert_int_equal(topology_find(&t, i)->core, i / 2);
	}
	assert_null(topology_find(&t, 1024));
	topology_done(&t);
}

static void
topology_synthetic_knows_the_sizes_of_caches(void **state)
{
	static const struct {
		const char *description;
		uint64_t want;
		unsigned level;
	} row[] = {
		{"pack:1 l3:2(size=96MB) core:4 pu:2", 96 * UINT64_C(1000000), 3},
		{"pack:1 l2:2(size=2MiB) core:4 pu:2", UINT64_C(2) << 20, 2},
		{"pack:1 core:4 pu:2", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t;
		struct error e;

		assert_int_equal(topology_synthetic(row[i].description, &t, &e), 0);
		if (t.cpus[0].cache_bytes != row[i].want)
			fail_msg("%s: %llu", row[i].description,
				(unsigned long long)t.cpus[0].cache_bytes);
		assert_int_equal(t.cpus[0].cache_level, row[i].level);
		assert_int_equal(t.cpus[0].class, CPU_CLASS_UNKNOWN);
		topology_done(&t);
	}
}

/* hwloc takes a machine of 2 CPUs of the first kind and 2 of the second for this one. */
static void
kinds_pretend(const struct tree *tree, struct hwloc_info_s *infos, const int rank[2])
{
	static const char *const names[] = {HWLOC(LIBRARY_NAME)};
	struct library library = {
		.file = "libhwloc.so.15", .names = names, .count = COUNT(names), .table = &hwloc};
	hwloc_topology_t hw;
	char path[512];
	struct error e;

	assert_int_equal(library_open(&library, &e), 0);
	assert_int_equal(hwloc.topology_init(&hw), 0);
	assert_int_equal(hwloc.topology_set_synthetic(hw, "core:4 pu:1"), 0);
	assert_int_equal(hwloc.topology_load(hw), 0);
	for (unsigned i = 0; i < 2; i++) {
		hwloc_bitmap_t set = hwloc.bitmap_alloc();

		hwloc.bitmap_set_range(set, 2 * i, 2 * (int)i + 1);
		assert_int_equal(hwloc.cpukinds_register(hw, set, rank[i], infos != NULL ? 1 : 0,
					 infos != NULL ? &infos[i] : NULL, 0),
			0);
		hwloc.bitmap_free(set);
	}
	root_path(&tree->root, "hybrid.xml", path, sizeof(path));
	assert_int_equal(hwloc.topology_export_xml(hw, path, 0), 0);
	hwloc.topology_destroy(hw);
	library_close(&library);
	setenv("HWLOC_XMLFILE", path, 1);
	setenv("HWLOC_THISSYSTEM", "1", 1);
}

static void
topology_load_tells_performance_from_efficient_cores(void **state)
{
	static char type[] = "CoreType", fast[] = "IntelCore", slow[] = "IntelAtom";
	struct hwloc_info_s infos[] = {{type, fast}, {type, slow}};
	static const struct {
		bool named;
		int rank[2];
		enum cpu_class first, last;
	} row[] = {
		{true, {-1, -1}, CPU_CLASS_PERFORMANCE, CPU_CLASS_EFFICIENT},
		{false, {1, 0}, CPU_CLASS_PERFORMANCE, CPU_CLASS_EFFICIENT},
		{false, {0, 1}, CPU_CLASS_EFFICIENT, CPU_CLASS_PERFORMANCE},
	};

	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t;
		struct error e;
		int r;

		kinds_pretend(*state, row[i].named ? infos : NULL, row[i].rank);
		r = load_from(*state, &t, &e);
		unsetenv("HWLOC_XMLFILE");
		unsetenv("HWLOC_THISSYSTEM");
		assert_int_equal(r, 0);
		if (t.cpus[0].class != row[i].first || t.cpus[3].class != row[i].last)
			fail_msg("row %zu: %d %d", i, t.cpus[0].class, t.cpus[3].class);
		topology_done(&t);
	}
}

static void
topology_synthetic_leaves_out_nodes_without_memory(void **state)
{
	static const struct {
		const char *description, *want;
	} row[] = {
		{"pack:2 [numa(memory=1GB)] core:1 pu:1", "0-1"},
		{"[numa(memory=1GB)] pack:2 [numa(memory=0)] core:1 pu:1", "2"},
		{"pack:2 [numa] core:1 pu:1", "0-1"}, /* no sizes are known at all */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t;
		struct error e;
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(topology_synthetic(row[i].description, &t, &e), 0);
		if (strcmp(cpus_format(&t.nodes, text), row[i].want) != 0)
			fail_msg("%s: nodes %s", row[i].description, text);
		assert_int_equal(t.cpus[0].node, cpus_next(&t.nodes, 0));
		topology_done(&t);
	}
}

static void
topology_synthetic_refuses_what_hwloc_cannot_read(void **state)
{
	struct topology t = {.cpu_count = 42};
	struct error e;

	(void)state;
	assert_int_equal(topology_synthetic("socks:2", &t, &e), -EINVAL);
	assert_string_equal(e.what, "make the topology \"socks:2\"");
	assert_int_equal(t.cpu_count, 42);
}

static void
topology_find_copes_with_holes_in_the_numbers(void **state)
{
	struct host_cpu cpus[] = {{.os_cpu = 0}, {.os_cpu = 3}, {.os_cpu = 4}, {.os_cpu = 8191}};
	const struct topology t = {.cpus = cpus, .cpu_count = COUNT(cpus)};
	static const unsigned absent[] = {1, 2, 5, 8190, 8192};

	(void)state;
	for (size_t i = 0; i < COUNT(cpus); i++)
		assert_ptr_equal(topology_find(&t, cpus[i].os_cpu), &cpus[i]);
	for (size_t i = 0; i < COUNT(absent); i++)
		assert_null(topology_find(&t, absent[i]));
	assert_null(topology_find(&(struct topology){0}, 0));
}

static void
topology_load_sees_this_machine(void **state)
{
	struct roots roots = {.proc = {.fd = -1}, .cgroup = {.fd = -1}};
	struct topology t;
	struct error e;
	char text[FILE_TEXT_BYTES], online[CPUS_TEXT_BYTES];

	(void)state;
	assert_int_equal(root_open(&roots.sys, "/sys", &e), 0);
	assert_int_equal(topology_load(&roots, &t, &e), 0);
	if (file_read(&roots.sys, "devices/system/cpu/online", text, sizeof(text), &e) > 0)
		assert_string_equal(cpus_format(&t.online, online), text);
	assert_true(t.cpu_count > 0);
	assert_true(cpus_within(&t.online, &t.present));
	root_close(&roots.sys);
	topology_done(&t);
}

static void
topology_load_knows_an_offline_cpu_by_number_alone(void **state)
{
	struct topology t;
	struct error e;
	char text[CPUS_TEXT_BYTES];
	const struct host_cpu *cpu;

	lists_put(*state, "0,4094-4095\n", "0\n");
	assert_int_equal(load_from(*state, &t, &e), 0);
	assert_int_equal(t.cpu_count, 3);
	assert_string_equal(cpus_format(&t.online, text), "0");
	cpu = topology_find(&t, 4095);
	assert_non_null(cpu);
	assert_int_equal(cpu->package, -1);
	assert_int_equal(cpu->core, -1);
	assert_int_equal(cpu->cache, -1);
	assert_int_equal(cpu->node, -1);
	topology_done(&t);
}

static void
topology_load_reads_every_spelling_of_the_boot_lists(void **state)
{
	static const struct {
		const char *isolated, *nohz_full, *want_isolated, *want_nohz_full;
	} row[] = {
		{"\n", "  (null)\n", "", ""}, /* 6.1, 6.12 without the options */
		{"\n", "\n", "", ""},         /* 7.x */
		{"6-7\n", "6-7\n", "6-7", "6-7"},
		{"2,4-5\n", "(null)\n", "2,4-5", ""},
		{"", "", "", ""},
	};

	lists_put(*state, "0-7\n", "0-7\n");
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t;
		struct error e;
		char isolated[CPUS_TEXT_BYTES], nohz_full[CPUS_TEXT_BYTES];

		tree_put(*state, "devices/system/cpu/isolated", row[i].isolated);
		tree_put(*state, "devices/system/cpu/nohz_full", row[i].nohz_full);
		assert_int_equal(load_from(*state, &t, &e), 0);
		cpus_format(&t.boot_isolated, isolated);
		cpus_format(&t.nohz_full, nohz_full);
		if (strcmp(isolated, row[i].want_isolated) != 0 ||
			strcmp(nohz_full, row[i].want_nohz_full) != 0)
			fail_msg("row %zu: isolated '%s', nohz_full '%s'", i, isolated, nohz_full);
		topology_done(&t);
	}
}

static void
topology_load_goes_by_hwloc_where_sysfs_has_no_lists(void **state)
{
	struct topology t;
	struct error e;

	assert_int_equal(load_from(*state, &t, &e), 0);
	assert_true(t.cpu_count > 0);
	assert_true(cpus_equal(&t.online, &t.present));
	assert_true(cpus_empty(&t.boot_isolated));
	assert_true(cpus_empty(&t.nohz_full));
	topology_done(&t);
}

static void
topology_load_names_the_list_that_it_cannot_read(void **state)
{
	const struct tree *tree = *state;
	struct topology t = {.cpu_count = 42};
	struct error e;
	char path[512];

	lists_put(tree, "0-1\n", "0-bogus\n");
	assert_int_equal(load_from(tree, &t, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_HOST);
	assert_string_equal(e.what, "read the list of CPUs '0-bogus'");
	assert_string_equal(
		e.where, root_path(&tree->root, "devices/system/cpu/online", path, sizeof(path)));
	assert_int_equal(t.cpu_count, 42);
}

/* A confined qpin has seen CPU 1 offline; since then 0 went, 1 came, and 2 was added. */
static void
topology_again_knows_what_was_known_of_who_is_online(void **state)
{
	const struct tree *tree = *state;
	struct topology known = {0}, t;
	struct error e;

	assert_int_equal(topology_synthetic("core:1 pu:2", &known, &e), 0);
	known.cpus[0].core = 7;
	known.cpus[1].core = -1;
	lists_put(tree, "0-2\n", "0-1\n");
	tree_put(tree, "devices/system/cpu/nohz_full", "1\n");
	assert_int_equal(
		topology_again(&(const struct roots){.sys = tree->root}, &known, &t, &e), 0);
	assert_int_equal(t.cpu_count, 3);
	assert_int_equal(t.cpus[0].core, 7);
	assert_int_equal(t.cpus[0].node, known.cpus[0].node);
	assert_int_equal(t.cpus[1].core, -1);
	assert_int_equal(t.cpus[2].os_cpu, 2);
	assert_int_equal(t.cpus[2].core, -1);
	assert_int_equal(cpus_count(&t.online), 2);
	assert_true(cpus_has(&t.nohz_full, 1));
	assert_true(cpus_equal(&t.nodes, &known.nodes));
	topology_done(&t);
	lists_put(tree, "0-2\n", "1\n");
	assert_int_equal(
		topology_again(&(const struct roots){.sys = tree->root}, &known, &t, &e), 0);
	assert_int_equal(t.cpus[0].core, -1);
	topology_done(&t);
	topology_done(&known);
}

#define in_tree(test) cmocka_unit_test_setup_teardown(test, tree_setup, tree_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topology_synthetic_numbers_cpus_as_linux_does),
		cmocka_unit_test(topology_synthetic_knows_1024_cpus),
		cmocka_unit_test(topology_synthetic_knows_the_sizes_of_caches),
		in_tree(topology_load_tells_performance_from_efficient_cores),
		cmocka_unit_test(topology_synthetic_leaves_out_nodes_without_memory),
		cmocka_unit_test(topology_synthetic_refuses_what_hwloc_cannot_read),
		cmocka_unit_test(topology_find_copes_with_holes_in_the_numbers),
		cmocka_unit_test(topology_load_sees_this_machine),
		in_tree(topology_load_knows_an_offline_cpu_by_number_alone),
		in_tree(topology_load_reads_every_spelling_of_the_boot_lists),
		in_tree(topology_load_goes_by_hwloc_where_sysfs_has_no_lists),
		in_tree(topology_load_names_the_list_that_it_cannot_read),
		in_tree(topology_again_knows_what_was_known_of_who_is_online),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
