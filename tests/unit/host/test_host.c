/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"

static void
host_own_cgroup_is_the_v2_line(void **state)
{
	static const struct {
		const char *text;
		int want;
		const char *path;
	} row[] = {
		{"0::/\n", 0, "/"},
		{"0::/a.slice/b.scope\n", 0, "/a.slice/b.scope"},
		{"4:cpuset:/x\n1:name=systemd:/y\n0::/z\n", 0, "/z"},
		{"4:cpuset:/x\n", -ENOENT, NULL},
		{"", -ENOENT, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct fake_host f;
		struct error e;
		char path[64];
		int got;

		fake_host_make(&f);
		tree_put(&f.proc, "7/cgroup", row[i].text);
		got = host_own_cgroup(&f.host, 7, path, sizeof(path), &e);
		if (got != row[i].want || (got == 0 && strcmp(path, row[i].path) != 0))
			fail_msg("\"%s\": got %d %s", row[i].text, got, got == 0 ? path : "");
		fake_host_remove(&f);
	}
}

static void
host_lock_is_held_by_one(void **state)
{
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(host_lock(&f.host, &e), 0);
	assert_true(f.host.lock_fd >= 0);
	assert_int_equal(host_lock(&f.host, &e), 0); /* we have it already */
	host_unlock(&f.host);
	assert_int_equal(f.host.lock_fd, -1);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_own_cgroup_is_the_v2_line),
		cmocka_unit_test(host_lock_is_held_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
