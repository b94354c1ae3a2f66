/* SPDX-License-Identifier: MIT */
#include "base/filter.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static const struct filter_rule some[] = {
	{.name = "sched_setaffinity"},
	{.name = "umount"}, /* only the 32-bit ABI has it */
	{.name = "clone3", .errnum = ENOSYS},
	{.name = "socket", .compares = true, .arg = 1, .mask = 0xf, .value = SOCK_DGRAM},
};

static void
make(enum filter_kind kind, const char *const *without, struct filter *ret)
{
	const struct filter_request request = {
		.kind = kind, .rules = some, .count = COUNT(some), .without = without};
	struct error e = {0};

	if (filter_make(&request, ret, &e) < 0)
		fail_msg("%s: %s %s", e.what, e.where, e.why);
}

/* The status of a child that installs @f and then does @work; 99 when it can't install it. */
static int
confined(const struct filter *f, int (*work)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || filter_install(f) < 0)
			_exit(99);
		/* Not by exit(2): ASan would do more by that than some filters allow. */
		(void)syscall(SYS_exit_group, work());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* 0, or the errno of a raw call, which is no library's. */
static int
call(long number, long first, long second, const void *third)
{
	return syscall(number, first, second, third) < 0 ? errno : 0;
}

static int
refused_work(void)
{
	cpu_set_t mask;

	if (sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return 1;
	if (call(SYS_sched_setaffinity, 0, sizeof(mask), &mask) != EPERM)
		return 2;
	if (call(SYS_clone3, 0, 0, NULL) != ENOSYS)
		return 3;
	if (call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, NULL) != EPERM)
		return 4;
	return call(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, NULL) == 0 ? 0 : 5;
}

static void
filter_refuses_what_is_listed_and_nothing_else(void **state)
{
	auto_filter struct filter f = {0};

	(void)state;
	assert_true(filter_is_available());
	make(FILTER_REFUSES, NULL, &f);
	assert_int_equal(confined(&f, refused_work), 0);
}

static int
left_out_work(void)
{
	cpu_set_t mask;

	if (sched_getaffinity(0, sizeof(mask), &mask) < 0)
		return 1;
	if (call(SYS_sched_setaffinity, 0, sizeof(mask), &mask) != 0)
		return 2;
	return call(SYS_clone3, 0, 0, NULL) == ENOSYS ? 0 : 3;
}

static void
filter_has_no_rule_that_is_left_out(void **state)
{
	static const char *const without[] = {"socket", "sched_setaffinity", NULL};
	auto_filter struct filter f = {0};

	(void)state;
	make(FILTER_REFUSES, without, &f);
	assert_int_equal(confined(&f, left_out_work), 0);
}

#ifdef __x86_64__
/* The same call by the number that the 32-bit ABI has for it. */
static int
call_32(int number)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(0), "c"(0), "d"(0)
			 : "memory");
	return -result;
}

static int
abi_work(void)
{
	enum { UMOUNT_32 = 22, SCHED_SETAFFINITY_32 = 241, GETPID_32 = 20, X32_BIT = 0x40000000 };

	if (call_32(SCHED_SETAFFINITY_32) != EPERM || call_32(UMOUNT_32) != EPERM)
		return 1;
	if (call_32(GETPID_32) != -getpid())
		return 2;
	return call(SYS_sched_setaffinity | X32_BIT, 0, 0, NULL) == ENOSYS ? 0 : 3;
}

static void
filter_has_no_hole_at_another_abi(void **state)
{
	auto_filter struct filter f = {0};
	int status;

	(void)state;
	make(FILTER_REFUSES, NULL, &f);
	status = confined(&f, abi_work);
	if (status == 128 + SIGSEGV)
		skip(); /* the kernel has no such ABI */
	assert_int_equal(status, 0);
}
#endif

static int
allowed_work(void)
{
	static const struct filter_rule rules[] = {{.name = "getpid"}, {.name = "exit_group"}};
	const struct filter_request request = {
		.kind = FILTER_ALLOWS, .rules = rules, .count = COUNT(rules)};
	struct filter f = {0};
	struct error e;

	if (filter_make(&request, &f, &e) < 0 || filter_install(&f) < 0)
		return 98;
	if (getpid() <= 0)
		return 1;
	if (call(SYS_getppid, 0, 0, NULL) != EPERM || call(SYS_write, 1, 0, NULL) != EPERM)
		return 2;
	return 0;
}

static void
filter_of_what_is_allowed_refuses_the_rest(void **state)
{
	auto_filter struct filter none = {0};

	(void)state;
	make(FILTER_LOGS, NULL, &none); /* does all that it is asked */
	assert_int_equal(confined(&none, allowed_work), 0);
}

