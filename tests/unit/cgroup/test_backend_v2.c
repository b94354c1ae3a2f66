/* SPDX-License-Identifier: MIT */
#include "cgroup/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"

/* All changes as lines; "*" before those that all VMs share. */
static char *
lines(const struct change_list *list)
{
	struct buf b = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct change *c = &list->list[i];
		char text[512];

		c->kind->describe(c, text, sizeof(text));
		buf_printf(&b, "%s%s\n", c->shared ? "*" : "", text);
	}
	return buf_take(&b);
}

static void
expect(const struct layout *layout, const char *want)
{
	struct change_list list = {0};
	char *got;

	assert_int_equal(backend_v2.prepare(layout, &list), 0);
	got = lines(&list);
	assert_string_equal(got, want);
	free(got);
	change_list_done(&list);
}

static void
v2_on_systemd_is_a_scope_with_one_partition_divided(void **state)
{
	struct layout l = {.slice = "/qpin.slice",
		.scope = "/qpin.slice/qpin-a.scope",
		.unit = "qpin-a.scope",
		.stop_timeout_s = 90,
		.chain = CHAIN_REMOTE,
		.partition = "isolated"};

	(void)state;
	cpus_add(&l.pinned, 2);
	cpus_add(&l.pinned, 3);
	expect(&l, "*keep the affinity masks of all tasks\n"
		   "*start systemd's qpin.slice\n"
		   "start systemd's qpin-a.scope in qpin.slice, delegated, with qpin in it\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/supervisor\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/supervisor/cgroup.type\n"
		   "move qpin to /qpin.slice/qpin-a.scope/vm/supervisor\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope/vm\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/emulator\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/emulator/cgroup.type\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cgroup.type\n"
		   "add 2-3 to /qpin.slice/cpuset.cpus.exclusive\n"
		   "add 2-3 to /qpin.slice/qpin-a.scope/cpuset.cpus.exclusive\n"
		   "add 2-3 to /qpin.slice/qpin-a.scope/vm/cpuset.cpus.exclusive\n"
		   "add 2-3 to /qpin.slice/qpin-a.scope/vm/cores/cpuset.cpus.exclusive\n"
		   "write \"2-3\" to /qpin.slice/qpin-a.scope/vm/cores/cpuset.cpus\n"
		   "make /qpin.slice/qpin-a.scope/vm/cores a partition of type isolated\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope/vm/cores\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores/cpu2\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cpu2/cgroup.type\n"
		   "write \"2\" to /qpin.slice/qpin-a.scope/vm/cores/cpu2/cpuset.cpus\n"
		   "make /qpin.slice/qpin-a.scope/vm/cores/cpu2 a partition of type isolated\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores/cpu3\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cpu3/cgroup.type\n"
		   "write \"3\" to /qpin.slice/qpin-a.scope/vm/cores/cpu3/cpuset.cpus\n"
		   "make /qpin.slice/qpin-a.scope/vm/cores/cpu3 a partition of type isolated\n");
}

static void
v2_tries_cpus_isolated_at_boot_before_anything_takes_long(void **state)
{
	struct layout l = {.slice = "/qpin.slice",
		.scope = "/qpin.slice/qpin-a.scope",
		.chain = CHAIN_REMOTE,
		.partition = "isolated",
		.pool_group = "/qpin.slice/pool"};
	struct change_list list = {0};
	auto_free char *text = NULL;

	(void)state;
	cpus_add(&l.pinned, 5);
	cpus_add(&l.pinned, 7);
	cpus_add(&l.trial, 7);
	assert_int_equal(backend_v2.prepare(&l, &list), 0);
	text = lines(&list);
	assert_non_null(strstr(text,
		"\n*enable the cpuset controller below /qpin.slice\n"
		"try whether a partition may have CPUs isolated at boot (7), in /qpin.trial; "
		"else by leaves alone\n"
		"*make cgroup /qpin.slice/pool\n"));
	assert_non_null(strstr(text, "*move the host's tasks to /qpin.slice/pool\n"
				     "make cgroup /qpin.slice/qpin-a.scope\n"));
	change_list_done(&list);
}

