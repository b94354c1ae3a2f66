/* SPDX-License-Identifier: MIT */
#include "plan/grant.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "plan/scene.h"

/* 8 CPUs on systemd: 7 is offline, 6 isolated at boot, 5 in a partition, others have 2, 3 and 4. */
static void
host_make_busy(struct scene *s)
{
	scene_make(s, "core:8 pu:1", NULL, "");
	s->facts.systemd = true;
	scene_claim(s, "web", "2", true);
	scene_claim(s, "db", "3", false);
	scene_claim(s, "alice", "4", false);
	s->claims[2].granted = true;
	scene_take_offline(s, 7);
	s->facts.topology.boot_isolated = cpus_of("6");
	cpus_remove(&s->facts.cgroup.effective, 5);
}

static void
grant_is_of_free_cpus_alone(void **state)
{
	static const struct {
		const char *cpus, *text;
		enum error_kind kind;
	} row[] = {
		{"0", NULL, 0},
		{"1-2", "cannot grant CPU 2: it belongs to the running VM 'web'", ERROR_CLAIMED},
		{"3", "cannot grant CPU 3: it belongs to the VM 'db', whose qpin died",
			ERROR_CLAIMED},
		{"4", "cannot grant CPU 4: it belongs to the grant of user 'alice'", ERROR_CLAIMED},
		{"0,5", "cannot grant CPU 5: it is in a cgroup partition that is not qpin's",
			ERROR_CLAIMED},
		{"6",
			"cannot grant CPU 6: it was isolated at boot; kernels refuse a partition "
			"of type root there",
			ERROR_ISOLATION},
		{"7", "cannot grant CPU 7: it is offline; online are 0-6", ERROR_USAGE},
		{"1,99", "cannot grant CPU 99: the host has no such CPU; online are 0-6",
			ERROR_USAGE},
		{"0-1", "cannot grant the CPUs 0-1: that leaves none to the host", ERROR_USAGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus cpus = cpus_of(row[i].cpus);
		struct scene s;
		struct error e = {0};
		char text[1024] = "";
		int r;

		host_make_busy(&s);
		r = grant_check(&s.facts, &cpus, "bob", &e);
		if (r < 0)
			error_text(&e, text, sizeof(text));
		if ((r == 0) != (row[i].text == NULL) || (r < 0 && strcmp(text, row[i].text) != 0))
			fail_msg("%s: %d, \"%s\"", row[i].cpus, r, text);
		assert_int_equal(e.kind, row[i].kind);
		assert_true(r == 0 || e.hint[0] != '\0');
		scene_done(&s);
	}
}

static void
grant_needs_systemd_and_remote_partitions(void **state)
{
	static const struct {
		bool systemd, exclusive;
		enum cgroup_mode mode;
		const char *why;
	} row[] = {
		{false, true, CGROUP_V2, "there is no systemd"},
		{true, true, CGROUP_HYBRID, "cpuset is no controller of cgroup v2"},
		{true, false, CGROUP_V2, "this kernel has no remote partitions"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cpus cpus = cpus_of("2");
		struct scene s;
		struct error e;

		scene_make(&s, "core:8 pu:1", NULL, "");
		s.facts.systemd = row[i].systemd;
		s.facts.cgroup.mode = row[i].mode;
		s.facts.cgroup.has_exclusive = row[i].exclusive;
		assert_int_equal(grant_check(&s.facts, &cpus, "bob", &e), -EINVAL);
		if (strstr(e.why, row[i].why) == NULL)
			fail_msg("row %zu: \"%s\"", i, e.why);
		assert_int_equal(error_exit_status(e.kind), EXIT_STATUS_ISOLATION);
		scene_done(&s);
	}
}

/* The lines of what @list's changes do. */
static char *
describe(const struct change_list *list)
{
	struct buf b = {0};

	for (size_t i = 0; i < list->count; i++) {
		char text[512];

		list->list[i].kind->describe(&list->list[i], text, sizeof(text));
		buf_printf(&b, "%s\n", text);
	}
	return buf_take(&b);
}

static void
grant_is_enforced_in_all_cgroups_down_to_the_slice(void **state)
{
	static const char manager[] = "/user.slice/user-7.slice/user@7.service";
	struct cpus cpus = cpus_of("2-3");
	struct change_list list = {0};
	auto_free char *text = NULL;

	(void)state;
	assert_int_equal(grant_prepare(7, manager, &cpus, &list), 0);
	assert_int_equal(grant_enforce(manager, &cpus, &list), 0);
	text = describe(&list);
	assert_string_equal(text,
		"have user 7's systemd start /user.slice/user-7.slice/user@7.service/qpin.slice "
		"with the CPUs 2-3\n"
		"add 2-3 to /user.slice/cpuset.cpus.exclusive\n"
		"add 2-3 to /user.slice/user-7.slice/cpuset.cpus.exclusive\n"
		"add 2-3 to /user.slice/user-7.slice/user@7.service/cpuset.cpus.exclusive\n"
		"add 2-3 to "
		"/user.slice/user-7.slice/user@7.service/qpin.slice/cpuset.cpus.exclusive\n"
		"make /user.slice/user-7.slice/user@7.service/qpin.slice a partition of type "
		"root\n");
	change_list_done(&list);
}

static void
grant_is_kept_by_a_unit_of_the_users(void **state)
{
	struct change_list list = {0};
	auto_free char *text = NULL;

	(void)state;
	assert_int_equal(grant_configure(4294967294U, &list), 0);
	assert_int_equal(grant_keep(4294967294U, &list), 0);
	text = describe(&list);
	assert_string_equal(text,
		"configure systemd's user@4294967294.service by "
		"/etc/systemd/system/user@4294967294.service.d/50-qpin-grant.conf\n"
		"enable systemd's qpin-grant@4294967294.service\n"
		"start systemd's qpin-grant@4294967294.service with user@4294967294.service\n");
	change_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grant_is_of_free_cpus_alone),
		cmocka_unit_test(grant_needs_systemd_and_remote_partitions),
		cmocka_unit_test(grant_is_enforced_in_all_cgroups_down_to_the_slice),
		cmocka_unit_test(grant_is_kept_by_a_unit_of_the_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
