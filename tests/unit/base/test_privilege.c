/* SPDX-License-Identifier: MIT */
/* What is decided, and what happens without the set-uid bit; with it: tests/vm/cases/64-setuid. */
#include "base/privilege.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
privilege_decides_by_ids_and_capabilities(void **state)
{
	static const struct {
		const char *what;
		struct privilege_facts facts;
		enum privilege want;
	} row[] = {
		{"an ordinary user", {1, 1, 2, 2, false, false}, PRIVILEGE_OWN},
		{"root", {0, 0, 0, 0, false, true}, PRIVILEGE_OWN},
		{"root without capabilities", {0, 0, 0, 0, false, false}, PRIVILEGE_OWN},
		{"a security module's transition", {1, 1, 2, 2, true, false}, PRIVILEGE_OWN},
		{"ambient capabilities", {1, 1, 2, 2, false, true}, PRIVILEGE_OWN},
		{"set-uid root", {1, 0, 2, 2, true, true}, PRIVILEGE_BEHALF},
		{"set-uid root, without the flag", {1, 0, 2, 2, false, true}, PRIVILEGE_BEHALF},
		{"set-uid and set-gid root", {1, 0, 2, 0, true, true}, PRIVILEGE_BEHALF},
		{"set-uid root, by root", {0, 0, 2, 2, true, true}, PRIVILEGE_OWN},
		{"set-gid, by root", {0, 0, 2, 3, true, true}, PRIVILEGE_OWN},
		{"set-uid another", {1, 3, 2, 2, true, false}, PRIVILEGE_STRANGE},
		{"set-uid another, by root", {0, 3, 0, 0, true, false}, PRIVILEGE_STRANGE},
		{"set-gid", {1, 1, 2, 3, true, false}, PRIVILEGE_STRANGE},
		{"capabilities of the file", {1, 1, 2, 2, true, true}, PRIVILEGE_STRANGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		enum privilege got = privilege_decide(&row[i].facts);

		if (got != row[i].want)
			fail_msg("%s: want %d, got %d", row[i].what, row[i].want, got);
	}
}

static void
privilege_limits_are_what_qpin_needs(void **state)
{
	static const rlim_t inf = RLIM_INFINITY, stack = 8 * 1024 * 1024;
	const struct {
		int resource;
		struct rlimit his, want;
	} row[] = {
		{RLIMIT_FSIZE, {0, 0}, {inf, inf}}, {RLIMIT_FSIZE, {0, inf}, {inf, inf}},
		{RLIMIT_CPU, {1, 2}, {inf, inf}}, {RLIMIT_NOFILE, {4, 4}, {1024, 1024}},
		{RLIMIT_NOFILE, {4, 4096}, {1024, 4096}},
		{RLIMIT_NOFILE, {2048, 4096}, {2048, 4096}},
		{RLIMIT_STACK, {4096, inf}, {stack, inf}}, {RLIMIT_STACK, {inf, inf}, {inf, inf}},
		{RLIMIT_CORE, {inf, inf}, {0, inf}}, {RLIMIT_CORE, {0, 0}, {0, 0}},
		{RLIMIT_MEMLOCK, {1, 2}, {1, 2}}, /* his QEMU's alone */
		{RLIMIT_NPROC, {1, 2}, {1, 2}},   /* counted when he becomes himself again */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct rlimit got = privilege_limit(row[i].resource, &row[i].his);

		if (got.rlim_cur != row[i].want.rlim_cur || got.rlim_max != row[i].want.rlim_max)
			fail_msg("row %zu: %ju %ju", i, (uintmax_t)got.rlim_cur,
				(uintmax_t)got.rlim_max);
	}
}

static void
privilege_of_who_started_it_changes_nothing(void **state)
{
	char **environment = environ;
	mode_t mask = umask(0);
	struct error e = {0};

	(void)state;
	(void)umask(mask);
	assert_int_equal(privilege_begin(&e), 0);
	assert_null(privilege_caller());
	assert_int_equal(privilege_expose(&e), 0);
	privilege_shield();
	assert_ptr_equal(environ, environment);
	assert_int_equal(umask(mask), mask);
}

static bool
is_given_back(const struct caller *c)
{
	struct rlimit now;

	if (privilege_give_back(c, true) < 0 || umask(0) != c->umask)
		return false;
	if (getrlimit(RLIMIT_FSIZE, &now) < 0 || now.rlim_cur != 4096 || now.rlim_max != 8192)
		return false;
	if (getrlimit(RLIMIT_MEMLOCK, &now) < 0 ||
		now.rlim_max == c->limits[RLIMIT_MEMLOCK].rlim_max)
		return false;
	return sched_getscheduler(0) == SCHED_IDLE && getpriority(PRIO_PROCESS, 0) == 19;
}

static void
privilege_gives_back_what_was_the_callers(void **state)
{
	struct caller c = {.umask = 077, .policy = SCHED_IDLE, .nice = 19};
	int status;
	pid_t child;

	(void)state;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		assert_int_equal(getrlimit(i, &c.limits[i]), 0);
	c.limits[RLIMIT_FSIZE] = (struct rlimit){4096, 8192};
	c.limits[RLIMIT_MEMLOCK] = (struct rlimit){1, 1}; /* stays as it is */
	child = fork();
	if (child == 0)
		_exit(is_given_back(&c) ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(privilege_decides_by_ids_and_capabilities),
		cmocka_unit_test(privilege_limits_are_what_qpin_needs),
		cmocka_unit_test(privilege_of_who_started_it_changes_nothing),
		cmocka_unit_test(privilege_gives_back_what_was_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
