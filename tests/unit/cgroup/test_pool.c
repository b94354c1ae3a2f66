/* SPDX-License-Identifier: MIT */
#include "cgroup/pool.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/kinds.h"
#include "check.h"

static void
pool_is_made_where_tasks_are_moved(void **state)
{
	static const struct {
		const char *group;
		enum chain chain;
		bool exclusive;
		const char *housekeeping;
		const char *want;
	} row[] = {
		{"", CHAIN_REMOTE, false, "", ""},
		{"/qpin.slice/pool", CHAIN_REMOTE, false, "0-1",
			"*make cgroup /qpin.slice/pool\n"
			"take 2 out of /qpin.slice/pool/cpuset.cpus\n"
			"*take 0-1 out of /qpin.slice/pool/cpuset.cpus\n"
			"*move the host's tasks to /qpin.slice/pool\n"
			"*add 2-7 to /qpin.slice/cpuset.cpus.exclusive\n"
			"*make /qpin.slice/pool a partition of type root, with the CPUs that it "
			"has\n"},
		{"/qpin.slice/pool", CHAIN_REMOTE, false, "",
			"*make cgroup /qpin.slice/pool\n"
			"take 2 out of /qpin.slice/pool/cpuset.cpus\n"
			"*move the host's tasks to /qpin.slice/pool\n"},
		{"/qpin.pool", CHAIN_LOCAL, false, "",
			"*make cgroup /qpin.pool\n"
			"take 2,5 out of /qpin.pool/cpuset.cpus\n"
			"*move the host's tasks to /qpin.pool\n"},
		{"/qpin.pool", CHAIN_LOCAL, false, "0-1",
			"*make cgroup /qpin.pool\n"
			"take 2,5 out of /qpin.pool/cpuset.cpus\n"
			"*take 0-1 out of /qpin.pool/cpuset.cpus\n"
			"*move the host's tasks to /qpin.pool\n"
			"*make /qpin.pool a partition of type root, with the CPUs that it has\n"},
		{"cpuset:/q/pool", CHAIN_NONE, true, "",
			"*make cgroup cpuset:/q/pool\n"
			"*write \"0-1\" to cpuset:/q/pool/cpuset.mems, until the last VM ends\n"
			"take 2 out of cpuset:/q/pool/cpuset.cpus\n"
			"*move the host's tasks to cpuset:/q/pool\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct layout l = {.slice = "/qpin.slice",
			.chain = row[i].chain,
			.exclusive = row[i].exclusive};
		struct change_list list = {0};
		struct buf b = {0};
		char *got;

		(void)snprintf(l.pool_group, sizeof(l.pool_group), "%s", row[i].group);
		cpus_add(&l.pinned, 2);
		if (l.chain == CHAIN_LOCAL)
			cpus_add(&l.own, 5);
		assert_int_equal(cpus_parse("0-1", &l.nodes), 0);
		assert_int_equal(cpus_parse("0-7", &l.all), 0);
		assert_int_equal(cpus_parse(row[i].housekeeping, &l.housekeeping), 0);
		assert_int_equal(pool_prepare(&l, &list), 0);
		for (size_t j = 0; j < list.count; j++) {
			const struct change *c = &list.list[j];
			char text[256];

			c->kind->describe(c, text, sizeof(text));
			buf_printf(&b, "%s%s\n", c->shared ? "*" : "", text);
			if (c->kind == &change_migrate)
				assert_string_equal(
					c->value, row[i].exclusive ? MIGRATE_ALL : MIGRATE_MOVABLE);
		}
		got = buf_take(&b);
		assert_string_equal(got, row[i].want);
		free(got);
		change_list_done(&list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pool_is_made_where_tasks_are_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
