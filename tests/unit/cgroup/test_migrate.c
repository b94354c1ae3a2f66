/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "cgroup/kinds.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"

static char pool[] = "/qpin.slice/pool", all[] = MIGRATE_ALL, movable[] = MIGRATE_MOVABLE;

/* Task @id of the fake host: child of @parent, begun at ten times its number. */
static void
task_put(const struct fake_host *f, int id, int parent, unsigned flags)
{
	char name[32], text[128];

	(void)snprintf(name, sizeof(name), "%d/stat", id);
	(void)snprintf(text, sizeof(text),
		"%d (x) S %d 7 7 0 -1 %u 1 0 0 0 1 2 3 4 20 0 1 0 %d0 99 1\n", id, parent, flags,
		id);
	tree_put(&f->proc, name, text);
	(void)snprintf(name, sizeof(name), "%d/comm", id);
	tree_put(&f->proc, name, "sleep\n");
}

static void
migrate_notes_whence_before_it_moves(void **state)
{
	struct change c = {.kind = &change_migrate, .target = pool, .value = all};
	struct fake_host f;
	struct error e;
	char text[64] = "";

	(void)state;
	fake_host_make(&f);
	task_put(&f, 1, 0, 0);
	task_put(&f, 3, 1, 0);
	tree_put(&f.cgroup, "cgroup.procs", "1\n");
	tree_put(&f.cgroup, "a/cgroup.procs", "3\n");
	assert_int_equal(c.kind->look(&f.host, &c, &e), 0);
	assert_int_equal(c.kind->apply(&f.host, &c, &e), -ENOENT); /* there is no pool */
	assert_false(file_exists(&f.state.root, ".tasks"));
	/* It takes the first; a plain file takes all of them, again and again: no fixed point. */
	tree_put(&f.cgroup, "qpin.slice/pool/cgroup.procs", "");
	assert_int_equal(c.kind->apply(&f.host, &c, &e), 0);
	assert_true(file_read(&f.state.root, ".tasks", text, sizeof(text), &e) < 0 ||
		    strstr(text, "1 10 /\n3 30 /a\n") != NULL);
	assert_true(file_exists(&f.state.root, ".tasks"));
	fake_host_remove(&f);
}

static void
migrate_counts_whom_it_left_out_but_the_kernels_own(void **state)
{
	static const unsigned kthread = 0x200000;
	struct change c = {.kind = &change_migrate, .target = pool, .value = all};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	task_put(&f, 2, 0, kthread);
	tree_put(&f.cgroup, "cgroup.procs", "2\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	task_put(&f, 3, 1, 0);
	tree_put(&f.cgroup, "cgroup.procs", "2\n3\n");
	assert_int_equal(c.kind->verify(&f.host, &c, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_ISOLATION);
	assert_string_equal(e.why, "process 3 (sleep) is elsewhere");
	c.value = movable; /* then it's no promise */
	assert_int_equal(c.kind->verify(&f.host, &c, &e), 0);
	fake_host_remove(&f);
}

/* What cgroup.procs of @group was last written to. */
static void
went(const struct fake_host *f, const char *group, const char *want)
{
	char name[64], text[64] = "";
	struct error e;

	(void)snprintf(name, sizeof(name), "%scgroup.procs", group);
	assert_true(file_read(&f->cgroup.root, name, text, sizeof(text), &e) >= 0);
	assert_string_equal(text, want);
}

static void
migrate_undone_takes_each_home_and_children_to_their_parents(void **state)
{
	static const struct {
		int id, parent;
		const char *home;
	} row[] = {
		{3, 1, "a/"}, /* in the list */
		{5, 3, "a/"}, /* its child */
		{6, 5, "a/"}, /* and that one's */
		{7, 1, "b/"}, /* an orphan: where its reaper came from */
		{4, 1, ""},   /* came from a cgroup that is gone */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct change c = {.kind = &change_migrate, .target = pool, .value = movable};
		struct fake_host f;
		struct error e;
		char id[16];

		fake_host_make(&f);
		tree_put(&f.state, ".tasks", "\n1 10 /b\n3 30 /a\n4 40 /gone\n");
		task_put(&f, 1, 0, 0);
		task_put(&f, 3, 1, 0);
		task_put(&f, 5, 3, 0);
		task_put(&f, row[i].id, row[i].parent, 0);
		tree_put(&f.cgroup, "cgroup.procs", "");
		tree_put(&f.cgroup, "a/cgroup.procs", "");
		tree_put(&f.cgroup, "b/cgroup.procs", "");
		(void)snprintf(id, sizeof(id), "%d", row[i].id);
		tree_put(&f.cgroup, "qpin.slice/pool/cgroup.procs", id);
		/* A plain file keeps what is in it, so nobody seems to leave the pool. */
		assert_int_equal(c.kind->undo(&f.host, &c, &e), -EBUSY);
		assert_string_equal(e.why, "1 of them stay");
		for (const char *const *g = (const char *const[]){"", "a/", "b/", NULL}; *g != NULL;
			g++) {
			char name[64], text[64] = "";

			(void)snprintf(name, sizeof(name), "%scgroup.procs", *g);
			assert_true(file_read(&f.cgroup.root, name, text, sizeof(text), &e) >= 0);
			if (str_starts(text, id) != str_eq(*g, row[i].home))
				fail_msg("row %zu: %s has \"%s\"", i, *g, text);
		}
		fake_host_remove(&f);
	}
}

static void
migrate_undone_twice_or_without_a_pool_is_done(void **state)
{
	struct change c = {.kind = &change_migrate, .target = pool, .value = all};
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	tree_put(&f.cgroup, "cgroup.procs", "");
	tree_put(&f.state, ".tasks", "\n1 10 /\n");
	tree_put(&f.cgroup, "qpin.slice/pool/cgroup.procs", "");
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_false(file_exists(&f.state.root, ".tasks"));
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	assert_int_equal(unlinkat(f.cgroup.root.fd, "qpin.slice/pool/cgroup.procs", 0), 0);
	assert_int_equal(unlinkat(f.cgroup.root.fd, "qpin.slice/pool", AT_REMOVEDIR), 0);
	assert_int_equal(c.kind->undo(&f.host, &c, &e), 0);
	went(&f, "", "");
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrate_notes_whence_before_it_moves),
		cmocka_unit_test(migrate_counts_whom_it_left_out_but_the_kernels_own),
		cmocka_unit_test(migrate_undone_takes_each_home_and_children_to_their_parents),
		cmocka_unit_test(migrate_undone_twice_or_without_a_pool_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
