/* SPDX-License-Identifier: MIT */
#include "cgroup/kinds.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"

static char a[] = "/a", key[] = "cpuset.cpus", cpuset[] = "cpuset", list[] = "2,3";

/* look, apply, verify */
static int
make(struct fake_host *f, struct change *c, struct error *e)
{
	int r = c->kind->look(&f->host, c, e);

	if (r == 0)
		r = c->kind->apply(&f->host, c, e);
	return r < 0 ? r : c->kind->verify(&f->host, c, e);
}

static void
cgroup_is_removed_when_we_made_it(void **state)
{
	struct change c = {.kind = &change_cgroup, .target = a};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(make(&f, &c, &e), 0);
	assert_true(file_exists(&f.cgroup.root, "a"));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_false(file_exists(&f.cgroup.root, "a"));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0); /* idempotent */
	free(c.before);
	fake_host_remove(&f);
}

static void
cgroup_is_kept_when_it_was_there(void **state)
{
	struct change c = {.kind = &change_cgroup, .target = a};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/x", "");
	assert_int_equal(make(&f, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_exists(&f.cgroup.root, "a/x"));
	free(c.before);
	fake_host_remove(&f);
}

static void
setting_is_compared_as_a_list(void **state)
{
	struct change c = {.kind = &change_setting, .target = a, .key = key, .value = list};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cpuset.cpus", "");
	assert_int_equal(make(&f, &c, &e), 0);
	tree_put(&f.cgroup, "a/cpuset.cpus", "2-3\n"); /* as the kernel spells it */
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&f.cgroup, "a/cpuset.cpus", "2\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel made \"2\" of it");
	fake_host_remove(&f);
}

static void
controller_that_was_enabled_stays_so(void **state)
{
	struct change c = {.kind = &change_controller, .target = a, .value = cpuset};
	struct fake_host f;
	struct error e;
	char text[32];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cgroup.subtree_control", "cpu cpuset memory\n");
	assert_int_equal(make(&f, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(
		file_read(&f.cgroup.root, "a/cgroup.subtree_control", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "cpu cpuset memory"); /* nothing was written */
	free(c.before);
	fake_host_remove(&f);
}

static void
controller_is_a_word_of_its_own(void **state)
{
	struct change c = {.kind = &change_controller, .target = a, .value = cpuset};
	struct fake_host f;
	struct error e;
	char text[32];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "a/cgroup.subtree_control", "xcpuset cpusets\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "no");
	tree_put(&f.cgroup, "a/cgroup.subtree_control", "");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(
		file_read(&f.cgroup.root, "a/cgroup.subtree_control", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "+cpuset");
	tree_put(&f.cgroup, "a/cgroup.subtree_control", "");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(
		file_read(&f.cgroup.root, "a/cgroup.subtree_control", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "-cpuset");
	free(c.before);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cgroup_is_removed_when_we_made_it),
		cmocka_unit_test(cgroup_is_kept_when_it_was_there),
		cmocka_unit_test(setting_is_compared_as_a_list),
		cmocka_unit_test(controller_that_was_enabled_stays_so),
		cmocka_unit_test(controller_is_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
