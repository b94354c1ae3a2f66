/* SPDX-License-Identifier: MIT */
#include "cgroup/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

	assert_int_equal(backend_v1.prepare(layout, &list), 0);
	got = lines(&list);
	assert_string_equal(got, want);
	free(got);
	change_list_done(&list);
}

/* VM "a" on CPU 2 of 0-3. */
static struct layout
layout_of_a(void)
{
	struct layout l = {.slice = "cpuset:/qemu", .name = "a"};

	assert_int_equal(cpus_parse("0-3", &l.all), 0);
	assert_int_equal(cpus_parse("0", &l.nodes), 0);
	assert_int_equal(cpus_parse("2", &l.pinned), 0);
	assert_int_equal(cpus_parse("0-1,3", &l.pool), 0);
	return l;
}

static void
v1_takes_its_cpus_for_itself_when_the_hosts_tasks_are_moved(void **state)
{
	const struct claim claims[] = {{.name = "a"}, {.name = "b"}};
	struct layout l = layout_of_a();

	(void)state;
	(void)snprintf(l.pool_group, sizeof(l.pool_group), "cpuset:/qemu/pool");
	(void)snprintf(l.v1_mount, sizeof(l.v1_mount), "/mnt/cpuset");
	l.exclusive = true;
	l.claims = claims;
	l.claim_count = 2;
	expect(&l,
		"*mount cgroup v1's cpuset on /mnt/cpuset\n"
		"*keep the affinity masks of all tasks\n"
		"*make cgroup cpuset:/qemu\n"
		"*write \"0-3\" to cpuset:/qemu/cpuset.cpus, until the last VM ends\n"
		"*write \"0\" to cpuset:/qemu/cpuset.mems, until the last VM ends\n"
		"*write \"1\" to cpuset:/qemu/cpuset.cpu_exclusive, until the last VM ends\n"
		"*make cgroup cpuset:/qemu/pool\n"
		"*write \"0\" to cpuset:/qemu/pool/cpuset.mems, until the last VM ends\n"
		"take 2 out of cpuset:/qemu/pool/cpuset.cpus\n"
		"*move the host's tasks to cpuset:/qemu/pool\n"
		"take 2 out of cpuset:/qemu/qemu-b/cpuset.cpus\n"
		"*write \"0\" to cpuset:/cpuset.sched_load_balance, until the last VM ends\n"
		"*write \"0\" to cpuset:/qemu/cpuset.sched_load_balance, until the last VM ends\n"
		"make cgroup cpuset:/qemu/vm-a\n"
		"write \"2\" to cpuset:/qemu/vm-a/cpuset.cpus\n"
		"write \"0\" to cpuset:/qemu/vm-a/cpuset.mems\n"
		"write \"1\" to cpuset:/qemu/vm-a/cpuset.cpu_exclusive\n"
		"write \"0\" to cpuset:/qemu/vm-a/cpuset.sched_load_balance\n"
		"make cgroup cpuset:/qemu/vm-a/cpu2\n"
		"write \"2\" to cpuset:/qemu/vm-a/cpu2/cpuset.cpus\n"
		"write \"0\" to cpuset:/qemu/vm-a/cpu2/cpuset.mems\n"
		"write \"1\" to cpuset:/qemu/vm-a/cpu2/cpuset.cpu_exclusive\n"
		"write \"0\" to cpuset:/qemu/vm-a/cpu2/cpuset.sched_load_balance\n");
}

static void
v1_has_plain_cpusets_when_nobody_is_moved(void **state)
{
	struct layout l = layout_of_a();

	(void)state;
	expect(&l, "*keep the affinity masks of all tasks\n"
		   "*make cgroup cpuset:/qemu\n"
		   "*write \"0-3\" to cpuset:/qemu/cpuset.cpus, until the last VM ends\n"
		   "*write \"0\" to cpuset:/qemu/cpuset.mems, until the last VM ends\n"
		   "make cgroup cpuset:/qemu/vm-a\n"
		   "write \"2\" to cpuset:/qemu/vm-a/cpuset.cpus\n"
		   "write \"0\" to cpuset:/qemu/vm-a/cpuset.mems\n"
		   "make cgroup cpuset:/qemu/vm-a/cpu2\n"
		   "write \"2\" to cpuset:/qemu/vm-a/cpu2/cpuset.cpus\n"
		   "write \"0\" to cpuset:/qemu/vm-a/cpu2/cpuset.mems\n"
		   "make cgroup cpuset:/qemu/qemu-a\n"
		   "write \"0-1,3\" to cpuset:/qemu/qemu-a/cpuset.cpus\n"
		   "write \"0\" to cpuset:/qemu/qemu-a/cpuset.mems\n"
		   "move qpin to cpuset:/qemu/qemu-a\n");
}

