/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>

#include "base/text.h"
#include "check.h"
#include "fake_host.h"

static char leaf[] = "/s/vm/cpu2", role[] = "vCPU 0.0.1";

#define STAT(start) "77 (CPU 0) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 3 0 " start " 99 1\n"

static void
written(const struct fake_host *f, const char *name, const char *want)
{
	char text[64] = "";
	struct error e;

	assert_true(file_read(&f->cgroup.root, name, text, sizeof(text), &e) >= 0);
	assert_string_equal(text, want);
}

static void
thread_goes_there_and_back(void **state)
{
	struct change c = {.kind = &change_thread, .target = leaf, .role = role, .id = 77};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "77/cgroup", "0::/s/vm/emulator\n");
	tree_put(&f.proc, "77/stat", STAT("5000"));
	tree_put(&f.cgroup, "s/vm/cpu2/cgroup.threads", "");
	tree_put(&f.cgroup, "s/vm/emulator/cgroup.threads", "");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "/s/vm/emulator");
	assert_int_equal(c.start, 5000);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	written(&f, "s/vm/cpu2/cgroup.threads", "77");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL); /* it didn't move */
	assert_string_equal(e.why, "the kernel has it in /s/vm/emulator");
	tree_put(&f.proc, "77/cgroup", "0::/s/vm/cpu2\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	written(&f, "s/vm/emulator/cgroup.threads", "77");
	free(c.before);
	fake_host_remove(&f);
}

static void
thread_of_which_all_is_known_is_not_looked_at(void **state)
{
	char before[] = "/s/vm/emulator";
	struct change c = {.kind = &change_thread, .target = leaf, .id = 77, .start = 5000};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	c.before = before;
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "/s/vm/emulator");
	assert_int_equal(c.start, 5000);
	c.before = NULL;
	assert_int_equal(c.kind->look(&f.host, &c, &e), -ENOENT);
	tree_put(&f.proc, "77/cgroup", "0::/elsewhere\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "/elsewhere");
	free(c.before);
	fake_host_remove(&f);
}

static void
thread_that_is_elsewhere_is_left_alone(void **state)
{
	char before[] = "/s/vm/emulator";
	struct change c = {.kind = &change_thread,
		.target = leaf,
		.role = role,
		.id = 77,
		.before = before,
		.start = 5000};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "s/vm/emulator/cgroup.threads", "");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0); /* no such process */
	tree_put(&f.proc, "77/cgroup", "0::/user.slice\n"); /* somebody moved it */
	tree_put(&f.proc, "77/stat", STAT("5000"));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	tree_put(&f.proc, "77/cgroup", "0::/s/vm/cpu2\n"); /* its number is somebody else's now */
	tree_put(&f.proc, "77/stat", STAT("5001"));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	written(&f, "s/vm/emulator/cgroup.threads", "");
	fake_host_remove(&f);
}

static void
thread_on_v1_goes_by_tasks_and_a_process_by_its_procs(void **state)
{
	char there[] = "cpuset:/qemu/cpu2";
	struct change c = {.kind = &change_thread, .target = there, .role = role, .id = 77};
	char text[64] = "";
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.proc, "77/cgroup", "4:cpuset:/qemu/pool\n0::/user.slice\n");
	tree_put(&f.proc, "77/stat", STAT("5000"));
	tree_put(&f.cpuset_v1, "qemu/cpu2/tasks", "");
	tree_put(&f.cpuset_v1, "qemu/cpu2/cgroup.procs", "");
	tree_put(&f.cpuset_v1, "qemu/pool/tasks", "");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_string_equal(c.before, "cpuset:/qemu/pool");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cpuset_v1.root, "qemu/cpu2/tasks", text, sizeof(text), &e) >= 0);
	assert_string_equal(text, "77");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL); /* it didn't move */
	tree_put(&f.proc, "77/cgroup", "4:cpuset:/qemu/cpu2\n0::/user.slice\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cpuset_v1.root, "qemu/pool/tasks", text, sizeof(text), &e) >= 0);
	assert_string_equal(text, "77");
	c.kind = &change_process;
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(file_read(&f.cpuset_v1.root, "qemu/cpu2/cgroup.procs", text, sizeof(text),
			    &e) >= 0);
	assert_string_equal(text, "77");
	free(c.before);
	fake_host_remove(&f);
}

static void
process_is_qpin_itself_in_a_plan(void **state)
{
	struct change c = {.kind = &change_process, .target = leaf};
	char text[128];

	(void)state;
	c.kind->describe(&c, text, sizeof(text));
	assert_string_equal(text, "move qpin to /s/vm/cpu2");
	c = (struct change){.kind = &change_thread, .target = leaf, .role = role, .id = 77};
	c.kind->describe(&c, text, sizeof(text));
	assert_string_equal(text, "move vCPU 0.0.1 (thread 77) to /s/vm/cpu2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thread_goes_there_and_back),
		cmocka_unit_test(thread_of_which_all_is_known_is_not_looked_at),
		cmocka_unit_test(thread_that_is_elsewhere_is_left_alone),
		cmocka_unit_test(thread_on_v1_goes_by_tasks_and_a_process_by_its_procs),
		cmocka_unit_test(process_is_qpin_itself_in_a_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
