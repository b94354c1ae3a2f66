/* SPDX-License-Identifier: MIT */
#include "host/user_facts.h"

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"
#include "host/facts.h"

#define MANAGER "user.slice/user@7.service"
#define SLICE   MANAGER "/qpin.slice"
#define SERVICE SLICE "/qpin@tux.service"

/* A tree of control files, and what there is of it for user 7. */
struct tree_row {
	const char *files[12]; /* name, text, name, text, …, NULL */
	bool service;          /* we run in SERVICE */
	bool delegated;
	const char *reach, *partition, *partition_cpus;
};

static void
check_row(const struct tree_row *row, size_t number)
{
	struct cgroup_facts c = {.own_is_delegated = row->service, .own = "/" SERVICE};
	char reach[CPUS_TEXT_BYTES], cpus[CPUS_TEXT_BYTES];
	struct fake_host f;

	fake_host_make(&f);
	for (size_t i = 0; row->files[i] != NULL; i += 2)
		tree_put(&f.cgroup, row->files[i], row->files[i + 1]);
	if (row->service)
		user_facts_load(&f.host, &c);
	else
		user_facts_read(&f.host, "/" MANAGER, &c);
	cpus_format(&c.user.reach, reach);
	cpus_format(&c.partition_cpus, cpus);
	if (c.user.delegated != row->delegated || strcmp(reach, row->reach) != 0 ||
		strcmp(c.partition, row->partition) != 0 || strcmp(cpus, row->partition_cpus) != 0)
		fail_msg("row %zu: %d, reach %s, partition \"%s\" with %s", number,
			c.user.delegated, reach, c.partition, cpus);
	assert_string_equal(c.user.slice, row->service ? "" : "/" SLICE);
	assert_int_equal(c.user.has_manager, !row->service);
	fake_host_remove(&f);
}

static void
user_facts_are_those_of_the_nearest_cgroup(void **state)
{
	static const struct tree_row row[] = {
		{.files = {NULL}, .reach = "", .partition = "", .partition_cpus = ""},
		{.files = {MANAGER "/cgroup.controllers", "cpu memory pids\n",
			 MANAGER "/cgroup.subtree_control", "", "user.slice/cpuset.cpus.effective",
			 "0-7\n", NULL},
			.reach = "",
			.partition = "",
			.partition_cpus = ""},
		/* not made yet */
		{.files = {MANAGER "/cgroup.controllers", "cpu cpuset memory\n",
			 MANAGER "/cgroup.subtree_control", "", MANAGER "/cpuset.cpus.effective",
			 "0-5\n", NULL},
			.delegated = true,
			.reach = "0-5",
			.partition = "",
			.partition_cpus = ""},
		/* made, without a controller; invalid above */
		{.files = {MANAGER "/cgroup.controllers", "cpuset\n",
			 MANAGER "/cgroup.subtree_control", "", MANAGER "/cpuset.cpus.effective",
			 "0-5\n", MANAGER "/cpuset.cpus.partition", "root invalid (Because)\n",
			 SLICE "/cgroup.controllers", "memory\n", NULL},
			.delegated = true,
			.reach = "0-5",
			.partition = "",
			.partition_cpus = ""},
		/* granted */
		{.files = {MANAGER "/cgroup.controllers", "cpuset\n",
			 MANAGER "/cgroup.subtree_control", "cpuset\n",
			 SLICE "/cpuset.cpus.effective", "6-7\n", SLICE "/cpuset.cpus.partition",
			 "root\n", NULL},
			.delegated = true,
			.reach = "6-7",
			.partition = "/" SLICE,
			.partition_cpus = "6-7"},
		/* a unit of ours in a granted slice */
		{.files = {SERVICE "/cgroup.controllers", "cpuset\n",
			 SERVICE "/cgroup.subtree_control", "", SERVICE "/cpuset.cpus.effective",
			 "6\n", SERVICE "/cpuset.cpus.partition", "member\n",
			 SLICE "/cpuset.cpus.effective", "6-7\n", NULL},
			.service = true,
			.delegated = true,
			.reach = "6",
			.partition = "",
			.partition_cpus = ""},
		{.files = {SERVICE "/cgroup.controllers", "cpuset\n",
			 SERVICE "/cgroup.subtree_control", "", SERVICE "/cpuset.cpus.effective",
			 "6\n", SLICE "/cpuset.cpus.partition", "isolated\n",
			 SLICE "/cpuset.cpus.effective", "6-7\n", NULL},
			.service = true,
			.delegated = true,
			.reach = "6",
			.partition = "/" SLICE,
			.partition_cpus = "6-7"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		check_row(&row[i], i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_facts_are_those_of_the_nearest_cgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
