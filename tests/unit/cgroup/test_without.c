/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>

#include "check.h"
#include "fake_host.h"

/* A file is no control file: of what was there the end stays behind what is written over it. */
static void
without_takes_out_and_gives_back_its_own_cpus(void **state)
{
	static const struct {
		const char *target, *dir, *above;
		bool v1;
		const char *now, *value, *taken, *meanwhile, *after;
	} row[] = {
		/* empty at first: all that the one above has */
		{"/s/pool", "s/pool/", "s/cpuset.cpus.effective", false, "", "2-3", "0-1", "0-1",
			"0-3"},
		{"/pool", "pool/", "cpuset.cpus.effective", false, "", "2-3", "0-1", "0-1", "0-3"},
		{"cpuset:/q/pool", "q/pool/", "q/cpuset.effective_cpus", true, "", "2-3", "0-1",
			"0-1", "0-3"},
		{"cpuset:/pool", "pool/", "cpuset.effective_cpus", true, "", "2-3", "0-1", "0-1",
			"0-3"},
		/* others took and gave meanwhile */
		{"/s/pool", "s/pool/", "s/cpuset.cpus.effective", false, "0-3", "3", "0-2", "0,2",
			"0,2-3"},
		/* what it never had isn't given */
		{"/s/pool", "s/pool/", "s/cpuset.cpus.effective", false, "0,2", "2-3", "0", "0",
			"0,2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *target = strdup(row[i].target), *value = strdup(row[i].value);
		struct change c = {.kind = &change_without, .target = target, .value = value};
		struct fake_host f;
		struct tree *tree;
		struct error e = {0};
		char text[64], name[64];

		fake_host_make(&f);
		tree = row[i].v1 ? &f.cpuset_v1 : &f.cgroup;
		(void)snprintf(name, sizeof(name), "%scpuset.cpus", row[i].dir);
		tree_put(tree, row[i].above, "0-3\n");
		tree_put(tree, name, row[i].now);
		assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
		assert_string_equal(c.before, row[i].now);
		assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
		assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
		assert_true(file_read(&tree->root, name, text, sizeof(text), &e) > 0);
		assert_int_equal(strncmp(text, row[i].taken, strlen(row[i].taken)), 0);
		tree_put(tree, name, row[i].taken);
		assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
		tree_put(tree, name, row[i].meanwhile);
		assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
		assert_true(file_read(&tree->root, name, text, sizeof(text), &e) > 0);
		assert_string_equal(text, row[i].after);
		assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
		free(target);
		free(value);
		free(c.before);
		fake_host_remove(&f);
	}
}

static void
without_needs_nobody_to_be_there(void **state)
{
	char target[] = "cpuset:/q/qemu-b", value[] = "2";
	struct change c = {.kind = &change_without, .target = target, .value = value};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	free(c.before);
	fake_host_remove(&f);
}

static void
without_leaves_nobody_without_a_cpu(void **state)
{
	char target[] = "/s/pool", value[] = "0-3";
	struct change c = {.kind = &change_without, .target = target, .value = value};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "s/pool/cpuset.cpus", "1-2\n");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_ISOLATION);
	assert_string_equal(e.why, "it has no others");
	fake_host_remove(&f);
}

static void
without_leaves_a_list_empty_that_may_be(void **state)
{
	char target[] = "/pool", value[] = "2-3", key[] = WITHOUT_LISTED;
	struct change c = {.kind = &change_without, .target = target, .value = value, .key = key};
	struct fake_host f;
	struct error e;
	char text[64];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "pool/cpuset.cpus", "");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_int_equal(file_read(&f.cgroup.root, "pool/cpuset.cpus", text, sizeof(text), &e), 0);
	tree_put(&f.cgroup, "pool/cpuset.cpus", "0-3\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	free(c.before);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_takes_out_and_gives_back_its_own_cpus),
		cmocka_unit_test(without_needs_nobody_to_be_there),
		cmocka_unit_test(without_leaves_a_list_empty_that_may_be),
		cmocka_unit_test(without_leaves_nobody_without_a_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
