/* SPDX-License-Identifier: MIT */
#include "cgroup/roster.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"

/* Task @id of the fake host is there. */
static void
task_put(const struct fake_host *f, int id)
{
	char name[32], text[128];

	(void)snprintf(name, sizeof(name), "%d/stat", id);
	(void)snprintf(text, sizeof(text),
		"%d (x) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 %d9 99 1\n", id, id);
	tree_put(&f->proc, name, text);
}

static int
by_id(const void *a, const void *b)
{
	const struct origin *left = a, *right = b;

	return left->id - right->id;
}

/* "ID START GROUP" of each, by id */
static char *
roster(const struct fake_host *f, const char *pool)
{
	auto_origins struct origins list = {0};
	struct buf b = {0};
	struct error e;

	assert_int_equal(roster_read(&f->host, pool, &list, &e), 0);
	qsort(list.list, list.count, sizeof(*list.list), by_id);
	for (size_t i = 0; i < list.count; i++)
		buf_printf(&b, "%d %d %s\n", (int)list.list[i].id, (int)list.list[i].start,
			list.list[i].group);
	return buf_take(&b);
}

static void
roster_has_the_tasks_of_others_by_cgroup(void **state)
{
	struct fake_host f;
	char *text;

	(void)state;
	fake_host_make(&f);
	for (int id = 1; id < 9; id++)
		task_put(&f, id);
	tree_put(&f.cgroup, "cgroup.procs", "1\n2\n99\n"); /* 99 has ended */
	tree_put(&f.cgroup, "a/cgroup.procs", "3\n");
	tree_put(&f.cgroup, "a/b/cgroup.procs", "4\n");
	tree_put(&f.cgroup, "qpin.slice/cgroup.procs", "5\n");
	tree_put(&f.cgroup, "qpin.slice/pool/cgroup.procs", "6\n");
	tree_put(&f.cgroup, "qpin.pool/cgroup.procs", "7\n");
	text = roster(&f, "/qpin.slice/pool");
	assert_string_equal(text, "1 19 /\n2 29 /\n3 39 /a\n4 49 /a/b\n7 79 /qpin.pool\n");
	free(text);
	text = roster(&f, "/qpin.pool");
	assert_string_equal(text, "1 19 /\n2 29 /\n3 39 /a\n4 49 /a/b\n");
	free(text);
	fake_host_remove(&f);
}

static void
roster_has_threads_on_v1(void **state)
{
	struct fake_host f;
	char *text;

	(void)state;
	fake_host_make(&f);
	for (int id = 1; id < 9; id++)
		task_put(&f, id);
	tree_put(&f.cpuset_v1, "tasks", "1\n2\n");
	tree_put(&f.cpuset_v1, "cgroup.procs", "1\n");
	tree_put(&f.cpuset_v1, "docker/tasks", "3\n");
	tree_put(&f.cpuset_v1, "qemu/tasks", "4\n");
	tree_put(&f.cpuset_v1, "qemu/pool/tasks", "5\n");
	tree_put(&f.cpuset_v1, "qemu/vm-a/cpu2/tasks", "6\n");
	text = roster(&f, "cpuset:/qemu/pool");
	assert_string_equal(text, "1 19 cpuset:/\n2 29 cpuset:/\n3 39 cpuset:/docker\n");
	free(text);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roster_has_the_tasks_of_others_by_cgroup),
		cmocka_unit_test(roster_has_threads_on_v1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
