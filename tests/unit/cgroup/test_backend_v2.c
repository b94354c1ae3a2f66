/* SPDX-License-Identifier: MIT */
#include "cgroup/backend.h"

#include <stdio.h>
#include <stdlib.h>

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
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cgroup.type\n"
		   "write \"7\" to /qpin.slice/qpin-a.scope/vm/cores/cpuset.cpus\n"
		   "enable the cpuset controller below /qpin.slice/qpin-a.scope/vm/cores\n"
		   "make cgroup /qpin.slice/qpin-a.scope/vm/cores/cpu7\n"
		   "write \"threaded\" to /qpin.slice/qpin-a.scope/vm/cores/cpu7/cgroup.type\n"
		   "write \"7\" to /qpin.slice/qpin-a.scope/vm/cores/cpu7/cpuset.cpus\n");
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
	struct layout l = {.scope = "/system.slice/qpin@a.service", .partition = "isolated"};
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
	const struct layout l = {.scope = "/s"};
	const struct placement p = {.role = "vCPU 0.0.0", .tid = 9, .os_cpu = 4};
	struct change_list list = {0};
	char *got;

	(void)state;
	assert_int_equal(backend_v2.place(&l, &p, &list), 0);
	got = lines(&list);
	assert_string_equal(got, "move vCPU 0.0.0 (thread 9) to /s/vm/cores/cpu4\n");
	free(got);
	change_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2_on_systemd_is_a_scope_with_one_partition_divided),
		cmocka_unit_test(v2_without_a_manager_and_partitions_is_leaves_made_by_hand),
		cmocka_unit_test(v2_binds_memory_on_the_domain_alone),
		cmocka_unit_test(v2_in_a_service_of_our_own_starts_no_unit),
		cmocka_unit_test(v2_places_a_thread_in_the_leaf_of_its_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
