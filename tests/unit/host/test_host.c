/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
host_own_cpuset_is_the_line_with_that_controller(void **state)
{
	static const struct {
		const char *text;
		int want;
		const char *path;
	} row[] = {
		{"4:cpuset:/\n", 0, "cpuset:/"},
		{"5:cpu,cpuacct:/x\n4:cpuset:/qemu/pool\n0::/z\n", 0, "cpuset:/qemu/pool"},
		{"4:memory,cpuset:/y\n", 0, "cpuset:/y"},
		{"4:cpuset,memory:/y\n", 0, "cpuset:/y"},
		{"4:cpusets:/y\n3:xcpuset:/y\n2:name=cpuset:/y\n", -ENOENT, NULL},
		{"0::/cpuset:/y\n", -ENOENT, NULL},
		{"7:cpuset\n", -ENOENT, NULL},
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
		got = host_own_cpuset(&f.host, 7, path, sizeof(path), &e);
		if (got != row[i].want || (got == 0 && strcmp(path, row[i].path) != 0))
			fail_msg("\"%s\": got %d %s", row[i].text, got, got == 0 ? path : "");
		fake_host_remove(&f);
	}
}

static void
host_lock_is_held_by_one(void **state)
{
	struct host other = HOST_CLOSED;
	struct fake_host f;
	struct error e;
	int ends[2];

	(void)state;
	fake_host_make(&f);
	memcpy(other.state_path, f.host.state_path, sizeof(other.state_path));
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(close(ends[1]), 0);
	f.host.cancel_fd = other.cancel_fd = ends[0]; /* it is not waited for long */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(host_lock(&f.host, &e), 0);
		assert_int_equal(host_lock(&f.host, &e), 0); /* we have it already */
		assert_int_equal(host_lock(&other, &e), -ECANCELED);
		host_unlock(&f.host);
		assert_int_equal(host_lock_again(&other, &e), 0);
		assert_int_equal(host_lock_again(&f.host, &e), -ECANCELED);
		host_unlock(&other);
	}
	f.host.cancel_fd = -1;
	assert_int_equal(host_lock(&other, &e), 0);
	host_tidy(&other); /* the last one removes it */
	assert_false(other.locked);
	assert_int_equal(host_lock(&f.host, &e), 0); /* made anew */
	assert_int_equal(host_lock(&other, &e), -ECANCELED);
	host_unlock(&f.host);
	host_close(&other);
	assert_int_equal(close(ends[0]), 0);
	fake_host_remove(&f);
}

/* Have @host find its state directory anew, at @name in @tree. */
static void
state_is_at(struct host *host, const struct tree *tree, const char *name)
{
	root_close(&host->state);
	root_path(&tree->root, name, host->state_path, sizeof(host->state_path));
}

static void
state_of_others_is_not_ours(void **state)
{
	struct fake_host f;
	struct tree tree;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_make(&tree);
	tree_put(&tree, "mine/file", "");
	tree_put(&tree, "open/file", "");
	assert_int_equal(symlinkat("mine", tree.root.fd, "link"), 0);
	assert_int_equal(fchmodat(tree.root.fd, "open", 0777, 0), 0);

	state_is_at(&f.host, &tree, "link");
	assert_int_equal(host_lock(&f.host, &e), -ELOOP);
	assert_string_equal(e.why, "it is a symbolic link");
	state_is_at(&f.host, &tree, "open");
	assert_int_equal(host_lock(&f.host, &e), -EPERM);
	assert_string_equal(e.why, "others can write there");
	state_is_at(&f.host, &tree, "open/inner"); /* which another one could exchange */
	assert_int_equal(host_lock(&f.host, &e), -EPERM);
	assert_non_null(strstr(e.why, "can exchange it"));
	assert_int_equal(fchmodat(tree.root.fd, "open", 01777, 0), 0); /* as /tmp is */
	assert_int_equal(host_lock(&f.host, &e), 0);
	host_unlock(&f.host);
	state_is_at(&f.host, &tree, "mine");
	assert_int_equal(host_lock(&f.host, &e), 0);
	host_unlock(&f.host);
	tree_remove(&tree);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_own_cgroup_is_the_v2_line),
		cmocka_unit_test(host_own_cpuset_is_the_line_with_that_controller),
		cmocka_unit_test(host_lock_is_held_by_one),
		cmocka_unit_test(state_of_others_is_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