static void
v2_without_a_manager_and_partitions_is_leaves_made_by_hand(void **state)
{
	struct layout l = {.slice = "/qpin.slice", .scope = "/qpin.slice/qpin-a.scope"};

	(void)state;
	cpus_add(&l.pinned, 7);
	cpus_add(&l.pool, 0);
	cpus_add(&l.pool, 1);
	expect(&l, "*keep the affinity masks of all tasks\n"
		   "*enable the cpuset controller below /\n"
		   "*make cgroup /qpin.slice\n"
		   "*enable the cpuset controller below /qpin.slice\n"
		   "make cgroup /qpin.slice/qpin-a.scope\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/supervisor\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/supervisor/cgroup.type\n"
		   "move qpin to /qpin.slice/qpin-a.scope/vm/supervisor\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope/vm\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/emulator\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/emulator/cgroup.type\n"
		   "write \"0-1\" to /qpin.slice/qpin-a.scope/vm/emulator/cpuset.cpus\n"
		   "write \"0-1\" to /qpin.slice/qpin-a.scope/vm/supervisor/cpuset.cpus\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cgroup.type\n"
		   "write \"7\" to /qpin.slice/qpin-a.scope/vm/cores/cpuset.cpus\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope/vm/cores\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores/cpu7\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cpu7/cgroup.type\n"
		   "write \"7\" to /qpin.slice/qpin-a.scope/vm/cores/cpu7/cpuset.cpus\n");
}

/* One pinned CPU, 3, and one for the others, 2. */
static struct layout
layout_of_local_chain(const char *base, const char *slice, const char *scope)
{
	struct layout l = {.chain = CHAIN_LOCAL, .partition = "isolated"};

	(void)snprintf(l.base, sizeof(l.base), "%s", base);
	(void)snprintf(l.slice, sizeof(l.slice), "%s", slice);
	(void)snprintf(l.scope, sizeof(l.scope), "%s", scope);
	cpus_add(&l.pinned, 3);
	cpus_add(&l.own, 2);
	cpus_add(&l.emulator, 2);
	return l;
}

static void
v2_local_chain_below_the_root_is_a_scope_in_no_slice(void **state)
{
	struct layout l = layout_of_local_chain("/", "/", "/qpin-a.scope");
	struct change_list list = {0};
	char *got;

	(void)state;
	expect(&l, "*keep the affinity masks of all tasks\n"
		   "*enable the cpuset controller below /\n"
		   "make cgroup /qpin-a.scope\n"
		   "write \"2-3\" to /qpin-a.scope/cpuset.cpus\n"
		   "make /qpin-a.scope a partition of type root\n"
		   "make cgroup /qpin-a.scope/supervisor\n"
		   "write \"threaded\" to /qpin-a.scope/supervisor/cgroup.type\n"
		   "move qpin to /qpin-a.scope/supervisor\n"
		   "enable the cpuset controller below /qpin-a.scope\n"
		   "make cgroup /qpin-a.scope/emulator\n"
		   "write \"threaded\" to /qpin-a.scope/emulator/cgroup.type\n"
		   "write \"2\" to /qpin-a.scope/emulator/cpuset.cpus\n"
		   "make cgroup /qpin-a.scope/cores\n"
		   "write \"threaded\" to /qpin-a.scope/cores/cgroup.type\n"
		   "write \"3\" to /qpin-a.scope/cores/cpuset.cpus\n"
		   "make /qpin-a.scope/cores a partition of type isolated\n"
		   "enable the cpuset controller below /qpin-a.scope/cores\n"
		   "make cgroup /qpin-a.scope/cores/cpu3\n"
		   "write \"threaded\" to /qpin-a.scope/cores/cpu3/cgroup.type\n"
		   "write \"3\" to /qpin-a.scope/cores/cpu3/cpuset.cpus\n"
		   "make /qpin-a.scope/cores/cpu3 a partition of type isolated\n");
	(void)snprintf(l.unit, sizeof(l.unit), "qpin-a.scope");
	assert_int_equal(backend_v2.prepare(&l, &list), 0);
	got = lines(&list);
	assert_non_null(strstr(got, "\nstart systemd's qpin-a.scope in -.slice,"));
	assert_null(strstr(got, "qpin.slice"));
	free(got);
	change_list_done(&list);
}