/* Whether @layout's changes have @line. */
static bool
has_line(const struct layout *layout, const char *line)
{
	struct change_list list = {0};
	char *text;
	bool found;

	assert_int_equal(backend_v1.prepare(layout, &list), 0);
	text = lines(&list);
	found = strstr(text, line) != NULL;
	free(text);
	change_list_done(&list);
	return found;
}

static void
v1_gives_qemu_a_cpuset_for_cpus_or_nodes_of_its_own(void **state)
{
	struct layout l = layout_of_a();

	(void)state;
	(void)snprintf(l.pool_group, sizeof(l.pool_group), "cpuset:/qemu/pool");
	assert_false(has_line(&l, "move qpin"));
	cpus_add(&l.emulator, 1);
	assert_true(has_line(&l, "write \"1\" to cpuset:/qemu/qemu-a/cpuset.cpus\n"));
	assert_true(has_line(&l, "move qpin to cpuset:/qemu/qemu-a\n"));
	cpus_clear(&l.emulator);
	cpus_add(&l.memory_nodes, 1);
	assert_true(has_line(&l, "write \"0-1,3\" to cpuset:/qemu/qemu-a/cpuset.cpus\n"));
	assert_true(has_line(&l, "write \"1\" to cpuset:/qemu/qemu-a/cpuset.mems\n"));
	assert_true(has_line(&l, "write \"1\" to cpuset:/qemu/vm-a/cpu2/cpuset.mems\n"));
}

static void
v1_moves_threads_to_leaves_and_qemu_nowhere(void **state)
{
	const struct placement p = {.role = "vCPU 0.0.0", .tid = 9, .os_cpu = 2};
	struct layout l = layout_of_a();
	struct change_list list = {0};
	char text[128];

	(void)state;
	assert_false(backend_v1.birthplace(&l, text, sizeof(text)));
	assert_true(backend_v1.leaf(&l, 2, text, sizeof(text)));
	assert_string_equal(text, "cpuset:/qemu/vm-a/cpu2");
	assert_int_equal(backend_v1.place(&l, &p, &list), 0);
	list.list[0].kind->describe(&list.list[0], text, sizeof(text));
	assert_string_equal(text, "move vCPU 0.0.0 (thread 9) to cpuset:/qemu/vm-a/cpu2");
	change_list_done(&list);
}

static void
v1_takes_a_cpu_later_as_a_cpuset_beside_the_vms(void **state)
{
	const struct claim claims[] = {{.name = "a"}, {.name = "b"}};
	struct layout l = layout_of_a();
	struct change_list list = {0};
	char path[LAYOUT_PATH_BYTES];
	char *got;

	(void)state;
	(void)snprintf(l.pool_group, sizeof(l.pool_group), "cpuset:/qemu/pool");
	l.exclusive = true;
	l.claims = claims;
	l.claim_count = 2;
	assert_int_equal(backend_v1.plug(&l, 3, &list), 0);
	got = lines(&list);
	assert_string_equal(got, "take 3 out of cpuset:/qemu/pool/cpuset.cpus\n"
				 "take 3 out of cpuset:/qemu/qemu-b/cpuset.cpus\n"
				 "make cgroup cpuset:/qemu/cpu3-a\n"
				 "write \"3\" to cpuset:/qemu/cpu3-a/cpuset.cpus\n"
				 "write \"0\" to cpuset:/qemu/cpu3-a/cpuset.mems\n"
				 "write \"1\" to cpuset:/qemu/cpu3-a/cpuset.cpu_exclusive\n"
				 "write \"0\" to cpuset:/qemu/cpu3-a/cpuset.sched_load_balance\n");
	assert_true(backend_v1.leaf(&l, 3, path, sizeof(path)));
	assert_string_equal(path, "cpuset:/qemu/cpu3-a");
	free(got);
	change_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v1_takes_a_cpu_later_as_a_cpuset_beside_the_vms),
		cmocka_unit_test(v1_takes_its_cpus_for_itself_when_the_hosts_tasks_are_moved),
		cmocka_unit_test(v1_has_plain_cpusets_when_nobody_is_moved),
		cmocka_unit_test(v1_gives_qemu_a_cpuset_for_cpus_or_nodes_of_its_own),
		cmocka_unit_test(v1_moves_threads_to_leaves_and_qemu_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
