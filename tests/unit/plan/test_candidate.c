/* SPDX-License-Identifier: MIT */
#include "plan/candidate.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

/* A user's name may be that of a VM. */
static void
candidate_refuses_a_cpu_that_is_granted(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:8 pu:1", "1", "0.0.0=3");
	scene_claim(&s, "guest", "3-4", false);
	s.claims[0].granted = true;
	assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_CLAIMED);
	assert_string_equal(e.why, "it belongs to the grant of user 'guest'");
	assert_string_equal(
		e.hint, "the free CPUs are 0-2,5-7; `qpin revoke guest` takes its CPUs back");
	plan_done(&plan);
	scene_done(&s);
}

static void
candidate_refuses_a_cpu_of_another_vm(void **state)
{
	static const struct {
		unsigned os_cpu;
		const char *text, *hint;
	} row[] = {
		{3,
			"cannot give CPU 3 to vCPU 0.0.0: /etc/guest.yml:10:7: it belongs to the "
			"running VM 'web'",
			"the CPUs of no VM are 0-1,7"},
		{5,
			"cannot give CPU 5 to vCPU 0.0.0: /etc/guest.yml:10:7: it belongs to the "
			"VM 'db', whose qpin died",
			"`qpin release db` takes its CPUs back"},
		{6,
			"cannot give CPU 6 to vCPU 0.0.0: /etc/guest.yml:10:7: it is in a cgroup "
			"partition that is not qpin's",
			"the CPUs of no partition are 0-1,7"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		char text[1024];

		scene_make(&s, "core:8 pu:1", "1", "0.0.0=0");
		scene_claim(&s, "web", "2-3", true);
		scene_claim(&s, "db", "4-5", false);
		cpus_remove(&s.facts.cgroup.effective, 6);
		s.pins[0].os_cpu = row[i].os_cpu;
		assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
		error_text(&e, text, sizeof(text));
		if (strcmp(text, row[i].text) != 0 || strcmp(e.hint, row[i].hint) != 0)
			fail_msg("CPU %u: %s\nhint: %s", row[i].os_cpu, text, e.hint);
		assert_int_equal(e.kind, ERROR_CLAIMED);
		assert_int_equal(error_exit_status(e.kind), EXIT_STATUS_CLAIMED);
		plan_done(&plan);
		scene_done(&s);
	}
}

/* A user's own slice has less than the host: 6 is a partition's, 7 not in his slice; 4 is granted.
 */
static void
candidate_of_a_user_is_in_his_reach(void **state)
{
	static const struct {
		unsigned os_cpu;
		const char *why;
	} row[] = {
		{2, NULL},
		{4, NULL},
		{6, "it is in a cgroup partition that is not yours: of root's VMs, or another "
		    "user's"},
		{7, "it is none of those that your cgroups can have"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		int got;

		scene_make(&s, "core:8 pu:1", "1", "0.0.0=0");
		s.facts.root = false;
		s.facts.cgroup.effective = cpus_of("0-3,5,7");
		s.facts.cgroup.user.reach = cpus_of("0-5");
		s.pins[0].os_cpu = row[i].os_cpu;
		got = scene_plan(&s, &plan, &e);
		if (got != (row[i].why != NULL ? -EINVAL : 0))
			fail_msg("CPU %u: %d", row[i].os_cpu, got);
		if (got < 0) {
			assert_int_equal(e.kind, ERROR_CLAIMED);
			assert_string_equal(e.why, row[i].why);
			assert_string_equal(e.hint, "you can have the CPUs 0-5");
		}
		plan_done(&plan);
		scene_done(&s);
	}
}

/* A granted slice whose CPUs are all in use: those outside of it are no more his than before. */
static void
candidate_of_a_user_is_not_outside_of_a_full_grant(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:8 pu:1", "1", "0.0.0=5");
	s.facts.root = false;
	s.facts.cgroup.effective = cpus_of("0-1,5-7");
	(void)snprintf(s.facts.cgroup.partition, sizeof(s.facts.cgroup.partition), "/u/qpin.slice");
	assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_CLAIMED);
	assert_string_equal(e.why, "it is none of those that your cgroups can have");
	assert_string_equal(e.hint, "none is left for you");
	plan_done(&plan);
	scene_done(&s);
}

static void
candidate_takes_the_vms_own_claim_for_nothing(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "core:8 pu:1", "1", "0.0.0=3");
	scene_claim(&s, "guest", "2-3", false);
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_string_equal(cpus_format(&plan.pool, text), "0-2,4-7");
	plan_done(&plan);
	scene_done(&s);
}

static void
candidate_asks_the_cgroup_root_only_on_v2(void **state)
{
	static const struct {
		const char *effective;
		enum cgroup_mode mode;
		int want;
	} row[] = {
		{"0-3", CGROUP_V2, -EINVAL},
		{"", CGROUP_V2, 0}, /* not known */
		{"0-3", CGROUP_V1, 0},
		{"0-3", CGROUP_HYBRID, 0},
		{"0-3", CGROUP_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		int got;

		scene_make(&s, "core:8 pu:1", "1", "0.0.0=5");
		s.facts.cgroup.mode = row[i].mode;
		s.facts.cgroup.effective = cpus_of(row[i].effective);
		got = scene_plan(&s, &plan, &e);
		if (got != row[i].want)
			fail_msg("row %zu: want %d, got %d", i, row[i].want, got);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
candidate_rest_leaves_out_what_is_not_ours_to_use(void **state)
{
	struct scene s;
	struct plan plan = {0};
	struct cpus rest;
	char text[CPUS_TEXT_BYTES];

	(void)state;
	scene_make(&s, "core:16 pu:1", NULL, "");
	scene_claim(&s, "web", "2-3", true);
	scene_claim(&s, "db", "4", false);
	scene_claim(&s, "guest", "5", false);
	scene_take_offline(&s, 7);
	s.facts.topology.boot_isolated = cpus_of("10-11");
	cpus_remove(&s.facts.cgroup.effective, 15);
	plan.definition = &s.definition;
	plan.facts = &s.facts;
	candidate_rest(&plan, &rest);
	assert_string_equal(cpus_format(&rest, text), "0-1,5-6,8-9,12-14");
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidate_refuses_a_cpu_that_is_granted),
		cmocka_unit_test(candidate_refuses_a_cpu_of_another_vm),
		cmocka_unit_test(candidate_of_a_user_is_in_his_reach),
		cmocka_unit_test(candidate_of_a_user_is_not_outside_of_a_full_grant),
		cmocka_unit_test(candidate_takes_the_vms_own_claim_for_nothing),
		cmocka_unit_test(candidate_asks_the_cgroup_root_only_on_v2),
		cmocka_unit_test(candidate_rest_leaves_out_what_is_not_ours_to_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
