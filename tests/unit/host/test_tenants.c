/* SPDX-License-Identifier: MIT */
#include "host/tenants.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "change/journal.h"
#include "check.h"
#include "fake_host.h"

#define MANAGER "user.slice/user-4711.slice/user@4711.service"

static const struct tenant *
find(const struct tenants *t, enum tenant_kind kind, uid_t uid, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].kind == kind && t->list[i].uid == uid &&
			str_eq(t->list[i].name, name))
			return &t->list[i];
	}
	return NULL;
}

static void
is_tenant(const struct tenants *t, uid_t uid, const char *name, const char *cpus,
	enum tenant_state state)
{
	const struct tenant *got = find(t, name[0] != '\0' ? TENANT_VM : TENANT_USER, uid, name);
	char text[CPUS_TEXT_BYTES];

	if (got == NULL || strcmp(cpus_format(&got->cpus, text), cpus) != 0 || got->state != state)
		fail_msg("%u '%s': %s, state %d", (unsigned)uid, name,
			got != NULL ? text : "isn't there", got != NULL ? (int)got->state : -1);
}

static int
setup(void **state)
{
	static struct fake_host f;

	fake_host_make(&f);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	fake_host_remove(*state);
	return 0;
}

static void
tenants_tree_shows_vms_of_everybody(void **state)
{
	static const struct {
		const char *vm;
		uid_t uid;
		const char *name;
	} row[] = {
		{"qpin.slice/qpin-deep.scope/vm", 0, "deep"},
		{"qpin-local.scope", 0, "local"},
		{"qpin.slice/qpin-attach-77.scope/vm", 0, "attach-77"},
		{"system.slice/system-qpin.slice/qpin@unit.service/vm", 0, "unit"},
		{MANAGER "/qpin.slice/qpin-deep.scope/vm", 4711, "deep"},
		{MANAGER "/app.slice/qpin@mine.service", 4711, "mine"},
		/* what a user makes is his, whatever he calls it */
		{MANAGER "/user-1.slice/qpin-root.scope", 4711, "root"},
	};
	struct fake_host *f = *state;
	struct tenants t = {0};
	struct error e;

	for (size_t i = 0; i < COUNT(row); i++) {
		char name[256];

		(void)snprintf(name, sizeof(name), "%s/cores/cpu%zu/cpuset.cpus", row[i].vm, i);
		tree_put(&f->cgroup, name, "\n");
		(void)snprintf(name, sizeof(name), "%s/cores/cpu%zu/x", row[i].vm, i + 20);
		tree_put(&f->cgroup, name, "\n");
	}
	assert_int_equal(tenants_tree(&f->host, &t, &e), 0);
	assert_int_equal(t.count, COUNT(row));
	for (size_t i = 0; i < COUNT(row); i++) {
		char want[32];

		(void)snprintf(want, sizeof(want), "%zu,%zu", i, i + 20);
		is_tenant(&t, row[i].uid, row[i].name, want, TENANT_UNKNOWN);
	}
	assert_string_equal(find(&t, TENANT_VM, 4711, "mine")->user, "4711");
	tenants_done(&t);
}

static void
tenants_tree_takes_nothing_else_for_a_vm(void **state)
{
	static const char *const not [] = {
		"qpin.slice/pool/cores/cpu1/x",
		"qpin.slice/qpin-.scope/cores/cpu1/x",
		"qpin.slice/qpin-a\033b.scope/cores/cpu1/x",
		"qpin.slice/qpin--x.scope/cores/cpu1/x",
		"qpin.slice/qpin-none.scope/cores/x",
		"qpin.slice/qpin-word.scope/cores/cpux/x",
		"qpin.slice/qpin-far.scope/cores/cpu8192/x",
		"qpin.slice/other.scope/cores/cpu1/x",
		"system.slice/other.service/qpin-x.scope/cores/cpu1/x",
		"qpin.slice/cpuset.cpus.partition",
	};
	struct fake_host *f = *state;
	struct tenants t = {0};
	struct error e;

	for (size_t i = 0; i < COUNT(not ); i++)
		tree_put(&f->cgroup, not [i], "root\n");
	assert_int_equal(tenants_tree(&f->host, &t, &e), 0);
	assert_int_equal(t.count, 0);
	root_close(&f->host.roots.cgroup); /* nor fails without cgroup v2 */
	assert_int_equal(tenants_tree(&f->host, &t, &e), 0);
	assert_int_equal(root_open(&f->host.roots.cgroup, f->cgroup.root.path, &e), 0);
	f->cgroup.root = f->host.roots.cgroup;
	tenants_done(&t);
}

