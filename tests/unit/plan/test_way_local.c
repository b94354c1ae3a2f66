/* SPDX-License-Identifier: MIT */
#include "plan/way_local.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

#define REMOTE     "this kernel has no remote partitions (cpuset.cpus.exclusive, Linux 6.7)"
#define INSIDE     "qpin runs in a partition already, and what is in one is local"
#define USER       "only root can make remote partitions"
#define NO_CHAIN   "the cgroups above qpin's own are no partitions"
#define NOT_OURS   "the cgroups between the partition /u and qpin's own are none"
#define NO_SPARE   "local partitions need a CPU for QEMU's other threads, and there is none to spare"
#define SERVICE    "/a/qpin@guest.service"
#define USER_SLICE "/u/qpin.slice"

/* A host without remote partitions, unless it says so. */
struct place_of_qpin {
	bool remote, user, service;
	const char *partition; /* with the CPUs 2-5, unless it is the host's */
	const char *pins;
};

static int
plan_in(const struct place_of_qpin *q, struct scene *s, struct plan *plan, struct error *e)
{
	struct cgroup_facts *cgroup = &s->facts.cgroup;

	scene_make(s, "core:4 pu:2", "3,sockets=1,cores=3,threads=1", q->pins);
	s->facts.systemd = true;
	cgroup->has_exclusive = q->remote;
	cgroup->own_is_delegated = q->service;
	if (q->service)
		(void)snprintf(cgroup->own, sizeof(cgroup->own), "%s", SERVICE);
	(void)snprintf(cgroup->partition, sizeof(cgroup->partition), "%s", q->partition);
	if (strcmp(q->partition, "/") != 0)
		cgroup->partition_cpus = cpus_of("2-5");
	if (q->user) {
		s->facts.root = false;
		cgroup->user = (struct user_facts){.has_manager = true,
			.delegated = true,
			.slice = USER_SLICE,
			.reach = cpus_of("2-5")};
	}
	return plan_make(&s->definition, &s->facts, NULL, plan, e);
}

static void
local_way_begins_where_a_partition_is(void **state)
{
	static const struct {
		struct place_of_qpin q;
		enum way way;
		const char *above; /* why not the nearest better one */
		const char *base, *scope, *own;
	} row[] = {
		{{.partition = "/", .pins = "0.0.0=3"}, WAY_LOCAL, REMOTE, "/", "/qpin-guest.scope",
			"2"},
		{{.partition = "/", .pins = "0.0.0=3", .remote = true}, WAY_REMOTE, "", "/",
			"/qpin.slice/qpin-guest.scope", ""},
		{{.partition = SERVICE, .pins = "0.0.0=3", .remote = true, .service = true},
			WAY_LOCAL, INSIDE, SERVICE, SERVICE, "2"},
		{{.partition = SERVICE, .pins = "0.0.0=5 0.1.0=4 0.2.0=3", .service = true},
			WAY_LOCAL, REMOTE, SERVICE, SERVICE, "2"},
		{{.partition = USER_SLICE, .pins = "0.0.0=3", .remote = true, .user = true},
			WAY_LOCAL, USER, USER_SLICE, USER_SLICE "/qpin-guest.scope", "2"},
		{{.partition = "/u", .pins = "0.0.0=3", .remote = true, .user = true}, WAY_LEAVES,
			NOT_OURS, "", USER_SLICE "/qpin-guest.scope", ""},
		{{.partition = "", .pins = "0.0.0=3", .service = true}, WAY_LEAVES, NO_CHAIN, "",
			SERVICE, ""},
		{{.partition = "/", .pins = "0.0.0=3 0.1.0=4 0.2.0=5"}, WAY_LOCAL, REMOTE, "/",
			"/qpin-guest.scope", "2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		struct cpus own = cpus_of(row[i].own);

		if (plan_in(&row[i].q, &s, &plan, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		if (plan.way != row[i].way || !cpus_equal(&plan.layout.own, &own) ||
			strcmp(plan.layout.base, row[i].base) != 0 ||
			strcmp(plan.layout.scope, row[i].scope) != 0)
			fail_msg("row %zu: %s from \"%s\" to \"%s\"", i, way_name(plan.way),
				plan.layout.base, plan.layout.scope);
		if (plan.way > 0 &&
			strcmp(plan.ways.refusal[plan.way == WAY_LEAVES ? WAY_LOCAL : WAY_REMOTE]
					.why,
				row[i].above) != 0)
			fail_msg("row %zu: \"%s\"", i, plan.ways.refusal[WAY_LOCAL].why);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
local_way_needs_a_cpu_that_the_host_can_spare(void **state)
{
	const struct place_of_qpin q = {.partition = "/", .pins = "0.0.0=3"};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	scene_make(&s, "core:2 pu:1", "1", "0.0.0=1");
	s.facts.cgroup.has_exclusive = false;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.way, WAY_LEAVES);
	assert_string_equal(plan.level_reason, NO_SPARE);
	assert_string_equal(plan.level_hint, "pin fewer vCPUs, or name fewer emulator_cpus");
	plan_done(&plan);
	scene_done(&s);

	assert_int_equal(plan_in(&q, &s, &plan, &e), 0);
	assert_false(cpus_has(&plan.pool, 2));
	assert_true(cpus_has(&plan.emulator, 2));
	assert_non_null(strstr(plan.warnings[plan.warning_count - 1].text,
		"CPU 2 is kept for QEMU's other threads"));
	plan_done(&plan);
	scene_done(&s);
}

static void
vcpus_in_a_partition_have_its_cpus_alone(void **state)
{
	const struct place_of_qpin q = {
		.partition = SERVICE, .pins = "0.0.0=6", .remote = true, .service = true};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	assert_int_not_equal(plan_in(&q, &s, &plan, &e), 0);
	assert_int_equal(e.kind, ERROR_CLAIMED);
	assert_string_equal(
		e.why, "it is none of those of the partition " SERVICE ", which qpin runs in");
	assert_string_equal(e.hint, "you can have the CPUs 2-5");
	plan_done(&plan);
	scene_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_way_begins_where_a_partition_is),
		cmocka_unit_test(local_way_needs_a_cpu_that_the_host_can_spare),
		cmocka_unit_test(vcpus_in_a_partition_have_its_cpus_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
