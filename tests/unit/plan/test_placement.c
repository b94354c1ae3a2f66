/* SPDX-License-Identifier: MIT */
#include "plan/placement.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

static const struct {
	const char *smp, *pins;
	unsigned line;
	const char *text, *hint;
} refusal[] = {
	{"2", "0.0.0=2 0.1.0=99", 11,
		"/etc/guest.yml:11:7: vCPU 0.1.0: the host has no CPU 99; online are "
		"0-4,6-7",
		""},
	{"2", "0.0.0=8192", 10,
		"/etc/guest.yml:10:7: vCPU 0.0.0: the host has no CPU 8192; online are "
		"0-4,6-7",
		""},
	{"2", "0.0.0=4294967295", 10,
		"/etc/guest.yml:10:7: vCPU 0.0.0: the host has no CPU 4294967295; online "
		"are "
		"0-4,6-7",
		""},
	{"2", "0.0.0=2 0.1.0=5", 11,
		"/etc/guest.yml:11:7: vCPU 0.1.0: CPU 5 is offline; online are 0-4,6-7",
		"write 1 to /sys/devices/system/cpu/cpu5/online, or name another CPU"},
	{"4", "0.0.0=2 0.1.0=3 0.2.0=2", 12,
		"/etc/guest.yml:12:7: vCPU 0.2.0: CPU 2 is already that of vCPU 0.0.0",
		"name another CPU, or write `share_cpus: true`"},
	{"2", "0.0.0=2 0.0.0=3", 11, "/etc/guest.yml:11:7: vCPU 0.0.0 is pinned twice", ""},
	{NULL, "0.0.0=2 0.1.0=3", 11,
		"/etc/guest.yml:11:7: vCPU 0.1.0: a socket of the guest has core 0 alone",
		"without `smp` the guest has one vCPU; add it to `qemu`"},
	{"2", "0.0.0=1 0.1.0=2 0.2.0=3", 12,
		"/etc/guest.yml:12:7: vCPU 0.2.0: a socket of the guest has cores 0-1",
		"line 90: `smp` makes 1 socket(s) of 2 core(s) with 1 thread(s); change it "
		"or "
		"the pin"},
	{"8,sockets=2,cores=2,threads=2", "2.0.0=1", 10,
		"/etc/guest.yml:10:7: vCPU 2.0.0: the guest has sockets 0-1",
		"line 90: `smp` makes 2 socket(s) of 2 core(s) with 2 thread(s); change it "
		"or "
		"the pin"},
	{"8,sockets=2,cores=2,threads=2", "1.1.2=1", 10,
		"/etc/guest.yml:10:7: vCPU 1.1.2: a core of the guest has threads 0-1",
		"line 90: `smp` makes 2 socket(s) of 2 core(s) with 2 thread(s); change it "
		"or "
		"the pin"},
	{"1", "4294967295.0.0=1", 10,
		"/etc/guest.yml:10:7: vCPU 4294967295.0.0: the guest has socket 0 alone",
		"line 90: `smp` makes 1 socket(s) of 1 core(s) with 1 thread(s); change it "
		"or "
		"the pin"},
};

static void
placement_refuses_pins_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusal); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		char text[1024];
		int r;

		scene_make(&s, "core:8 pu:1", refusal[i].smp, refusal[i].pins);
		scene_take_offline(&s, 5);
		r = scene_plan(&s, &plan, &e);
		assert_int_equal(r, -EINVAL);
		error_text(&e, text, sizeof(text));
		if (strcmp(text, refusal[i].text) != 0 || strcmp(e.hint, refusal[i].hint) != 0)
			fail_msg("row %zu: %s\nhint: %s", i, text, e.hint);
		assert_int_equal(e.kind, ERROR_DEFINITION);
		assert_int_equal(e.line, refusal[i].line);
		assert_int_equal(e.column, SCENE_PIN_COLUMN);
		assert_int_equal(error_exit_status(e.kind), EXIT_STATUS_USAGE);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