static void
tenants_tree_sees_who_watches_and_what_else_a_partition_has(void **state)
{
	struct fake_host *f = *state;
	struct tenants t = {0};
	struct error e;

	tree_put(&f->cgroup, "qpin-a.scope/cores/cpu4/x", "");
	tree_put(&f->cgroup, "qpin-a.scope/supervisor/cgroup.events", "populated 1\nfrozen 0\n");
	tree_put(&f->cgroup, "qpin-a.scope/cpuset.cpus.partition", "root\n");
	tree_put(&f->cgroup, "qpin-a.scope/cpuset.cpus", "3-4\n");
	tree_put(&f->cgroup, "qpin-b.scope/vm/cores/cpu5/x", "");
	tree_put(&f->cgroup, "qpin-b.scope/vm/supervisor/cgroup.events", "populated 0\nfrozen 0\n");
	tree_put(&f->cgroup, "qpin-b.scope/cpuset.cpus.partition", "member\n");
	tree_put(&f->cgroup, "qpin-b.scope/cpuset.cpus", "0-7\n");
	assert_int_equal(tenants_tree(&f->host, &t, &e), 0);
	assert_int_equal(t.count, 2);
	is_tenant(&t, 0, "a", "3-4", TENANT_RUNNING);
	is_tenant(&t, 0, "b", "5", TENANT_UNKNOWN);
	tenants_done(&t);
}

static void
tenants_tree_shows_grants_in_force(void **state)
{
	struct fake_host *f = *state;
	struct tenants t = {0};
	struct error e;

	tree_put(&f->cgroup, MANAGER "/qpin.slice/cpuset.cpus.partition", "root\n");
	tree_put(&f->cgroup, MANAGER "/qpin.slice/cpuset.cpus", "4-7\n");
	tree_put(&f->cgroup, MANAGER "/qpin.slice/qpin-x.scope/vm/cores/cpu5/x", "");
	tree_put(&f->cgroup,
		"user.slice/user-12.slice/user@12.service/qpin.slice/cpuset.cpus.partition",
		"root invalid (Cpu list in cpuset.cpus not exclusive)\n");
	tree_put(&f->cgroup, "user.slice/user-12.slice/user@12.service/qpin.slice/cpuset.cpus",
		"1\n");
	assert_int_equal(tenants_tree(&f->host, &t, &e), 0);
	assert_int_equal(t.count, 2);
	is_tenant(&t, 4711, "", "4-7", TENANT_UNKNOWN);
	is_tenant(&t, 4711, "x", "5", TENANT_UNKNOWN);
	tenants_done(&t);
}

/* Its journal counts, for it has CPUs for later, too; but where it can't be read, the tree does. */
static void
tenants_load_knows_a_vm_once(void **state)
{
	struct fake_host *f = *state;
	struct journal journal = JOURNAL_CLOSED;
	struct cpus cpus = {0};
	struct tenants t = {0};
	struct error e;
	char slice[128], name[256];

	cpus_add(&cpus, 2);
	cpus_add(&cpus, 3);
	assert_int_equal(journal_create(&f->state.root, "a", &cpus, &journal, &e), 0);
	tree_put(&f->state, "b/journal", "{\"qpin\":\"0\",\"vm\":\"b\",\"cpus\":\"5-6\"}\n");
	tree_put(&f->state, "c/journal", "junk\n");
	slice[0] = '\0';
	if (geteuid() != 0)
		(void)snprintf(
			slice, sizeof(slice), "user.slice/user-%u.slice/", (unsigned)geteuid());
	for (unsigned i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof(name), "%sqpin.slice/qpin-%c.scope/vm/cores/cpu%u/x",
			slice, 'a' + (char)i, i == 2 ? 7 : 2);
		tree_put(&f->cgroup, name, "");
	}
	assert_int_equal(tenants_load(&f->host, &t, &e), 0);
	is_tenant(&t, geteuid(), "a", "2-3", TENANT_RUNNING);
	is_tenant(&t, geteuid(), "b", "5-6", TENANT_ABANDONED);
	is_tenant(&t, geteuid(), "c", "7", TENANT_UNREADABLE);
	assert_true(t.count >= 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(t.list[i].name[0], 'a' + (int)i);
	assert_string_not_equal(t.list[0].user, "");
	tenants_done(&t);
	journal_close(&journal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			tenants_tree_shows_vms_of_everybody, setup, teardown),
		cmocka_unit_test_setup_teardown(
			tenants_tree_takes_nothing_else_for_a_vm, setup, teardown),
		cmocka_unit_test_setup_teardown(
			tenants_tree_sees_who_watches_and_what_else_a_partition_has, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			tenants_tree_shows_grants_in_force, setup, teardown),
		cmocka_unit_test_setup_teardown(tenants_load_knows_a_vm_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