static void
v2_local_chain_in_a_unit_has_its_domain_below_it(void **state)
{
	struct layout l = layout_of_local_chain("/qpin@a.service", "", "/qpin@a.service");
	char path[LAYOUT_PATH_BYTES];

	(void)state;
	cpus_clear(&l.pinned); /* leaves are as everywhere */
	expect(&l, "*keep the affinity masks of all tasks\n"
		   "make cgroup /qpin@a.service/vm\n"
		   "move qpin to /qpin@a.service/vm\n"
		   "enable the cpuset controller below /qpin@a.service\n"
		   "write \"2\" to /qpin@a.service/vm/cpuset.cpus\n"
		   "make /qpin@a.service/vm a partition of type root\n"
		   "make cgroup /qpin@a.service/vm/supervisor\n"
		   "write \"threaded\" to /qpin@a.service/vm/supervisor/cgroup.type\n"
		   "move qpin to /qpin@a.service/vm/supervisor\n"
		   "enable the cpuset controller below /qpin@a.service/vm\n"
		   "make cgroup /qpin@a.service/vm/emulator\n"
		   "write \"threaded\" to /qpin@a.service/vm/emulator/cgroup.type\n"
		   "write \"2\" to /qpin@a.service/vm/emulator/cpuset.cpus\n"
		   "make cgroup /qpin@a.service/vm/cores\n"
		   "write \"threaded\" to /qpin@a.service/vm/cores/cgroup.type\n"
		   "write \"\" to /qpin@a.service/vm/cores/cpuset.cpus\n"
		   "make /qpin@a.service/vm/cores a partition of type isolated\n"
		   "enable the cpuset controller below /qpin@a.service/vm/cores\n");
	assert_true(backend_v2.birthplace(&l, path, sizeof(path)));
	assert_string_equal(path, "/qpin@a.service/vm/emulator");
}

static void
v2_local_chain_in_a_slice_makes_no_slice(void **state)
{
	struct layout l = layout_of_local_chain(
		"/u/qpin.slice", "/u/qpin.slice", "/u/qpin.slice/qpin-a.scope");
	struct change_list list = {0};
	char path[LAYOUT_PATH_BYTES];
	char *got;

	(void)state;
	(void)snprintf(l.unit, sizeof(l.unit), "qpin-a.scope");
	assert_int_equal(backend_v2.prepare(&l, &list), 0);
	got = lines(&list);
	assert_non_null(strstr(got, "make /u/qpin.slice/qpin-a.scope a partition of type root\n"));
	assert_null(strstr(got, "/qpin.slice a partition"));
	assert_null(strstr(got, "cpuset.cpus.exclusive"));
	assert_true(backend_v2.leaf(&l, 3, path, sizeof(path)));
	assert_string_equal(path, "/u/qpin.slice/qpin-a.scope/cores/cpu3");
	free(got);
	change_list_done(&list);
}

static void
v2_binds_memory_on_the_domain_alone(void **state)
{
	struct layout l = {.scope = "/s"};
	struct change_list list = {0};
	char *got;

	(void)state;
	cpus_add(&l.pinned, 2);
	cpus_add(&l.memory_nodes, 1);
	assert_int_equal(backend_v2.prepare(&l, &list), 0);
	got = lines(&list);
	assert_non_null(strstr(got, "write \"1\" to /s/vm/cpuset.mems\n"));
	assert_null(strstr(got, "cores/cpuset.mems"));
	assert_null(strstr(got, "emulator/cpuset.mems"));
	free(got);
	change_list_done(&list);
}

