/* SPDX-License-Identifier: MIT */
#include "host/saving.h"

#include <stdio.h>

#include "base/cpus.h"
#include "check.h"
#include "host/survey.h"
#include "tree.h"

#define CPU "devices/system/cpu/cpu"

static struct cpus
cpus_of(const char *list)
{
	struct cpus cpus;

	assert_int_equal(cpus_parse(list, &cpus), 0);
	return cpus;
}

static void
idle_put(const struct tree *tree, unsigned os_cpu, unsigned state, const char *name,
	const char *latency, const char *disable)
{
	char path[128];

	(void)snprintf(path, sizeof(path), CPU "%u/cpuidle/state%u/name", os_cpu, state);
	tree_put(tree, path, name);
	(void)snprintf(path, sizeof(path), CPU "%u/cpuidle/state%u/latency", os_cpu, state);
	tree_put(tree, path, latency);
	(void)snprintf(path, sizeof(path), CPU "%u/cpuidle/state%u/disable", os_cpu, state);
	tree_put(tree, path, disable);
}

static void
power_tells_governors_and_idle_states_by_cpu(void **state)
{
	const struct cpus online = cpus_of("0-2"), governed = cpus_of("0-1"), one = cpus_of("1");
	struct saving_facts got;
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, CPU "0/cpufreq/scaling_governor", "powersave\n");
	tree_put(&tree, CPU "0/cpufreq/scaling_driver", "intel_pstate\n");
	tree_put(&tree, CPU "1/cpufreq/scaling_governor", "performance\n");
	tree_put(&tree, CPU "2/cpufreq/scaling_governor", "");
	tree_put(&tree, "devices/system/cpu/smt/control", "forceoff\n");
	idle_put(&tree, 0, 0, "POLL\n", "0\n", "0\n");
	idle_put(&tree, 0, 1, "C6\n", "133\n", "1\n");
	idle_put(&tree, 1, 0, "POLL\n", "0\n", "0\n");
	idle_put(&tree, 1, 1, "C6\n", "99999999999\n", "0\n");
	idle_put(&tree, 2, 0, "POLL\n", "-5\n", "0\n");
	saving_load(&tree.root, &online, &got);
	assert_true(cpus_equal(&got.governed, &governed));
	assert_true(cpus_equal(&got.performance, &one));
	assert_string_equal(got.other, "powersave");
	assert_string_equal(got.driver, "intel_pstate");
	assert_string_equal(got.smt, "forceoff");
	assert_int_equal(got.idle_count, 2);
	assert_true(cpus_equal(&got.idle[0].enabled, &governed));
	assert_true(cpus_equal(&got.idle[1].enabled, &one));
	assert_string_equal(got.idle[1].name, "C6");
	assert_int_equal(got.idle[1].latency_us, UINT32_MAX);
	tree_remove(&tree);
}

static void
power_of_a_host_that_tells_nothing_is_nothing(void **state)
{
	const struct cpus online = cpus_of("0-7");
	struct saving_facts got;
	struct tree tree;

	(void)state;
	tree_make(&tree);
	saving_load(&tree.root, &online, &got);
	assert_true(cpus_empty(&got.governed) && got.idle_count == 0);
	assert_string_equal(got.smt, "");
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_tells_governors_and_idle_states_by_cpu),
		cmocka_unit_test(power_of_a_host_that_tells_nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
