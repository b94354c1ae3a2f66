/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "fake_host.h"

static void
override_gives_back_what_was_there(void **state)
{
	char top[] = "cpuset:/", key[] = "cpuset.sched_load_balance", off[] = "0";
	struct change c = {
		.kind = &change_override, .target = top, .key = key, .value = off, .shared = true};
	struct fake_host f;
	struct error e;
	char text[128];

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cpuset_v1, key, "1\n");
	c.kind->describe(&c, text, sizeof(text));
	assert_string_equal(
		text, "write \"0\" to cpuset:/cpuset.sched_load_balance, until the last VM ends");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "1");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel made \"1\" of it");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
		assert_int_equal(file_read(&f.cpuset_v1.root, key, text, sizeof(text), &e), 1);
		assert_string_equal(text, "1");
	}
	assert_int_equal(unlinkat(f.cpuset_v1.root.fd, key, 0), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0); /* gone with its cpuset */
	free(c.before);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(override_gives_back_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
