/* SPDX-License-Identifier: MIT */
#include "host/states.h"

#include "base/cleanup.h"
#include "check.h"
#include "fake_host.h"

enum {
	HIS = 4242, /* nobody on a host of ours */
};

/* A user's directory as logind makes it, and qpin in it. */
static void
user_put(const struct tree *runtime, unsigned uid, unsigned owner)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%u/qpin/vm/journal", uid);
	tree_put(runtime, name, "");
	for (char *slash = strrchr(name, '/'); slash != NULL; slash = strrchr(name, '/')) {
		assert_int_equal(fchownat(runtime->root.fd, name, owner, owner, 0), 0);
		*slash = '\0';
	}
	assert_int_equal(fchownat(runtime->root.fd, name, owner, owner, 0), 0);
}

static void
our_own_comes_first(void **state)
{
	const struct root none = {.fd = -1};
	struct states states;
	struct fake_host f;
	struct error e;

	(void)state;
	fake_host_make(&f);
	assert_int_equal(states_open(&f.host, &none, &states, &e), 0);
	assert_int_equal(states.count, 1);
	assert_int_equal(states.list[0].uid, geteuid());
	assert_int_equal(states.list[0].root.user, 0);
	assert_true(states.list[0].root.fd != f.host.state.fd);
	states_close(&states);
	root_close(&f.host.state);
	assert_int_equal(states_open(&f.host, &none, &states, &e), 0);
	assert_int_equal(states.count, 0);
	states_close(&states);
	assert_int_equal(root_open(&f.host.state, f.state.root.path, &e), 0);
	f.state.root.fd = f.host.state.fd;
	fake_host_remove(&f);
}

static void
root_sees_those_of_users_if_they_are_theirs(void **state)
{
	struct states states;
	struct fake_host f;
	struct tree runtime;
	struct error e;

	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can make files of others */
	fake_host_make(&f);
	tree_make(&runtime);
	user_put(&runtime, HIS + 1, HIS + 1);
	user_put(&runtime, HIS, HIS);
	user_put(&runtime, HIS + 2, HIS); /* another's */
	tree_put(&runtime, "nobody/qpin/x", "");
	assert_int_equal(mkdirat(runtime.root.fd, "4250", 0700), 0); /* root's */
	user_put(&runtime, HIS + 3, HIS + 3);
	assert_int_equal(renameat(runtime.root.fd, "4245/qpin", runtime.root.fd, "4245/x"), 0);
	assert_int_equal(symlinkat("x", runtime.root.fd, "4245/qpin"), 0);
	user_put(&runtime, HIS + 4, HIS + 4);
	assert_int_equal(fchmodat(runtime.root.fd, "4246/qpin", 0777, 0), 0);
	assert_int_equal(states_open(&f.host, &runtime.root, &states, &e), 0);
	assert_int_equal(states.count, 3);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(states.list[i + 1].uid, HIS + i);
		assert_int_equal(states.list[i + 1].root.user, HIS + i);
		assert_true(states.list[i + 1].root.own);
	}
	assert_string_equal(states.list[1].user, "4242");
	states_close(&states);
	tree_remove(&runtime);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_comes_first),
		cmocka_unit_test(root_sees_those_of_users_if_they_are_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
