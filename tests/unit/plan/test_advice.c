/* SPDX-License-Identifier: MIT */
#include "plan/advice.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

#define NUMA "pack:2 [numa(memory=1GB)] core:4 pu:1"

static void
advice_warns_of_what_was_hardly_meant(void **state)
{
	static const struct {
		const char *host, *smp, *pins;
		const char *text; /* "" when there is nothing to warn of */
		const char *hint;
	} row[] = {
		{NUMA, "2", "0.0.0=1 0.1.0=2", "", ""},
		{NUMA, "2", "", "", ""},
		{NUMA, "2", "0.0.0=0 0.1.0=1",
			"CPU 0 is pinned, where the host's interrupts and timers tend to be",
			"leave CPU 0 to the host; the pool has 2-7"},
		{NUMA, "3", "0.0.0=1 0.2.0=2",
			"vCPU 0.1.0 has no pin and runs with QEMU's other threads (CPUs 0,3-7)",
			"pin it in vcpu_pinning, or let `smp` have fewer vCPUs"},
		{NUMA, "8", "0.2.0=2",
			"vCPU 0.0.0, vCPU 0.1.0, vCPU 0.3.0, vCPU 0.4.0 and 3 more have no pin and "
			"run with QEMU's other threads (CPUs 0-1,3-7)",
			"pin them in vcpu_pinning, or let `smp` have fewer vCPUs"},
		/* those that can be plugged later need no pin */
		{NUMA, "1,sockets=2,cores=2,threads=1,maxcpus=4", "0.0.0=2", "", ""},
		{NUMA, "3,sockets=2,cores=2,threads=1,maxcpus=4", "0.0.0=2 0.1.0=3",
			"vCPU 1.0.0 has no pin and runs with QEMU's other threads (CPUs 0-1,4-7)",
			"pin it in vcpu_pinning, or let `smp` have fewer vCPUs"},
		{NUMA, "2", "0.0.0=3 0.1.0=4",
			"guest socket 0 spans the NUMA nodes 0-1 of the host",
			"pin it within one node: node 0 has the CPUs 0-3"},
		{NUMA, "4,sockets=2,cores=2,threads=1", "0.0.0=2 0.1.0=3 1.0.0=4 1.1.0=5", "", ""},
		{NUMA, "4,sockets=2,cores=2,threads=1", "0.0.0=2 0.1.0=3 1.0.0=4 1.1.0=1",
			"guest socket 1 spans the NUMA nodes 0-1 of the host",
			"pin it within one node: node 0 has the CPUs 0-1"},
		{NUMA, "5,sockets=2,cores=3,threads=1,maxcpus=6",
			"0.0.0=1 0.1.0=2 0.2.0=3 1.0.0=4 1.1.0=0",
			"guest socket 1 spans the NUMA nodes 0-1 of the host",
			"pin it within one node: node 1 has the CPUs 4-7"},
		{NUMA, "5", "0.0.0=2 0.1.0=3 0.2.0=4 0.3.0=5 0.4.0=6",
			"guest socket 0 spans the NUMA nodes 0-1 of the host",
			"let `smp` have a socket per node, and pin each within a node"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		const char *text = "", *hint = "";

		scene_make(&s, row[i].host, row[i].smp, row[i].pins);
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		if (plan.warning_count > 0) {
			text = plan.warnings[0].text;
			hint = plan.warnings[0].hint;
		}
		if (strcmp(text, row[i].text) != 0 || strcmp(hint, row[i].hint) != 0)
			fail_msg("row %zu: %s\nhint: %s", i, text, hint);
		assert_true(plan.warning_count <= 1 || strstr(row[i].pins, "=0") != NULL);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
advice_warns_of_pins_of_which_some_were_isolated_at_boot(void **state)
{
	static const struct {
		const char *pins, *text;
	} row[] = {
		{"0.0.0=1 0.1.0=2", ""},
		{"0.0.0=3 0.1.0=2",
			"CPUs 3 were isolated at boot, the others that are pinned (2) were not: "
			"some kernels allow no partition over both"},
		{"0.0.0=3", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;

		scene_make(&s, NUMA, i == 2 ? "1" : "2", row[i].pins);
		s.facts.topology.boot_isolated = cpus_of("3,7");
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		if (plan.warning_count != (row[i].text[0] != '\0' ? 1 : 0) ||
			(plan.warning_count > 0 && strcmp(plan.warnings[0].text, row[i].text) != 0))
			fail_msg("row %zu: %zu warnings", i, plan.warning_count);
		if (plan.warning_count > 0)
			assert_string_equal(plan.warnings[0].hint,
				"pin vCPUs to CPUs isolated at boot (3,7) alone, or to none of "
				"them");
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
advice_names_the_cpus_of_unpinned_vcpus(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, NUMA, "2", "0.0.0=1");
	s.definition.emulator_cpus = cpus_of("4-5");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.warning_count, 1);
	assert_string_equal(plan.warnings[0].text,
		"vCPU 0.1.0 has no pin and runs with QEMU's other threads (CPUs 4-5)");
	plan_done(&plan);
	scene_done(&s);
}

static void
advice_tells_of_every_vcpu_that_shares(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, NUMA, "4", "0.0.0=1 0.1.0=2 0.2.0=2 0.3.0=1");
	s.definition.share_cpus = true;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.warning_count, 2);
	assert_string_equal(plan.warnings[0].text, "vCPU 0.2.0 shares CPU 2 with vCPU 0.1.0");
	assert_string_equal(plan.warnings[0].hint, "give it one of the pool's CPUs, 0,3-7");
	assert_string_equal(plan.warnings[1].text, "vCPU 0.3.0 shares CPU 1 with vCPU 0.0.0");
	plan_done(&plan);
	scene_done(&s);
}

static void
advice_tells_of_spare_cpus_that_no_vcpu_can_get(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	for (int plugs = 0; plugs <= 1; plugs++) {
		scene_make(&s, NUMA, plugs ? "1,maxcpus=2" : "1", "0.0.0=2");
		s.definition.spare_cpus = cpus_of("3");
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		assert_int_equal(plan.warning_count, plugs ? 0 : 1);
		if (!plugs)
			assert_string_equal(plan.warnings[0].text,
				"vcpu_spare_cpus has no effect: no vCPU can be plugged");
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_tells_of_spare_cpus_that_no_vcpu_can_get),
		cmocka_unit_test(advice_warns_of_what_was_hardly_meant),
		cmocka_unit_test(advice_warns_of_pins_of_which_some_were_isolated_at_boot),
		cmocka_unit_test(advice_names_the_cpus_of_unpinned_vcpus),
		cmocka_unit_test(advice_tells_of_every_vcpu_that_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
