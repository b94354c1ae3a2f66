/* SPDX-License-Identifier: MIT */
#include "supervise/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "host/host.h"
#include "tree.h"

enum {
	PID = 100,
};

/* Two vCPUs, of which QEMU told, and an iothread that has a name. */
static struct task all[] = {
	{.tid = 100, .name = "qemu"},
	{.tid = 101, .name = "qemu", .role = TASK_VCPU, .index = 0},
	{.tid = 102, .name = "CPU 1/KVM", .role = TASK_VCPU, .index = 1},
	{.tid = 103, .name = "IO disk"},
};
static const struct tasks tasks = {.list = all, .count = COUNT(all)}, nobody;

static struct vcpu_thread vcpus[] = {
	{.thread = 0, .index = 0, .tid = 101}, {.thread = 1, .index = 1, .tid = 102}};
static const struct target target = {
	.pid = PID, .by_qmp = true, .known = {.vcpus = vcpus, .vcpu_count = COUNT(vcpus)}};

/* "vCPU 0=2 …": of those that have an id. */
static char *
changes_text(const struct change_list *list)
{
	struct buf b = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct change *c = &list->list[i];

		if (c->id != 0)
			buf_printf(&b, "%s%s(%d)=%s", b.len > 0 ? " " : "", c->role, (int)c->id,
				c->value);
	}
	return buf_take(&b);
}

static void
selectors_become_changes(void **state)
{
	auto_selection struct selection s = {0};
	const struct pins pins = {.selection = &s};
	const struct tasks some = {.list = all, .count = 2};
	auto_change_list struct change_list list = {0}, rest = {0};
	auto_free char *got = NULL, *later = NULL;
	struct error e;

	(void)state;
	assert_int_equal(select_add(&s, SELECT_VCPU, "2", &e), 0);
	assert_int_equal(select_add(&s, SELECT_VCPU, "3", &e), 0);
	assert_int_equal(select_add(&s, SELECT_IO, "disk:0-1", &e), 0);
	assert_int_equal(pins_make(&pins, &target, &tasks, &nobody, &list, &e), 0);
	got = changes_text(&list);
	assert_string_equal(got, "vCPU 0(101)=2 CPU 1/KVM(102)=3 IO disk(103)=0-1");
	assert_int_equal(pins_make(&pins, &target, &tasks, &some, &rest, &e), 0);
	later = changes_text(&rest);
	assert_string_equal(later, "CPU 1/KVM(102)=3 IO disk(103)=0-1");
}

static void
roles_are_wanted_by_selectors_of_roles(void **state)
{
	static const struct {
		enum select_group group;
		bool want;
	} row[] = {
		{SELECT_PROCESS, false},
		{SELECT_QEMU, false},
		{SELECT_VCPU, true},
		{SELECT_IO, true},
		{SELECT_WORKER, false},
		{SELECT_THREAD, false},
	};
	const struct pins definition = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_selection struct selection s = {0};
		const struct pins pins = {.selection = &s};
		struct error e;

		assert_false(pins_want_roles(&pins));
		assert_int_equal(select_add(&s, row[i].group, "0", &e), 0);
		if (pins_want_roles(&pins) != row[i].want)
			fail_msg("%s", select_option(row[i].group));
	}
	assert_true(pins_want_roles(&definition));
}

static void
cpus_that_the_host_has_not_are_refused(void **state)
{
	auto_selection struct selection s = {0};
	struct host host = HOST_CLOSED;
	struct tree tree;
	struct pins pins;
	struct error e;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "devices/system/cpu/present", "0-3\n");
	host.roots.sys = tree.root;
	assert_int_equal(select_add(&s, SELECT_VCPU, "0-3", &e), 0);
	assert_int_equal(pins_load(&host, &s, NULL, &pins, &e), 0);
	pins_done(&pins);
	assert_int_equal(select_add(&s, SELECT_THREAD, "x:3-5", &e), 0);
	assert_int_equal(pins_load(&host, &s, NULL, &pins, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_string_equal(e.why, "the host has no CPU 4-5, but 0-3");
	pins_done(&pins);
	tree_remove(&tree);
}

/* vCPU 0.0.0 on CPU 2, 0.0.1 on CPU 3, all others on 0-1. */
static void
pins_plan(struct pins *ret, struct plan_vcpu *planned)
{
	static const struct definition none;

	*ret = (struct pins){.definition = none};
	planned[0] = (struct plan_vcpu){.thread = 0, .os_cpu = 2};
	planned[1] = (struct plan_vcpu){.thread = 1, .os_cpu = 3};
	ret->plan = (struct plan){
		.definition = &ret->definition,
		.smp = {.cpus = 2, .maxcpus = 2, .sockets = 1, .cores = 1, .threads = 2},
		.vcpus = planned,
		.vcpu_count = 2,
		.level = ISOLATION_AFFINITY,
		.backend = &backend_affinity,
	};
	cpus_add(&ret->plan.pool, 0);
	cpus_add(&ret->plan.pool, 1);
}

static void
plans_become_changes(void **state)
{
	const struct tasks some = {.list = all, .count = 2};
	auto_change_list struct change_list list = {0}, rest = {0};
	auto_free char *got = NULL, *later = NULL;
	struct plan_vcpu planned[2];
	struct pins pins;
	struct error e = {0};

	(void)state;
	pins_plan(&pins, planned);
	if (pins_make(&pins, &target, &tasks, &nobody, &list, &e) < 0)
		fail_msg("%s: %s", e.what, e.why);
	got = changes_text(&list);
	assert_string_equal(
		got, "qemu(100)=0-1 IO disk(103)=0-1 vCPU 0.0.0(101)=2 vCPU 0.0.1(102)=3");
	assert_int_equal(pins_make(&pins, &target, &tasks, &some, &rest, &e), 0);
	later = changes_text(&rest);
	assert_string_equal(later, "IO disk(103)=0-1 vCPU 0.0.1(102)=3");
}

static void
plans_need_their_threads(void **state)
{
	static struct task unnamed[] = {{.tid = 100, .name = "qemu"}, {.tid = 101, .name = "qemu"}};
	const struct tasks few = {.list = unnamed, .count = COUNT(unnamed)};
	const struct target unknown = {.pid = PID};
	auto_change_list struct change_list list = {0};
	struct plan_vcpu planned[2];
	struct pins pins;
	struct error e = {0};

	(void)state;
	pins_plan(&pins, planned);
	pins.definition.path = (char[]){"vm.yml"};
	assert_int_equal(pins_make(&pins, &unknown, &few, &nobody, &list, &e), -ENOENT);
	assert_string_equal(e.why, "this QEMU has no such thread");
	assert_non_null(strstr(e.hint, "debug-threads=on"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selectors_become_changes),
		cmocka_unit_test(roles_are_wanted_by_selectors_of_roles),
		cmocka_unit_test(cpus_that_the_host_has_not_are_refused),
		cmocka_unit_test(plans_become_changes),
		cmocka_unit_test(plans_need_their_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
