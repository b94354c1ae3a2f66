/* SPDX-License-Identifier: MIT */
#include "plan/housekeeping.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

/* One vCPU on CPU 2 of 0-3. */
static void
scene_set(struct scene *s, const char *cpus)
{
	scene_make(s, "core:4 pu:1", "1", "0.0.0=2");
	s->definition.housekeeping_cpus = cpus_of(cpus);
	s->definition.housekeeping_place = (struct place){5, 22};
}

static void
housekeeping_cpus_are_qemus_too(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_set(&s, "0");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.host_tasks, HOST_TASKS_MIGRATE);
	assert_true(cpus_equal(&plan.layout.housekeeping, &s.definition.housekeeping_cpus));
	assert_true(cpus_equal(&plan.layout.emulator, &s.definition.housekeeping_cpus));
	plan_done(&plan);
	scene_done(&s);
	scene_set(&s, "0-1");
	s.definition.emulator_cpus = cpus_of("1");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_true(cpus_equal(&plan.layout.emulator, &s.definition.emulator_cpus));
	plan_done(&plan);
	scene_done(&s);
}

static void
housekeeping_cpus_are_not_qemus_with_local_partitions(void **state)
{
	struct cpus three = cpus_of("3");
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_set(&s, "0");
	s.facts.cgroup.has_exclusive = false;
	s.definition.emulator_cpus = three;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.way, WAY_LOCAL);
	assert_true(cpus_equal(&plan.layout.housekeeping, &s.definition.housekeeping_cpus));
	assert_true(cpus_equal(&plan.layout.own, &three));
	plan_done(&plan);
	/* Without housekeeping_cpus the last of the equally near ones, CPU 3, would be chosen. */
	s.definition.emulator_cpus = (struct cpus){0};
	s.definition.housekeeping_cpus = three;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(cpus_count(&plan.layout.own), 1);
	assert_false(cpus_has(&plan.layout.own, 3));
	plan_done(&plan);
	scene_done(&s);
}

enum trouble {
	NO_TROUBLE,
	TASKS_EXCLUDED,
	SYSTEMD,
	OLD_KERNEL, /* which has local partitions alone */
	OLD_KERNEL_EMULATOR,
	EMULATOR_ELSEWHERE,
};

static void
trouble_make(struct scene *s, enum trouble trouble)
{
	if (trouble == TASKS_EXCLUDED)
		s->definition.host_tasks = HOST_TASKS_EXCLUDE;
	s->facts.systemd = trouble == SYSTEMD;
	s->facts.cgroup.has_exclusive = trouble != OLD_KERNEL && trouble != OLD_KERNEL_EMULATOR;
	if (trouble == EMULATOR_ELSEWHERE || trouble == OLD_KERNEL_EMULATOR)
		s->definition.emulator_cpus = cpus_of("0-1");
}

static void
housekeeping_cpus_that_cant_be_had_are_refused(void **state)
{
	static const struct {
		const char *cpus;
		enum trouble trouble;
		enum error_kind kind;
		const char *why;
	} row[] = {
		{"0", TASKS_EXCLUDED, ERROR_ISOLATION,
			"the host's tasks are not moved (host_tasks: migrate)"},
		{"0", SYSTEMD, ERROR_ISOLATION,
			"the host's tasks are not moved (host_tasks: migrate)"},
		{"0-1", OLD_KERNEL, ERROR_DEFINITION,
			"housekeeping_cpus leaves no CPU for QEMU's other threads, which have "
			"some of their own here, beside the host's tasks"},
		{"0", OLD_KERNEL_EMULATOR, ERROR_DEFINITION,
			"housekeeping_cpus has CPU 0 of emulator_cpus"},
		{"0", EMULATOR_ELSEWHERE, ERROR_DEFINITION,
			"housekeeping_cpus lacks CPU 1 of emulator_cpus"},
		{"0,2", NO_TROUBLE, ERROR_DEFINITION,
			"housekeeping_cpus: CPU 2 is pinned to vCPU 0.0.0"},
		{"4", NO_TROUBLE, ERROR_DEFINITION,
			"housekeeping_cpus: the host has no CPU 4; online are 0-3"},
		{"0-1,3", NO_TROUBLE, ERROR_DEFINITION,
			"housekeeping_cpus leaves no CPU for the host's tasks"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};

		scene_set(&s, row[i].cpus);
		trouble_make(&s, row[i].trouble);
		assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
		if (e.kind != row[i].kind || strcmp(e.why, row[i].why) != 0 || e.line != 5)
			fail_msg("row %zu: %d:%u %s", i, e.kind, e.line, e.why);
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(housekeeping_cpus_are_qemus_too),
		cmocka_unit_test(housekeeping_cpus_are_not_qemus_with_local_partitions),
		cmocka_unit_test(housekeeping_cpus_that_cant_be_had_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
