/* SPDX-License-Identifier: MIT */
#include "qemu/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/privilege.h"
#include "check.h"

/* A number that no user of this machine has. */
static void
free_number(char *text, size_t size)
{
	uid_t uid = 3000000000U;

	while (getpwuid(uid) != NULL)
		uid++;
	(void)snprintf(text, size, "%u", uid);
}

static void
identity_of_nobody_given_changes_nothing(void **state)
{
	struct identity id;
	struct error e;

	(void)state;
	assert_int_equal(identity_resolve(NULL, NULL, &id, &e), 0);
	assert_false(id.set_user || id.set_group);
	identity_done(&id);
}

static void
identity_of_a_user_is_a_login_by_name_and_number(void **state)
{
	static const char *const text[] = {"root", "0"};

	(void)state;
	for (size_t i = 0; i < COUNT(text); i++) {
		struct passwd *root = getpwnam("root");
		struct identity id;
		struct error e;
		bool own_group = false;

		assert_non_null(root);
		assert_int_equal(identity_resolve(text[i], NULL, &id, &e), 0);
		assert_true(id.set_user && id.set_group);
		assert_int_equal(id.uid, 0);
		assert_int_equal(id.gid, root->pw_gid);
		assert_string_equal(id.name, "root");
		assert_string_equal(id.home, root->pw_dir);
		for (size_t g = 0; g < id.count; g++)
			own_group = own_group || id.groups[g] == root->pw_gid;
		assert_true(own_group);
		identity_done(&id);
		assert_null(id.groups);
	}
}

static void
identity_takes_the_group_given_for_the_users_own(void **state)
{
	struct identity id;
	struct error e;
	bool given = false;

	(void)state;
	assert_int_equal(identity_resolve("root", "4242", &id, &e), 0);
	assert_int_equal(id.gid, 4242);
	for (size_t g = 0; g < id.count; g++)
		given = given || id.groups[g] == 4242;
	assert_true(given);
	identity_done(&id);
}

static void
identity_of_a_group_alone_leaves_the_user(void **state)
{
	struct group *first = getgrgid(0);
	struct identity id;
	struct error e;

	(void)state;
	assert_non_null(first);
	assert_int_equal(identity_resolve(NULL, first->gr_name, &id, &e), 0);
	assert_true(id.set_group);
	assert_false(id.set_user);
	assert_int_equal(id.gid, 0);
	assert_null(id.groups);
	identity_done(&id);
}

static void
identity_of_a_number_without_entry_needs_a_group_and_has_no_others(void **state)
{
	struct identity id;
	struct error e;
	char number[16];

	(void)state;
	free_number(number, sizeof(number));
	assert_int_equal(identity_resolve(number, NULL, &id, &e), -EINVAL);
	assert_string_equal(e.hint, "give `group` too");
	assert_false(id.set_user);
	assert_int_equal(identity_resolve(number, "7", &id, &e), 0);
	assert_true(id.set_user && id.set_group);
	assert_int_equal(id.gid, 7);
	assert_int_equal(id.count, 0);
	assert_null(id.name);
	identity_done(&id);
}

static void
identity_refuses_what_is_unknown_or_out_of_range(void **state)
{
	static const struct {
		const char *user, *group, *told;
	} row[] = {
		{"no-such-user-here", NULL, "user 'no-such-user-here'"},
		{NULL, "no-such-group-here", "group 'no-such-group-here'"},
		{"root", "no-such-group-here", "group 'no-such-group-here'"},
		{"4294967295", "0", "user '4294967295'"},
		{"99999999999999999999", "0", "user '9999"},
		{NULL, "4294967295", "group '4294967295'"},
		{"-1", "0", "user '-1'"},
		{"", "0", "user ''"},
		{NULL, "", "group ''"},
		{"0x0", "0", "user '0x0'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct identity id;
		struct error e;
		int got = identity_resolve(row[i].user, row[i].group, &id, &e);

		if (got != -EINVAL || strstr(e.what, row[i].told) == NULL || e.hint[0] == '\0')
			fail_msg("%s: got %d, told \"%s\"", row[i].told, got, e.what);
		assert_int_equal(e.kind, ERROR_DEFINITION);
		assert_false(id.set_user || id.set_group);
	}
}

static void
identity_of_a_caller_is_as_he_called(void **state)
{
	gid_t groups[] = {7, 4242};
	struct caller caller = {.uid = 0, .gid = 9, .groups = groups, .group_count = COUNT(groups)};
	struct identity id;
	struct error e;
	char number[16];

	(void)state;
	assert_int_equal(identity_of_caller(&caller, &id, &e), 0);
	assert_true(id.set_user && id.set_group);
	assert_int_equal(id.uid, 0);
	assert_int_equal(id.gid, 9);
	assert_int_equal(id.count, 2);
	assert_memory_equal(id.groups, groups, sizeof(groups));
	assert_string_equal(id.name, "root");
	identity_done(&id);

	free_number(number, sizeof(number));
	caller = (struct caller){.uid = (uid_t)strtoul(number, NULL, 10), .gid = 9};
	assert_int_equal(identity_of_caller(&caller, &id, &e), 0);
	assert_int_equal(id.uid, caller.uid);
	assert_int_equal(id.count, 0);
	assert_true(id.set_user && id.groups == NULL && id.name == NULL && id.home == NULL);
	identity_done(&id);
}

static void
identity_is_the_definitions_without_a_caller(void **state)
{
	struct identity id;
	struct error e;

	(void)state;
	assert_int_equal(identity_choose("root", "4242", &id, &e), 0);
	assert_int_equal(id.gid, 4242);
	identity_done(&id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_of_nobody_given_changes_nothing),
		cmocka_unit_test(identity_of_a_user_is_a_login_by_name_and_number),
		cmocka_unit_test(identity_takes_the_group_given_for_the_users_own),
		cmocka_unit_test(identity_of_a_group_alone_leaves_the_user),
		cmocka_unit_test(
			identity_of_a_number_without_entry_needs_a_group_and_has_no_others),
		cmocka_unit_test(identity_refuses_what_is_unknown_or_out_of_range),
		cmocka_unit_test(identity_of_a_caller_is_as_he_called),
		cmocka_unit_test(identity_is_the_definitions_without_a_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
