/* SPDX-License-Identifier: MIT */
#include "plan/changes.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "scene.h"

#define HOST "pack:1 core:4 pu:2"

/* What plan_place() gives, a line each. */
static char *
placed(const struct plan *plan, const struct threads *threads, const struct tasks *tasks)
{
	struct change_list list = {0};
	struct buf b = {0};
	struct error e;

	assert_int_equal(plan_place(plan, threads, tasks, &list, &e), 0);
	for (size_t i = 0; i < list.count; i++) {
		char text[512];

		list.list[i].kind->describe(&list.list[i], text, sizeof(text));
		buf_printf(&b, "%s\n", text);
	}
	change_list_done(&list);
	return buf_take(&b);
}

static void
plan_lays_out_by_level_and_manager(void **state)
{
	static const struct {
		enum isolation isolation;
		bool systemd, delegated;
		const char *backend, *scope, *unit, *partition;
	} row[] = {
		{ISOLATION_AUTO, true, false, "v2", "/qpin.slice/qpin-guest.scope",
			"qpin-guest.scope", "isolated"},
		{ISOLATION_AUTO, false, false, "v2", "/qpin.slice/qpin-guest.scope", "",
			"isolated"},
		{ISOLATION_EXCLUSIVE, true, false, "v2", "/qpin.slice/qpin-guest.scope",
			"qpin-guest.scope", "root"},
		{ISOLATION_CPUSET, true, false, "v2", "/qpin.slice/qpin-guest.scope",
			"qpin-guest.scope", NULL},
		{ISOLATION_AUTO, true, true, "v2", "/system.slice/qpin@guest.service", "",
			"isolated"},
		{ISOLATION_AFFINITY, true, false, "affinity", "", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;

		scene_make(&s, HOST, "2", "0.0.0=2 0.1.0=3");
		s.definition.isolation = row[i].isolation;
		s.facts.systemd = row[i].systemd;
		s.facts.cgroup.own_is_delegated = row[i].delegated;
		(void)snprintf(s.facts.cgroup.own, sizeof(s.facts.cgroup.own),
			"/system.slice/qpin@guest.service");
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		assert_string_equal(plan.backend->name, row[i].backend);
		assert_string_equal(plan.layout.scope, row[i].scope);
		assert_string_equal(plan.layout.unit, row[i].unit);
		if (row[i].partition == NULL)
			assert_null(plan.layout.partition);
		else
			assert_string_equal(plan.layout.partition, row[i].partition);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
plan_place_is_the_same_list_dry_and_for_real(void **state)
{
	struct vcpu_thread vcpus[] = {{.core = 0, .tid = 71}, {.core = 1, .tid = 72, .index = 1}};
	struct task list[] = {
		{.tid = 70, .role = TASK_EMULATOR, .name = "qemu"},
		{.tid = 71, .role = TASK_VCPU, .name = "CPU 0/KVM"},
		{.tid = 72, .role = TASK_VCPU, .name = "CPU 1/KVM"},
	};
	const struct threads threads = {.vcpus = vcpus, .vcpu_count = COUNT(vcpus)};
	const struct tasks tasks = {.list = list, .count = COUNT(list)};
	struct scene s;
	struct plan plan;
	struct error e;
	char *dry, *real;

	(void)state;
	scene_make(&s, HOST, "2", "0.0.0=2 0.1.0=3");
	s.definition.vcpu_scheduling =
		(struct scheduling){.set = true, .policy = SCHED_FIFO, .priority = 50};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	dry = placed(&plan, NULL, NULL);
	real = placed(&plan, &threads, &tasks);
	assert_string_equal(dry, "move vCPU 0.0.0 to /qpin.slice/qpin-guest.scope/vm/cores/cpu2\n"
				 "move vCPU 0.1.0 to /qpin.slice/qpin-guest.scope/vm/cores/cpu3\n"
				 "schedule vCPU 0.0.0 as fifo 50\n"
				 "schedule vCPU 0.1.0 as fifo 50\n");
	assert_string_equal(real,
		"move vCPU 0.0.0 (thread 71) to /qpin.slice/qpin-guest.scope/vm/cores/cpu2\n"
		"move vCPU 0.1.0 (thread 72) to /qpin.slice/qpin-guest.scope/vm/cores/cpu3\n"
		"schedule vCPU 0.0.0 (thread 71) as fifo 50\n"
		"schedule vCPU 0.1.0 (thread 72) as fifo 50\n");
	free(dry);
	free(real);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_place_keeps_other_threads_off_by_masks_alone(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char *dry;

	(void)state;
	scene_make(&s, HOST, "1", "0.0.0=2");
	s.definition.isolation = ISOLATION_AFFINITY;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	dry = placed(&plan, NULL, NULL);
	assert_string_equal(dry, "pin every other thread of QEMU to CPU 0-1,3-7\n"
				 "pin vCPU 0.0.0 to CPU 2\n");
	free(dry);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_place_leaves_room_for_iothreads_elsewhere(void **state)
{
	char io[] = "io0";
	struct iothread_pin pin = {.id = io};
	struct scene s;
	struct plan plan;
	struct error e;
	char *dry;

	(void)state;
	cpus_add(&pin.cpus, 6);
	scene_make(&s, HOST, "1", "0.0.0=2");
	cpus_add(&s.definition.emulator_cpus, 0);
	s.definition.iothread_pins = &pin;
	s.definition.iothread_pin_count = 1;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_true(cpus_has(&plan.layout.emulator, 0) && cpus_has(&plan.layout.emulator, 6));
	dry = placed(&plan, NULL, NULL);
	assert_string_equal(dry, "pin every other thread of QEMU to CPU 0\n"
				 "pin iothread io0 to CPU 6\n"
				 "move vCPU 0.0.0 to /qpin.slice/qpin-guest.scope/vm/cores/cpu2\n");
	free(dry);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_place_obeys_what_needs_no_pins(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char *dry;

	(void)state;
	scene_make(&s, HOST, "4,sockets=1,cores=2,threads=2", "");
	cpus_add(&s.definition.emulator_cpus, 1);
	s.definition.vcpu_scheduling =
		(struct scheduling){.set = true, .policy = SCHED_RR, .priority = 3};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	dry = placed(&plan, NULL, NULL);
	assert_string_equal(dry, "pin every other thread of QEMU to CPU 1\n"
				 "schedule vCPU 0.0.0 as rr 3\n"
				 "schedule vCPU 0.0.1 as rr 3\n"
				 "schedule vCPU 0.1.0 as rr 3\n"
				 "schedule vCPU 0.1.1 as rr 3\n");
	free(dry);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_has_for_others_masks_or_a_schedule(void **state)
{
	static const struct {
		enum isolation isolation;
		bool scheduled, want;
	} row[] = {
		{ISOLATION_AFFINITY, false, true},
		{ISOLATION_ISOLATED, false, false},
		{ISOLATION_ISOLATED, true, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;

		scene_make(&s, HOST, "1", "0.0.0=2");
		s.definition.isolation = row[i].isolation;
		s.definition.emulator_scheduling.set = row[i].scheduled;
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		assert_int_equal(plan_has_for_others(&plan), row[i].want);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
plan_place_refuses_a_thread_that_is_missing(void **state)
{
	const struct threads none = {0};
	const struct tasks no_tasks = {0};
	struct change_list list = {0};
	char io[] = "io0";
	struct iothread_pin pin = {.id = io};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, HOST, "1", "0.0.0=2");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan_place(&plan, &none, &no_tasks, &list, &e), -ENOENT);
	assert_string_equal(e.what, "pin vCPU 0.0.0");
	plan_done(&plan);
	cpus_add(&pin.cpus, 1);
	s.definition.iothread_pins = &pin;
	s.definition.iothread_pin_count = 1;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan_place(&plan, &none, &no_tasks, &list, &e), -ENOENT);
	assert_string_equal(e.what, "pin iothread io0");
	change_list_done(&list);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_place_waits_not_for_vcpus_that_are_plugged_later(void **state)
{
	struct vcpu_thread vcpus[] = {{.tid = 71}};
	const struct threads threads = {.vcpus = vcpus, .vcpu_count = 1};
	const struct tasks no_tasks = {0};
	struct scene s;
	struct plan plan;
	struct error e;
	char *real;

	(void)state;
	scene_make(&s, HOST, "1,sockets=1,cores=2,threads=1,maxcpus=2", "0.0.0=2 0.1.0=3");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	real = placed(&plan, &threads, &no_tasks);
	assert_string_equal(real,
		"move vCPU 0.0.0 (thread 71) to /qpin.slice/qpin-guest.scope/vm/cores/cpu2\n");
	free(real);
	plan_done(&plan);
	scene_done(&s);
}

static void
plan_plug_is_for_cpus_that_are_not_taken(void **state)
{
	const struct plan_vcpu vcpu = {.core = 1, .os_cpu = 3};
	struct change_list list = {0};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, HOST, "1,sockets=1,cores=2,threads=1,maxcpus=2", "0.0.0=2 0.1.0=3");
	s.definition.vcpu_scheduling = (struct scheduling){.set = true, .policy = SCHED_BATCH};
	s.facts.workqueue_by_hand = true;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan_plug(&plan, 2, &list, &e), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(plan_plug(&plan, 3, &list, &e), 0);
	assert_true(list.count > 0);
	assert_string_equal(list.list[list.count - 1].kind->name, "workqueue");
	assert_string_equal(list.list[list.count - 1].value, "3");
	change_list_done(&list);
	list = (struct change_list){0};
	assert_int_equal(plan_place_vcpu(&plan, &vcpu, 71, &list, &e), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.list[0].target, "/qpin.slice/qpin-guest.scope/vm/cpu3");
	assert_string_equal(list.list[0].role, "vCPU 0.1.0");
	assert_int_equal(list.list[0].id, 71);
	assert_string_equal(list.list[1].value, "batch");
	change_list_done(&list);
	plan_done(&plan);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_has_for_others_masks_or_a_schedule),
		cmocka_unit_test(plan_plug_is_for_cpus_that_are_not_taken),
		cmocka_unit_test(plan_lays_out_by_level_and_manager),
		cmocka_unit_test(plan_place_is_the_same_list_dry_and_for_real),
		cmocka_unit_test(plan_place_keeps_other_threads_off_by_masks_alone),
		cmocka_unit_test(plan_place_leaves_room_for_iothreads_elsewhere),
		cmocka_unit_test(plan_place_obeys_what_needs_no_pins),
		cmocka_unit_test(plan_place_refuses_a_thread_that_is_missing),
		cmocka_unit_test(plan_place_waits_not_for_vcpus_that_are_plugged_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
