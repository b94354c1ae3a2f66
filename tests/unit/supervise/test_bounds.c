/* SPDX-License-Identifier: MIT */
#include "supervise/bounds.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/cpus.h"
#include "base/error.h"
#include "change/change.h"
#include "check.h"
#include "fake_host.h"
#include "host/task.h"

#define ALL "0-8191" /* more than any host has: this process may not have them all */

static void
what_the_thread_has_not_got_is_told(void **state)
{
	static const struct {
		bool has_all;       /* the list is what this process has, else ALL */
		const char *online; /* NULL: what this process has */
		const char *cgroup;
		int checked, confirmed;
		const char *why; /* its beginning */
	} row[] = {
		{true, ALL, ALL, 0, 0, NULL},
		{false, NULL, ALL, 0, 0, NULL}, /* offline CPUs have no part in it */
		{false, ALL, ALL, 0, -EINVAL, "the kernel allows it "},
		{false, ALL, "0", -EINVAL, -EINVAL, "its cgroup has CPU 0"},
		{true, "8191", ALL, -EINVAL, 0, "no such CPU is online"},
	};
	char own[CPUS_TEXT_BYTES], name[32], line[] = "0::/a\n";
	struct cpus now;
	struct error e;

	(void)state;
	assert_int_equal(task_read_affinity(getpid(), &now, &e), 0);
	cpus_format(&now, own);
	(void)snprintf(name, sizeof(name), "%d/cgroup", (int)getpid());
	for (size_t i = 0; i < COUNT(row); i++) {
		auto_change_list struct change_list list = {0};
		struct fake_host f;
		struct tree sys;
		struct change *c = change_add(
			&list, &change_affinity, "CPU 0/TCG", NULL, row[i].has_all ? own : ALL);

		assert_non_null(c);
		c->id = getpid();
		c->role = strdup("CPU 0/TCG");
		fake_host_make(&f);
		f.host.roots.cpuset_v1.fd = -1;
		tree_make(&sys);
		f.host.roots.sys = sys.root;
		tree_put(&sys, "devices/system/cpu/online",
			row[i].online != NULL ? row[i].online : own);
		tree_put(&f.proc, name, line);
		tree_put(&f.cgroup, "a/cpuset.cpus", row[i].cgroup);
		tree_put(&f.cgroup, "a/cpuset.cpus.effective", row[i].cgroup);
		e = (struct error){0};
		if (bounds_check(&f.host, c, &e) != row[i].checked)
			fail_msg("row %zu: not checked: %s", i, e.why);
		if (bounds_confirm(&f.host, c, &e) != row[i].confirmed)
			fail_msg("row %zu: not confirmed: %s", i, e.why);
		if (row[i].why != NULL && strncmp(e.why, row[i].why, strlen(row[i].why)) != 0)
			fail_msg("row %zu: %s", i, e.why);
		tree_remove(&sys);
		fake_host_remove(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_thread_has_not_got_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