static void
v2_in_a_service_of_our_own_starts_no_unit(void **state)
{
	struct layout l = {.scope = "/system.slice/qpin@a.service",
		.chain = CHAIN_REMOTE,
		.partition = "isolated"};
	struct change_list list = {0};
	char *got;

	(void)state;
	cpus_add(&l.pinned, 2);
	assert_int_equal(backend_v2.prepare(&l, &list), 0);
	got = lines(&list);
	assert_null(strstr(got, "start"));
	assert_ptr_equal(strrchr(got, '*'), got); /* masks alone are shared */
	assert_non_null(strstr(got, "add 2 to /system.slice/cpuset.cpus.exclusive\n"));
	assert_non_null(
		strstr(got, "add 2 to /system.slice/qpin@a.service/cpuset.cpus.exclusive\n"));
	free(got);
	change_list_done(&list);
}

static void
v2_places_a_thread_in_the_leaf_of_its_cpu(void **state)
{
	const struct placement p = {.role = "vCPU 0.0.0", .tid = 9, .os_cpu = 4};
	struct layout l = {.scope = "/s"};
	struct change_list list = {0};
	char *got;

	(void)state;
	cpus_add(&l.pinned, 4);
	assert_int_equal(backend_v2.place(&l, &p, &list), 0);
	got = lines(&list);
	assert_string_equal(got, "move vCPU 0.0.0 (thread 9) to /s/vm/cores/cpu4\n");
	free(got);
	change_list_done(&list);
}

/* What takes CPU 6 for a vCPU that comes later. */
static void
expect_plug(const struct layout *l, const char *want)
{
	struct change_list list = {0};
	char path[LAYOUT_PATH_BYTES];
	char *got;

	assert_int_equal(backend_v2.plug(l, 6, &list), 0);
	got = lines(&list);
	assert_string_equal(got, want);
	assert_true(backend_v2.leaf(l, 6, path, sizeof(path)));
	assert_non_null(strstr(got, path));
	assert_null(strstr(path, "cores"));
	free(got);
	change_list_done(&list);
}

static void
v2_takes_a_cpu_later_as_a_partition_beside_the_others(void **state)
{
	struct layout l = {.slice = "/qpin.slice",
		.scope = "/qpin.slice/qpin-a.scope",
		.unit = "qpin-a.scope",
		.chain = CHAIN_REMOTE,
		.partition = "isolated"};
	struct layout chain = layout_of_local_chain("/", "/", "/qpin-a.scope");
	struct layout unit = layout_of_local_chain("/", "", "/a.service");
	struct layout leaves = {.scope = "/s", .pool_group = "/pool", .units = "system.slice"};

	(void)state;
	cpus_add(&l.pinned, 2);
	cpus_add(&l.own, 1);
	expect_plug(&l, "add 6 to /qpin.slice/cpuset.cpus.exclusive\n"
			"add 6 to /qpin.slice/qpin-a.scope/cpuset.cpus.exclusive\n"
			"add 6 to /qpin.slice/qpin-a.scope/vm/cpuset.cpus.exclusive\n"
			"make cgroup /qpin.slice/qpin-a.scope/vm/cpu6\n"
			"write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cpu6/cgroup.type\n"
			"add 6 to /qpin.slice/qpin-a.scope/vm/cpu6/cpuset.cpus.exclusive\n"
			"write \"6\" to /qpin.slice/qpin-a.scope/vm/cpu6/cpuset.cpus\n"
			"make /qpin.slice/qpin-a.scope/vm/cpu6 a partition of type isolated\n");
	expect_plug(&chain, "add 6 to /qpin-a.scope/cpuset.cpus\n"
			    "make cgroup /qpin-a.scope/cpu6\n"
			    "write \"threaded\" to /qpin-a.scope/cpu6/cgroup.type\n"
			    "write \"6\" to /qpin-a.scope/cpu6/cpuset.cpus\n"
			    "make /qpin-a.scope/cpu6 a partition of type isolated\n");
	expect_plug(&unit, "add 6 to /a.service/cpuset.cpus\n"
			   "add 6 to /a.service/vm/cpuset.cpus\n"
			   "make cgroup /a.service/vm/cpu6\n"
			   "write \"threaded\" to /a.service/vm/cpu6/cgroup.type\n"
			   "write \"6\" to /a.service/vm/cpu6/cpuset.cpus\n"
			   "make /a.service/vm/cpu6 a partition of type isolated\n");
	expect_plug(&leaves, "*remember systemd's AllowedCPUs of system.slice\n"
			     "ask systemd to keep system.slice off CPUs 6 (AllowedCPUs)\n"
			     "take 6 out of /pool/cpuset.cpus\n"
			     "make cgroup /s/vm/cpu6\n"
			     "write \"threaded\" to /s/vm/cpu6/cgroup.type\n"
			     "write \"6\" to /s/vm/cpu6/cpuset.cpus\n");
}

