/* SPDX-License-Identifier: MIT */
#include "supervise/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
capabilities_are_those_of_what_is_left_to_do(void **state)
{
	static const uint64_t least =
		CAPABILITY(CAP_SYS_NICE) | CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_KILL);
	static const struct {
		struct confine_facts facts;
		uint64_t more;
	} row[] = {
		{{.task = CONFINE_WATCH}, 0},
		{{.task = CONFINE_WATCH, .v1 = true}, CAPABILITY(CAP_SYS_ADMIN)},
		{{.task = CONFINE_WATCH, .remote = true}, CAPABILITY(CAP_SYS_ADMIN)},
		{{.task = CONFINE_WATCH, .proc_hides = true}, CAPABILITY(CAP_SYS_PTRACE)},
		{{.task = CONFINE_ATTACH}, CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_SYS_ADMIN)},
		{{.task = CONFINE_ATTACH, .v1 = true},
			CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_SYS_ADMIN)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (confine_capabilities(&row[i].facts) != (least | row[i].more))
			fail_msg("row %zu", i);
	}
}

static void
proc_hides_where_its_mount_says_so(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {
		{"", false},
		{"24 29 0:22 / /proc rw,relatime shared:13 - proc proc rw\n", false},
		{"24 29 0:22 / /proc rw,relatime shared:13 - proc proc rw,hidepid=invisible\n",
			true},
		{"24 29 0:22 / /proc rw,relatime - proc proc rw,gid=4,hidepid=2\n", true},
		{"24 29 0:22 / /proc rw,relatime - proc proc rw,hidepid=off\n", false},
		{"24 29 0:22 / /proc rw,relatime - proc proc rw,hidepid=0\n", false},
		{"25 29 0:23 / /x/hidepid=2 rw - tmpfs tmpfs rw\n"
		 "24 29 0:22 / /proc rw - proc proc rw\n",
			false},
		{"25 29 0:23 / /sys rw - sysfs sysfs rw\n"
		 "24 29 0:22 / /proc rw - proc proc rw,hidepid=ptraceable\n",
			true},
		{"24 29 0:22 / /proc rw - proc", false},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		(void)snprintf(text, sizeof(text), "%s", row[i].text);
		if (confine_proc_hides(text) != row[i].want)
			fail_msg("row %zu", i);
	}
}

/* In a child, of this very machine, which is only looked at: 0 if all is well. */
static int
confined_work(void)
{
	char word[] = "/bin/true";
	char *const argv[] = {word, NULL};
	struct host host = HOST_CLOSED;
	struct error e;

	if (host_open(&host, &e) < 0 || confine(&host, CONFINE_WATCH, CONFINE_REFUSE, &e) < 0)
		return 1;
	if (capabilities_has(CAPABILITY(CAP_NET_ADMIN)) ||
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 2;
	if (execv(word, argv) == 0 || errno != EPERM)
		return 3;
	if (fork() >= 0 || errno != EPERM)
		return 4;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 || errno != EPERM)
		return 5;
	if (mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
			MAP_FAILED ||
		errno != EPERM)
		return 6;
	if (open("/proc/self/stat", O_RDONLY | O_CLOEXEC) < 0)
		return 7;
	return confine_narrow(&host, CONFINE_WATCH, &e) == 0 ? 0 : 8;
}

static void
confine_leaves_what_is_needed_and_refuses_the_rest(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) /* not by exit(2): ASan would do more by that than the filter allows */
		(void)syscall(SYS_exit_group, confined_work());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_are_those_of_what_is_left_to_do),
		cmocka_unit_test(proc_hides_where_its_mount_says_so),
		cmocka_unit_test(confine_leaves_what_is_needed_and_refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