placement_keeps_the_order_of_vcpus(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];
	static const unsigned want[] = {6, 7, 2, 3};

	(void)state;
	scene_make(&s, "core:4 pu:2", "4,sockets=1,cores=2,threads=2",
		"0.0.0=6 0.0.1=7 0.1.0=2 0.1.1=3");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.vcpu_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(plan.vcpus[i].os_cpu, want[i]);
	assert_string_equal(cpus_format(&plan.pinned, text), "2-3,6-7");
	assert_string_equal(cpus_format(&plan.pool, text), "0-1,4-5");
	assert_int_equal(plan.warning_count, 0);
	plan_done(&plan);
	scene_done(&s);
}

static void
placement_lets_vcpus_share_a_cpu_when_told_so(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "core:4 pu:1", "2", "0.0.0=2 0.1.0=2");
	s.definition.share_cpus = true;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.vcpu_count, 2);
	assert_string_equal(cpus_format(&plan.pinned, text), "2");
	assert_int_equal(plan.warning_count, 1);
	assert_string_equal(plan.warnings[0].text, "vCPU 0.1.0 shares CPU 2 with vCPU 0.0.0");
	plan_done(&plan);
	scene_done(&s);
}

static void
placement_keeps_cpus_for_vcpus_that_come_later(void **state)
{
	static const struct {
		const char *pins, *spare, *pinned, *later, *refusal;
	} row[] = {
		{"0.0.0=2 0.1.0=3", "5-6", "2-3", "5-6", NULL},
		{"0.0.0=2 0.1.0=3 0.2.0=4", "6", "2-3", "4,6", NULL},
		{"0.0.0=2 0.1.0=3 0.3.0=4", "", "2-3", "4", NULL},
		/* there must be one at start */
		{"0.2.0=4 0.3.0=5", "6", "4-5", "6", NULL},
		{"0.0.0=2 0.2.0=4", "4", NULL, NULL,
			"vcpu_spare_cpus: CPU 4 is pinned to vCPU 0.2.0"},
		{"0.0.0=2", "2-3", NULL, NULL, "vcpu_spare_cpus: CPU 2 is pinned to vCPU 0.0.0"},
		{"0.0.0=2", "9", NULL, NULL,
			"vcpu_spare_cpus: the host has no CPU 9; online are 0-7"},
		{"0.0.0=2 0.2.0=4 0.3.0=4", "", NULL, NULL,
			"vCPU 0.3.0: CPU 4 is already that of vCPU 0.2.0"},
		{"", "5", NULL, NULL,
			"vcpu_spare_cpus is for vCPUs beside those of vcpu_pinning, and there are "
			"none"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		struct cpus pinned, later;
		char text[1024];
		int r;

		scene_make(&s, "core:8 pu:1", "2,maxcpus=4", row[i].pins);
		s.definition.spare_cpus = cpus_of(row[i].spare);
		r = scene_plan(&s, &plan, &e);
		if (row[i].refusal != NULL) {
			assert_int_equal(r, -EINVAL);
			error_text(&e, text, sizeof(text));
			if (strstr(text, row[i].refusal) == NULL)
				fail_msg("row %zu: %s", i, text);
		} else {
			assert_int_equal(r, 0);
			pinned = cpus_of(row[i].pinned);
			later = cpus_of(row[i].later);
			if (!cpus_equal(&plan.pinned, &pinned) || !cpus_equal(&plan.later, &later))
				fail_msg("row %zu: %s", i, cpus_format(&plan.later, text));
			assert_false(cpus_intersect(&plan.pool, &later));
			assert_true(cpus_equal(&plan.layout.pinned, &pinned));
		}
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placement_keeps_cpus_for_vcpus_that_come_later),
		cmocka_unit_test(placement_refuses_pins_with_their_place),
		cmocka_unit_test(placement_keeps_the_order_of_vcpus),
		cmocka_unit_test(placement_lets_vcpus_share_a_cpu_when_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
