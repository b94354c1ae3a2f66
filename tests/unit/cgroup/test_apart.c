/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "cgroup/files.h"
#include "cgroup/kinds.h"

#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "fake_host.h"

static char pool[] = "/s/pool", root[] = PARTITION_ROOT, cpus[] = "3";

static void
holds(const struct fake_host *f, const char *name, const char *want)
{
	char text[64] = "";
	struct error e;

	assert_true(file_read(&f->cgroup.root, name, text, sizeof(text), &e) >= 0);
	assert_string_equal(text, want);
}

static void
apart_is_a_partition_with_the_cpus_that_are_there(void **state)
{
	struct change c = {.kind = &change_apart, .target = pool, .value = root};
	struct fake_host f;
	struct error e;
	char text[128];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "s/pool/cpuset.cpus", "1-3\n");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.exclusive", "");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.partition", "member\n");
	c.kind->describe(&c, text, sizeof(text));
	assert_string_equal(
		text, "make /s/pool a partition of type root, with the CPUs that it has");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, PARTITION_MEMBER);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	holds(&f, "s/pool/cpuset.cpus.exclusive", "1-3");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.partition", "root invalid (why)\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"root invalid (why)\"");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.partition", "root\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.partition", "");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.exclusive", "");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	holds(&f, "s/pool/cpuset.cpus.partition", "member");
	holds(&f, "s/pool/cpuset.cpus.exclusive", "");
	assert_int_equal(renameat(f.cgroup.root.fd, "s/pool", f.cgroup.root.fd, "gone"), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	free(c.before);
	fake_host_remove(&f);
}

static void
apart_gives_its_cpus_to_a_vm_and_has_them_back(void **state)
{
	struct change c = {.kind = &change_without, .target = pool, .value = cpus};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "s/pool/cpuset.cpus", "1-3\n");
	tree_put(&f.cgroup, "s/pool/cpuset.cpus.exclusive", "1-3\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	holds(&f, "s/pool/cpuset.cpus.exclusive", "1-2");
	holds(&f, "s/pool/cpuset.cpus", "1-2");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	holds(&f, "s/pool/cpuset.cpus.exclusive", "1-3");
	holds(&f, "s/pool/cpuset.cpus", "1-3");
	free(c.before);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apart_is_a_partition_with_the_cpus_that_are_there),
		cmocka_unit_test(apart_gives_its_cpus_to_a_vm_and_has_them_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
