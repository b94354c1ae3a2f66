/* SPDX-License-Identifier: MIT */
#include "plan/memory.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

#define ONE  "pack:1 [numa(memory=1GB)] core:8 pu:1"
#define TWO  "pack:2 [numa(memory=1GB)] core:4 pu:1"
#define LOW  "0.0.0=1 0.1.0=2"
#define HIGH "0.0.0=5 0.1.0=6"
#define BOTH "0.0.0=3 0.1.0=4"

struct memory_row {
	const char *host, *pins;
	enum memory_choice choice;
	const char *list;    /* of the definition */
	const char *without; /* nodes that have no memory */
	const char *nodes;   /* what comes of it */
	const char *warning; /* "" when there is none but advice */
	enum isolation isolation;
	bool no_policy;
};

static void
check_row(size_t number, const struct memory_row *row)
{
	struct cpus without = cpus_of(row->without), want = cpus_of(row->nodes);
	const char *text = "";
	struct scene s;
	struct plan plan;
	struct error e;

	scene_make(&s, row->host, "2", row->pins);
	s.facts.memory_policy = !row->no_policy;
	cpus_subtract(&s.facts.topology.nodes, &without);
	s.definition.memory_choice = row->choice;
	s.definition.memory_nodes = cpus_of(row->list);
	s.definition.isolation = row->isolation;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	if (!cpus_equal(&plan.memory_nodes, &want) || !cpus_equal(&plan.layout.memory_nodes, &want))
		fail_msg("row %zu: other nodes than %s", number, row->nodes);
	if (plan.warning_count > 0)
		text = plan.warnings[0].text;
	if (row->warning[0] == '\0' ? strstr(text, "memory") != NULL
				    : strcmp(text, row->warning) != 0)
		fail_msg("row %zu: %s", number, text);
	plan_done(&plan);
	scene_done(&s);
}

static void
memory_is_that_of_the_nodes_of_pinned_cpus(void **state)
{
	static const struct memory_row row[] = {
		{ONE, LOW, MEMORY_UNSET, "", "", "", "", ISOLATION_AUTO, false},
		{ONE, LOW, MEMORY_AUTO, "", "", "", "", ISOLATION_AUTO, false},
		{ONE, LOW, MEMORY_UNSET, "0", "", "0", "", ISOLATION_AUTO, false},
		{TWO, LOW, MEMORY_UNSET, "", "", "0", "", ISOLATION_AUTO, false},
		{TWO, HIGH, MEMORY_UNSET, "", "", "1", "", ISOLATION_AUTO, false},
		{TWO, HIGH, MEMORY_AUTO, "", "", "1", "", ISOLATION_AUTO, false},
		{TWO, HIGH, MEMORY_LEAVE, "", "", "", "", ISOLATION_AUTO, false},
		{TWO, HIGH, MEMORY_UNSET, "0", "", "0", "", ISOLATION_AUTO, false},
		{TWO, BOTH, MEMORY_AUTO, "", "", "", "", ISOLATION_AUTO, false},
		{TWO, "", MEMORY_UNSET, "", "", "", "", ISOLATION_AUTO, false},
		{TWO, "", MEMORY_UNSET, "1", "", "1", "", ISOLATION_AUTO, false},
		{TWO, "", MEMORY_AUTO, "", "", "",
			"memory_nodes: auto has no effect without vcpu_pinning", ISOLATION_AUTO,
			false},
		{TWO, HIGH, MEMORY_AUTO, "", "1", "",
			"CPUs 5-6 are in a NUMA node without memory; the guest's comes from any "
			"node",
			ISOLATION_AUTO, false},
		{"pack:3 [numa(memory=1GB)] core:4 pu:1", "0.0.0=3 0.1.0=4", MEMORY_UNSET, "", "1",
			"0", "CPU 4 is in a NUMA node without memory", ISOLATION_AUTO, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		check_row(i, &row[i]);
}

static void
memory_takes_a_policy_where_there_is_no_cgroup(void **state)
{
	static const char why[] = "memory_nodes has no effect at level affinity: set_mempolicy(2) "
				  "is not permitted here";
	const struct memory_row row[] = {
		{TWO, HIGH, MEMORY_UNSET, "", "", "1", "", ISOLATION_AFFINITY, false},
		{TWO, HIGH, MEMORY_UNSET, "0", "", "0", "", ISOLATION_AFFINITY, false},
		{TWO, HIGH, MEMORY_UNSET, "", "", "", "", ISOLATION_AFFINITY, true},
		{TWO, HIGH, MEMORY_AUTO, "", "", "", why, ISOLATION_AFFINITY, true},
		{TWO, HIGH, MEMORY_UNSET, "0", "", "", why, ISOLATION_AFFINITY, true},
		{TWO, HIGH, MEMORY_UNSET, "0", "", "0", "", ISOLATION_CPUSET, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		check_row(i, &row[i]);
}

static void
memory_is_left_to_a_backend_with_nodes_of_its_own(void **state)
{
	static const struct {
		char name[8], value[64];
		enum memory_choice choice;
		const char *nodes;
	} row[] = {
		{"object", "memory-backend-ram,id=a,size=1M,host-nodes=0", MEMORY_UNSET, ""},
		{"object", "memory-backend-ram,id=a,size=1M,host-nodes=0", MEMORY_AUTO, "1"},
		{"object", "memory-backend-ram,id=a,size=1M", MEMORY_UNSET, "1"},
		{"name", "host-nodes", MEMORY_UNSET, "1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus want = cpus_of(row[i].nodes);
		char name[8], value[64];
		struct qemu_option option = {.name = name, .value = value};
		struct scene s;
		struct plan plan;
		struct error e;

		memcpy(name, row[i].name, sizeof(name));
		memcpy(value, row[i].value, sizeof(value));
		scene_make(&s, TWO, NULL, "0.0.0=5");
		s.definition.options = &option;
		s.definition.option_count = 1;
		s.definition.memory_choice = row[i].choice;
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		if (!cpus_equal(&plan.memory_nodes, &want))
			fail_msg("row %zu: other nodes than %s", i, row[i].nodes);
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_that_of_the_nodes_of_pinned_cpus),
		cmocka_unit_test(memory_takes_a_policy_where_there_is_no_cgroup),
		cmocka_unit_test(memory_is_left_to_a_backend_with_nodes_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
