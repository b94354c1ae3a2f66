/* SPDX-License-Identifier: MIT */
#include "plan/way_user.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "host/facts.h"
#include "plan/plan.h"
#include "plan/scene.h"

#define NO_SYSTEMD "qpin does not run as root, and there is no systemd to delegate cgroups"
#define NO_BUS     "qpin does not run as root, and no systemd of yours answers (No such file)"
#define NO_CPUSET  "systemd does not delegate the cpuset controller to you"
#define NO_GRANT   "only root can make partitions"
#define NOT_HERE   "the CPUs granted to you can be had in your qpin.slice alone"
#define NO_REMOTE  "only root can make remote partitions"

/* A user and what he has. */
struct has {
	bool systemd, manager, service, delegated, exclusive;
	const char *partition, *slice;
	const char *no_affinity; /* why it is out */
};

static void
facts_make(const struct has *has, struct facts *ret)
{
	struct cgroup_facts *cgroup = &ret->cgroup;

	*ret = (struct facts){.systemd = has->systemd};
	cgroup->own_is_delegated = has->service;
	cgroup->has_exclusive = has->exclusive;
	cgroup->user.has_manager = has->manager;
	cgroup->user.delegated = has->delegated;
	(void)snprintf(cgroup->user.no_manager, sizeof(cgroup->user.no_manager), "No such file");
	if (has->slice != NULL)
		(void)snprintf(cgroup->user.slice, sizeof(cgroup->user.slice), "%s", has->slice);
	if (has->partition != NULL)
		(void)snprintf(cgroup->partition, sizeof(cgroup->partition), "%s", has->partition);
}

/* @want is NULL where the way is not out. */
static void
check_way(const struct ways *ways, enum way way, const char *want, size_t row)
{
	const struct way_refusal *got = &ways->refusal[way];

	if (got->out != (want != NULL) || strcmp(got->why, want != NULL ? want : "") != 0)
		fail_msg("row %zu, %s: \"%s\"", row, way_name(way), got->why);
}

static void
ways_of_a_user_are_what_was_delegated(void **state)
{
	static const struct {
		struct has has;
		const char *remote, *local, *leaves, *hint;
	} row[] = {
		{{0}, NO_SYSTEMD, NO_SYSTEMD, NO_SYSTEMD, "run qpin as root"},
		{{.systemd = true}, NO_BUS, NO_BUS, NO_BUS,
			"log in with a session of your own, in which `systemctl --user` works"},
		{{.systemd = true, .manager = true}, NO_CPUSET, NO_CPUSET, NO_CPUSET, DATADIR},
		{{.systemd = true, .service = true}, NO_CPUSET, NO_CPUSET, NO_CPUSET, DATADIR},
		{{.systemd = true, .manager = true, .delegated = true}, NO_GRANT, NO_GRANT, NULL,
			"run qpin as root"},
		{{.systemd = true, .manager = true, .delegated = true, .exclusive = true}, NO_GRANT,
			NO_GRANT, NULL, "sudo qpin grant $USER CPUS"},
		{{.systemd = true,
			 .manager = true,
			 .delegated = true,
			 .partition = "/u/qpin.slice"},
			NO_REMOTE, NULL, NULL, ""},
		{{.systemd = true,
			 .manager = true,
			 .delegated = true,
			 .partition = "/u/qpin.slice",
			 .slice = "/u/qpin.slice",
			 .no_affinity = NOT_HERE},
			NO_REMOTE, NULL, NULL, ""},
		{{.systemd = true,
			 .service = true,
			 .delegated = true,
			 .partition = "/u/qpin.slice",
			 .slice = "/u/qpin.slice"},
			NO_REMOTE, NULL, NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct ways ways = {0};
		struct facts facts;

		facts_make(&row[i].has, &facts);
		ways_find_user(&facts, &ways);
		check_way(&ways, WAY_REMOTE, row[i].remote, i);
		check_way(&ways, WAY_LOCAL, row[i].local, i);
		check_way(&ways, WAY_LEAVES, row[i].leaves, i);
		check_way(&ways, WAY_AFFINITY, row[i].has.no_affinity, i);
		if (strstr(ways.refusal[WAY_REMOTE].hint, row[i].hint) == NULL)
			fail_msg("row %zu: hint \"%s\"", i, ways.refusal[WAY_REMOTE].hint);
	}
}

static void
plan_of_a_user_is_below_his_own_slice(void **state)
{
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:8 pu:1", "1", "0.0.0=3");
	s.facts.root = false;
	s.facts.systemd = true;
	s.facts.cgroup.writable = false;
	s.facts.cgroup.partition[0] = '\0';
	s.facts.cgroup.user = (struct user_facts){.has_manager = true,
		.delegated = true,
		.slice = "/user.slice/user@7.service/qpin.slice",
		.reach = cpus_of("0-7")};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.way, WAY_LEAVES);
	assert_int_equal(plan.level, ISOLATION_CPUSET);
	assert_string_equal(plan.level_reason, NO_GRANT);
	assert_string_equal(plan.layout.slice, "/user.slice/user@7.service/qpin.slice");
	assert_string_equal(
		plan.layout.scope, "/user.slice/user@7.service/qpin.slice/qpin-guest.scope");
	assert_string_equal(plan.layout.unit, "qpin-guest.scope");
	plan_done(&plan);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_of_a_user_are_what_was_delegated),
		cmocka_unit_test(plan_of_a_user_is_below_his_own_slice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