/* Of @layout's changes those from @first on are @want. */
static void
expect_part(const struct layout *layout, const char *first, const char *want)
{
	struct change_list list = {0};
	char *got, *part;

	assert_int_equal(backend_v2.prepare(layout, &list), 0);
	got = lines(&list);
	part = strstr(got, first);
	assert_non_null(part);
	part[strlen(want)] = '\0';
	assert_string_equal(part, want);
	free(got);
	change_list_done(&list);
}

static void
v2_keeps_host_tasks_off_before_it_takes_their_cpus(void **state)
{
	struct layout l = {.slice = "/qpin.slice", .scope = "/qpin.slice/qpin-a.scope"};

	(void)state;
	cpus_add(&l.pinned, 2);
	assert_int_equal(cpus_parse("0-3", &l.all), 0);
	(void)snprintf(l.pool_group, sizeof(l.pool_group), "/qpin.slice/pool");
	expect_part(&l, "*make cgroup /qpin.slice/pool\n",
		"*make cgroup /qpin.slice/pool\n"
		"take 2 out of /qpin.slice/pool/cpuset.cpus\n"
		"*move the host's tasks to /qpin.slice/pool\n"
		"make cgroup /qpin.slice/qpin-a.scope\n"
		"make cgroup /qpin.slice/qpin-a.scope/vm\n");
	l.pool_group[0] = '\0';
	l.units = "init.scope system.slice";
	l.unit[0] = 'u';
	expect_part(&l, "*remember systemd's AllowedCPUs of init.scope\n",
		"*remember systemd's AllowedCPUs of init.scope\n"
		"ask systemd to keep init.scope off CPUs 2 (AllowedCPUs)\n"
		"*remember systemd's AllowedCPUs of system.slice\n"
		"ask systemd to keep system.slice off CPUs 2 (AllowedCPUs)\n"
		"make cgroup /qpin.slice/qpin-a.scope/vm\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2_on_systemd_is_a_scope_with_one_partition_divided),
		cmocka_unit_test(v2_tries_cpus_isolated_at_boot_before_anything_takes_long),
		cmocka_unit_test(v2_without_a_manager_and_partitions_is_leaves_made_by_hand),
		cmocka_unit_test(v2_local_chain_below_the_root_is_a_scope_in_no_slice),
		cmocka_unit_test(v2_local_chain_in_a_unit_has_its_domain_below_it),
		cmocka_unit_test(v2_local_chain_in_a_slice_makes_no_slice),
		cmocka_unit_test(v2_binds_memory_on_the_domain_alone),
		cmocka_unit_test(v2_in_a_service_of_our_own_starts_no_unit),
		cmocka_unit_test(v2_places_a_thread_in_the_leaf_of_its_cpu),
		cmocka_unit_test(v2_takes_a_cpu_later_as_a_partition_beside_the_others),
		cmocka_unit_test(v2_keeps_host_tasks_off_before_it_takes_their_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
