/* SPDX-License-Identifier: MIT */
#include "plan/host_tasks.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

enum host_kind {
	HOST_PLAIN,
	HOST_OLD, /* plain, without remote partitions */
	HOST_SYSTEMD,
	HOST_USER,
	HOST_V1,
	HOST_HYBRID_SYSTEMD,
};

static void
scene_set(struct scene *s, enum host_kind kind)
{
	scene_make(s, "core:4 pu:1", "1", "0.0.0=2");
	s->definition.host_tasks_place = (struct place){4, 15};
	s->facts.systemd = kind == HOST_SYSTEMD || kind == HOST_HYBRID_SYSTEMD;
	s->facts.root = kind != HOST_USER;
	s->facts.cgroup.has_exclusive = kind != HOST_OLD;
	if (kind != HOST_V1 && kind != HOST_HYBRID_SYSTEMD)
		return;
	s->facts.cgroup.mode = kind == HOST_V1 ? CGROUP_V1 : CGROUP_HYBRID;
	s->facts.cgroup.has_cpuset = false;
	s->facts.v1 = (struct v1_facts){.mounted = true, .writable = true, .prefix = "qemu"};
}

static void
host_tasks_are_moved_where_nobody_manages_them(void **state)
{
	static const struct {
		enum host_kind host;
		enum host_tasks asked;
		enum isolation isolation;
		enum host_tasks want;
		enum isolation level;
		const char *pool;
	} row[] = {
		{HOST_PLAIN, HOST_TASKS_AUTO, 0, HOST_TASKS_MIGRATE, ISOLATION_ISOLATED,
			"/qpin.slice/pool"},
		{HOST_PLAIN, HOST_TASKS_MIGRATE, ISOLATION_CPUSET, HOST_TASKS_MIGRATE,
			ISOLATION_CPUSET, "/qpin.slice/pool"},
		{HOST_PLAIN, HOST_TASKS_EXCLUDE, 0, HOST_TASKS_EXCLUDE, ISOLATION_ISOLATED, ""},
		{HOST_PLAIN, HOST_TASKS_LEAVE, 0, HOST_TASKS_LEAVE, ISOLATION_CPUSET, ""},
		{HOST_PLAIN, HOST_TASKS_AUTO, ISOLATION_AFFINITY, HOST_TASKS_EXCLUDE,
			ISOLATION_AFFINITY, ""},
		{HOST_OLD, HOST_TASKS_MIGRATE, ISOLATION_CPUSET, HOST_TASKS_MIGRATE,
			ISOLATION_CPUSET, "/qpin.pool"},
		{HOST_SYSTEMD, HOST_TASKS_AUTO, 0, HOST_TASKS_EXCLUDE, ISOLATION_ISOLATED, ""},
		{HOST_USER, HOST_TASKS_AUTO, 0, HOST_TASKS_EXCLUDE, ISOLATION_AFFINITY, ""},
		{HOST_V1, HOST_TASKS_AUTO, 0, HOST_TASKS_MIGRATE, ISOLATION_EXCLUSIVE,
			"cpuset:/qemu/pool"},
		{HOST_V1, HOST_TASKS_AUTO, ISOLATION_CPUSET, HOST_TASKS_MIGRATE, ISOLATION_CPUSET,
			"cpuset:/qemu/pool"},
		{HOST_V1, HOST_TASKS_EXCLUDE, 0, HOST_TASKS_EXCLUDE, ISOLATION_CPUSET, ""},
		{HOST_V1, HOST_TASKS_LEAVE, 0, HOST_TASKS_LEAVE, ISOLATION_CPUSET, ""},
		{HOST_HYBRID_SYSTEMD, HOST_TASKS_AUTO, 0, HOST_TASKS_MIGRATE, ISOLATION_EXCLUSIVE,
			"cpuset:/qemu/pool"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};

		scene_set(&s, row[i].host);
		s.definition.host_tasks = row[i].asked;
		s.definition.isolation = row[i].isolation;
		if (scene_plan(&s, &plan, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		if (plan.host_tasks != row[i].want || plan.level != row[i].level ||
			strcmp(plan.layout.pool_group, row[i].pool) != 0)
			fail_msg("row %zu: %s, %s, \"%s\"", i, host_tasks_name(plan.host_tasks),
				isolation_name(plan.level), plan.layout.pool_group);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
host_tasks_of_systemd_are_excluded_by_it_below_exclusive(void **state)
{
	static const struct {
		enum host_kind host;
		enum host_tasks asked;
		enum isolation isolation;
		bool delegated;
		const char *want; /* units; NULL: systemd isn't asked */
	} row[] = {
		{HOST_SYSTEMD, HOST_TASKS_AUTO, ISOLATION_CPUSET, false, "init.scope user.slice"},
		{HOST_SYSTEMD, HOST_TASKS_AUTO, ISOLATION_CPUSET, true, NULL},
		{HOST_SYSTEMD, HOST_TASKS_AUTO, ISOLATION_AUTO, false, NULL},
		{HOST_SYSTEMD, HOST_TASKS_AUTO, ISOLATION_AFFINITY, false, NULL},
		{HOST_SYSTEMD, HOST_TASKS_EXCLUDE, ISOLATION_CPUSET, false, NULL},
		{HOST_SYSTEMD, HOST_TASKS_LEAVE, ISOLATION_CPUSET, false, NULL},
		{HOST_PLAIN, HOST_TASKS_AUTO, ISOLATION_CPUSET, false, NULL},
		{HOST_HYBRID_SYSTEMD, HOST_TASKS_AUTO, ISOLATION_CPUSET, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};

		scene_set(&s, row[i].host);
		(void)snprintf(s.facts.cgroup.top_units, sizeof(s.facts.cgroup.top_units),
			"init.scope user.slice");
		(void)snprintf(s.facts.cgroup.own, sizeof(s.facts.cgroup.own), "/x/y.service");
		s.facts.cgroup.own_is_delegated = row[i].delegated;
		s.definition.host_tasks = row[i].asked;
		s.definition.isolation = row[i].isolation;
		if (scene_plan(&s, &plan, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		if ((plan.layout.units != NULL) != (row[i].want != NULL) ||
			(row[i].want != NULL && strcmp(plan.layout.units, row[i].want) != 0))
			fail_msg("row %zu: %s", i, plan.layout.units);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
host_tasks_that_cant_be_moved_are_refused(void **state)
{
	static const struct {
		enum host_kind host;
		enum isolation isolation;
		const char *why;
	} row[] = {
		{HOST_SYSTEMD, ISOLATION_AUTO,
			"they are in cgroups of systemd, which qpin takes nothing out of"},
		{HOST_USER, ISOLATION_AUTO, "only root can move the host's tasks"},
		{HOST_PLAIN, ISOLATION_AFFINITY, "there is no cgroup to move them to"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};

		scene_set(&s, row[i].host);
		s.definition.host_tasks = HOST_TASKS_MIGRATE;
		s.definition.isolation = row[i].isolation;
		assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
		assert_string_equal(e.why, row[i].why);
		assert_int_equal(e.kind, ERROR_ISOLATION);
		assert_int_equal(e.line, 4);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
host_tasks_of_a_vm_without_pins_are_left(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:4 pu:1", "1", "");
	s.definition.host_tasks = HOST_TASKS_MIGRATE;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.host_tasks, HOST_TASKS_LEAVE);
	assert_string_equal(plan.layout.pool_group, "");
	plan_done(&plan);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_tasks_are_moved_where_nobody_manages_them),
		cmocka_unit_test(host_tasks_of_systemd_are_excluded_by_it_below_exclusive),
		cmocka_unit_test(host_tasks_that_cant_be_moved_are_refused),
		cmocka_unit_test(host_tasks_of_a_vm_without_pins_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
