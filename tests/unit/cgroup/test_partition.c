/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>

#include "base/text.h"
#include "check.h"
#include "fake_host.h"

#define REASON "Parent is not a partition root"

static char a[] = "/a", isolated[] = "isolated";

static void
partition_verify_tells_the_kernels_reason(void **state)
{
	struct change c = {.kind = &change_partition, .target = a, .value = isolated};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cpuset.cpus.partition", "isolated\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&f.cgroup, "a/cpuset.cpus.partition", "isolated invalid (" REASON ")\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_ISOLATION);
	assert_string_equal(e.why, "the kernel says \"isolated invalid (" REASON ")\"");
	assert_non_null(strstr(e.where, "/a/cpuset.cpus.partition"));
	tree_put(&f.cgroup, "a/cpuset.cpus.partition", "member\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	fake_host_remove(&f);
}

static void
partition_of_a_cgroup_that_is_gone_is_undone(void **state)
{
	char member[] = "member";
	struct change c = {
		.kind = &change_partition, .target = a, .value = isolated, .before = member};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	fake_host_remove(&f);
}

static void
partition_becomes_again_what_it_was(void **state)
{
	static const struct {
		const char *found, *before;
	} rows[] = {
		{NULL, "member"},
		{"member\n", "member"},
		{"root\n", "root"},
		{"isolated\n", "isolated"},
		{"root invalid (" REASON ")\n", "member"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct change c = {.kind = &change_partition, .target = a, .value = isolated};
		struct fake_host f;
		struct error e;
		char text[64];

		fake_host_make(&f);
		if (rows[i].found != NULL)
			tree_put(&f.cgroup, "a/cpuset.cpus.partition", rows[i].found);
		assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
		assert_string_equal(c.before, rows[i].before);
		tree_put(&f.cgroup, "a/cpuset.cpus.partition", "");
		assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
		assert_true(file_read(&f.cgroup.root, "a/cpuset.cpus.partition", text, sizeof(text),
				    &e) > 0);
		assert_string_equal(text, rows[i].before);
		free(c.before);
		fake_host_remove(&f);
	}
}

static void
partition_is_valid_when_all_above_are(void **state)
{
	static const struct {
		const char *top, *middle, *bottom;
		int want;
		const char *where;
	} row[] = {
		{"root\n", "isolated\n", "root\n", 0, ""},
		{"member\n", "member\n", "root\n", 0, ""}, /* remote */
		{"root\n", "root\n", "member\n", -EINVAL, "/a/b/c"},
		{"root invalid (Cpu list in cpuset.cpus not exclusive)\n", "root\n", "root\n",
			-EINVAL, "/a"},
		{"root\n", "root invalid\n", "root\n", -EINVAL, "/a/b"},
		{"root\n", "root\n", NULL, -ENOENT, "c/cpuset.cpus.partition"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct fake_host f;
		struct error e = {0};

		fake_host_make(&f);
		tree_put(&f.cgroup, "a/cpuset.cpus.partition", row[i].top);
		tree_put(&f.cgroup, "a/b/cpuset.cpus.partition", row[i].middle);
		if (row[i].bottom != NULL)
			tree_put(&f.cgroup, "a/b/c/cpuset.cpus.partition", row[i].bottom);
		if (partition_check(&f.host, "/a/b/c", &e) != row[i].want ||
			!str_ends(e.where, row[i].where))
			fail_msg("row %zu: %s: %s", i, e.where, e.why);
		fake_host_remove(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partition_verify_tells_the_kernels_reason),
		cmocka_unit_test(partition_of_a_cgroup_that_is_gone_is_undone),
		cmocka_unit_test(partition_becomes_again_what_it_was),
		cmocka_unit_test(partition_is_valid_when_all_above_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
