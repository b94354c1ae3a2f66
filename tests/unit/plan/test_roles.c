/* SPDX-License-Identifier: MIT */
#include "plan/roles.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

/* Plan a VM that pins CPUs 2-3 beside VM "web" on 6-7, with CPU 5 offline. */
static int
plan_with(const char *emulator, const char *iothread, const char *nodes, struct error *e)
{
	static char id[] = "disk0";
	struct iothread_pin iothread_pin = {.id = id, .place = {21, 9}};
	struct scene s;
	struct plan plan;
	int r;

	scene_make(&s, "pack:2 [numa(memory=1GB)] core:4 pu:1", "2", "0.0.0=2 0.1.0=3");
	scene_claim(&s, "web", "6-7", true);
	scene_take_offline(&s, 5);
	s.definition.emulator_cpus = cpus_of(emulator);
	s.definition.emulator_cpus_place = (struct place){20, 17};
	iothread_pin.cpus = cpus_of(iothread);
	s.definition.iothread_pins = &iothread_pin;
	s.definition.iothread_pin_count = 1;
	s.definition.memory_nodes = cpus_of(nodes);
	s.definition.memory_nodes_place = (struct place){22, 15};
	r = scene_plan(&s, &plan, e);
	if (r == 0)
		assert_true(cpus_equal(&plan.emulator, &s.definition.emulator_cpus));
	plan_done(&plan);
	scene_done(&s);
	return r;
}

static void
roles_refuse_cpus_and_nodes_with_their_place(void **state)
{
	static const struct {
		const char *emulator, *iothread, *nodes;
		enum error_kind kind;
		const char *text, *hint;
	} row[] = {
		{"0,2", "", "", ERROR_DEFINITION,
			"/etc/guest.yml:20:17: emulator_cpus: CPU 2 is pinned to vCPU 0.0.0",
			"the CPUs of no vCPU are 0-1,4"},
		{"0,5", "", "", ERROR_DEFINITION,
			"/etc/guest.yml:20:17: emulator_cpus: CPU 5 is offline; online are 0-4,6-7",
			"write 1 to /sys/devices/system/cpu/cpu5/online, or name another CPU"},
		{"0-1,8", "", "", ERROR_DEFINITION,
			"/etc/guest.yml:20:17: emulator_cpus: the host has no CPU 8; online are "
			"0-4,6-7",
			""},
		{"4,6", "", "", ERROR_CLAIMED,
			"cannot give CPU 6 to emulator_cpus: /etc/guest.yml:20:17: it belongs to "
			"the running VM 'web'",
			"the CPUs of no VM are 0-4"},
		{"", "0,3", "", ERROR_DEFINITION,
			"/etc/guest.yml:21:9: iothread 'disk0': CPU 3 is pinned to vCPU 0.1.0",
			"the CPUs of no vCPU are 0-1,4"},
		{"", "5", "", ERROR_DEFINITION,
			"/etc/guest.yml:21:9: iothread 'disk0': CPU 5 is offline; online are "
			"0-4,6-7",
			"write 1 to /sys/devices/system/cpu/cpu5/online, or name another CPU"},
		{"", "100", "", ERROR_DEFINITION,
			"/etc/guest.yml:21:9: iothread 'disk0': the host has no CPU 100; online "
			"are 0-4,6-7",
			""},
		{"", "7", "", ERROR_CLAIMED,
			"cannot give CPU 7 to iothread 'disk0': /etc/guest.yml:21:9: it belongs to "
			"the running VM 'web'",
			"the CPUs of no VM are 0-4"},
		{"", "", "1-3", ERROR_DEFINITION,
			"/etc/guest.yml:22:15: memory_nodes: the host has no memory in node 2-3; "
			"nodes with memory are 0-1",
			""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct error e;
		char text[1024];

		assert_int_equal(
			plan_with(row[i].emulator, row[i].iothread, row[i].nodes, &e), -EINVAL);
		error_text(&e, text, sizeof(text));
		if (strcmp(text, row[i].text) != 0 || strcmp(e.hint, row[i].hint) != 0)
			fail_msg("row %zu: %s\nhint: %s", i, text, e.hint);
		assert_int_equal(e.kind, row[i].kind);
	}
}

static void
roles_take_what_is_left(void **state)
{
	struct error e;

	(void)state;
	assert_int_equal(plan_with("", "", "", &e), 0);
	assert_int_equal(plan_with("0-1", "1,4", "0-1", &e), 0);
	assert_int_equal(plan_with("0-1,4", "0", "1", &e), 0);
}

static void
roles_refuse_to_leave_nothing_for_the_host(void **state)
{
	static const struct {
		const char *pins, *claimed, *boot_isolated, *text;
		enum error_kind kind;
	} row[] = {
		{"0.0.0=0 0.1.0=1 0.2.0=2 0.3.0=3", "", "",
			"/etc/guest.yml:13:7: no CPU is left for the host and QEMU's other "
			"threads: this VM pins 0-3 of the online CPUs 0-3, and the rest is taken "
			"by VMs or isolated at boot",
			ERROR_DEFINITION},
		{"0.0.0=0 0.1.0=1", "2-3", "",
			"/etc/guest.yml:11:7: no CPU is left for the host and QEMU's other "
			"threads: this VM pins 0-1 of the online CPUs 0-3, and the rest is taken "
			"by VMs or isolated at boot",
			ERROR_CLAIMED},
		{"0.0.0=0", "", "1-3",
			"/etc/guest.yml:10:7: no CPU is left for the host and QEMU's other "
			"threads: this VM pins 0 of the online CPUs 0-3, and the rest is taken by "
			"VMs or isolated at boot",
			ERROR_DEFINITION},
		{"", "0-1", "2-3",
			"cannot find a CPU for QEMU: /etc/guest.yml: of the online CPUs (0-3) none "
			"is left by VMs and boot options",
			ERROR_CLAIMED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		char text[1024];

		scene_make(&s, "core:4 pu:1", "4", row[i].pins);
		scene_claim(&s, "web", row[i].claimed, true);
		s.facts.topology.boot_isolated = cpus_of(row[i].boot_isolated);
		assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
		error_text(&e, text, sizeof(text));
		if (strcmp(text, row[i].text) != 0 || e.kind != row[i].kind)
			fail_msg("row %zu: %s", i, text);
		if (i == 1)
			assert_non_null(strstr(e.hint, "VM 'web' (CPUs 2-3)"));
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_refuse_cpus_and_nodes_with_their_place),
		cmocka_unit_test(roles_take_what_is_left),
		cmocka_unit_test(roles_refuse_to_leave_nothing_for_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