static void
filter_make_refuses_a_name_that_is_none(void **state)
{
	static const struct filter_rule rules[] = {{.name = "getpid"}, {.name = "get_pid"}};
	const struct filter_request request = {
		.kind = FILTER_REFUSES, .rules = rules, .count = COUNT(rules)};
	struct filter f = {0};
	struct error e;

	(void)state;
	assert_int_equal(filter_make(&request, &f, &e), -EINVAL);
	assert_string_equal(e.why, "libseccomp knows no system call \"get_pid\"");
	assert_null(f.program.filter);
}

/* What scripts/seccomp-table makes of @list, its complaints too; returns whether it succeeds. */
static bool
table_make(const char *list, char *text, size_t size)
{
	char path[] = "/tmp/qpin-list-XXXXXX", command[128];
	int fd = mkstemp(path); /* NOLINT(android-cloexec-mkstemp) */
	size_t len;
	FILE *out;
	int status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, list, strlen(list)), strlen(list));
	(void)close(fd);
	(void)snprintf(command, sizeof(command), "scripts/seccomp-table %s 2>&1", path);
	out = popen(command, "r"); /* NOLINT(cert-env33-c,android-cloexec-popen) */
	assert_non_null(out);
	len = fread(text, 1, size - 1, out);
	text[len] = '\0';
	status = pclose(out);
	(void)unlink(path);
	return status == 0;
}

static void
list_becomes_a_table(void **state)
{
	static const struct {
		const char *list, *want;
	} row[] = {
		{"", ""},
		{"# read: no\n\nread: why\n", "\t{.name = \"read\"},\n"},
		{"read: why: because # it is\n", "\t{.name = \"read\"},\n"},
		{"clone3 with ENOSYS: why\n", "\t{.name = \"clone3\", .errnum = ENOSYS},\n"},
		{"socket if arg0 == 1: why\n",
			"\t{.name = \"socket\", .compares = true, .arg = 0, .mask = UINT64_MAX, "
			".value = 1},\n"},
		{"mmap if arg2 & 0x4 == 0 with EACCES: why\n",
			"\t{.name = \"mmap\", .compares = true, .arg = 2, .mask = 0x4, .value = 0, "
			".errnum = EACCES},\n"},
		{"clone if arg0 == 1: a\nclone if arg0 == 2: b\n",
			"\t{.name = \"clone\", .compares = true, .arg = 0, .mask = UINT64_MAX, "
			".value = 1},\n"
			"\t{.name = \"clone\", .compares = true, .arg = 0, .mask = UINT64_MAX, "
			".value = 2},\n"},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (!table_make(row[i].list, text, sizeof(text)) || strcmp(text, row[i].want) != 0)
			fail_msg("\"%s\": %s", row[i].list, text);
	}
}

static void
list_with_a_bad_line_is_refused_by_its_line(void **state)
{
	static const struct {
		const char *list, *why;
	} row[] = {
		{"read\n", ":1: a rule has a colon and a reason"},
		{"read:\n", ":1: a rule has a colon and a reason"},
		{"read: \n", ":1: a rule has a colon and a reason"},
		{"write: why\nread: ?\n", ":2: a rule has a colon and a reason"},
		{": why\n", ":1: \"\" is no system call"},
		{"Read: why\n", ":1: \"Read\" is no system call"},
		{"\"read: why\n", "is no system call"},
		{"read write: why\n", ":1: a rule is NAME"},
		{"read if: why\n", ":1: a rule is NAME"},
		{"read if arg6 == 1: why\n", ":1: a rule is NAME"},
		{"read if arg0 = 1: why\n", ":1: a rule is NAME"},
		{"read if arg0 == -1: why\n", ":1: a rule is NAME"},
		{"read if arg0 == 1 & 2: why\n", ":1: a rule is NAME"},
		{"read if arg0 & == 1: why\n", ":1: a rule is NAME"},
		{"read with 1: why\n", ":1: a rule is NAME"},
		{"read with EPERM EPERM: why\n", ":1: a rule is NAME"},
		{"read: why\nwrite: why\nread: why\n", ":3: this rule is in line 1 already"},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (table_make(row[i].list, text, sizeof(text)) || strstr(text, row[i].why) == NULL)
			fail_msg("\"%s\": %s", row[i].list, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_refuses_what_is_listed_and_nothing_else),
		cmocka_unit_test(filter_has_no_rule_that_is_left_out),
#ifdef __x86_64__
		cmocka_unit_test(filter_has_no_hole_at_another_abi),
#endif
		cmocka_unit_test(filter_of_what_is_allowed_refuses_the_rest),
		cmocka_unit_test(filter_make_refuses_a_name_that_is_none),
		cmocka_unit_test(list_becomes_a_table),
		cmocka_unit_test(list_with_a_bad_line_is_refused_by_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
