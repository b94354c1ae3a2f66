/* SPDX-License-Identifier: MIT */
#include "qemu/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static struct definition
parsed(const char *launcher, const char *qemu)
{
	struct definition d;
	struct problems problems;
	struct error e = {0};
	char text[512];
	struct definition_text from = {.text = text, .path = "vm.yml"};
	int r;

	from.len = (size_t)snprintf(
		text, sizeof(text), "launcher: { binary: q%s }\nqemu: [ %s ]\n", launcher, qemu);
	r = definition_parse(&from, &d, &problems, &e);
	problems_done(&problems);
	if (r < 0)
		fail_msg("%s: %s", text, e.why);
	return d;
}

/* "on nnp without:a,b", "off", "off: why" */
static void
text_of(const struct sandbox *s, char *text, size_t size)
{
	size_t len = (size_t)snprintf(
		text, size, "%s%s", s->on ? "on" : "off", s->no_new_privs ? " nnp" : "");

	for (size_t i = 0; s->without[i] != NULL; i++)
		len += (size_t)snprintf(text + len, size - len, " -%s", s->without[i]);
	if (s->why != NULL)
		(void)snprintf(text + len, size - len, ": %.11s", s->why);
}

static void
sandbox_is_what_the_definition_and_the_command_line_ask_for(void **state)
{
	static const struct sandbox_facts root = {
		.available = true, .may_filter = true, .is_root = true};
	static const struct sandbox_facts user = {.available = true};
	static const struct sandbox_facts other = {.available = true, .may_filter = true};
	static const struct sandbox_facts gaining = {.available = true, .program_gains = true};
	static const struct sandbox_facts bare = {.is_root = true};
	static const char on[] = ", seccomp: on", off[] = ", seccomp: off";
	static const struct {
		const char *launcher, *qemu;
		const struct sandbox_facts *facts;
		const char *want;
	} row[] = {
		{"", "m: 1G", &root, "on nnp"},
		{"", "m: 1G", &user, "on nnp"},
		{", seccomp: auto", "m: 1G", &user, "on nnp"},
		{off, "chroot: /x", &root, "off"},
		{on, "chroot: /x", &root, "on nnp"},
		{"", "m: 1G", &bare, "off: the kernel,"},
		{on, "m: 1G", &bare, "on nnp"},
		{"", "chroot: /x", &root, "on nnp -chroot"},
		{"", "run-with: [ async-teardown: 'on', chroot: /x ]", &root, "on nnp -chroot"},
		{"", "run-with: [ async-teardown: 'on' ]", &root, "on nnp"},
		{"", "--chroot: /x", &root, "on nnp -chroot"},
		{"", "object: [ thread-context, id: t, node-affinity: 0 ]", &root,
			"on nnp -sched_setaffinity"},
		{"", "object: [ qom-type: thread-context, id: t ]", &root,
			"on nnp -sched_setaffinity"},
		{"", "object: '{\"qom-type\": \"thread-context\", \"id\": \"t\"}'", &root,
			"on nnp -sched_setaffinity"},
		{"", "object: [ memory-backend-ram, id: thread-context ]", &root, "on nnp"},
		{"", "object: [ secret_keyring, id: s ], chroot: /x, device: [ x, rss: 'on' ]",
			&root, "on nnp -chroot -keyctl -bpf"},
		{"", "netdev: [ af-xdp, id: n ], device: [ x, rss: 'on' ]", &root, "on nnp -bpf"},
		{"", "device: [ x, id: rss=off ]", &root, "on nnp"},
		{"", "netdev: [ bridge, id: n ]", &root, "on nnp"},
		{"", "netdev: [ bridge, id: n ]", &user, "off: its network"},
		{"", "netdev: [ bridge, id: n ]", &other, "on: its network"},
		{on, "netdev: [ bridge, id: n ]", &user, "on nnp"},
		{"", "netdev: [ user, id: bridge ]", &user, "on nnp"},
		{"", "nic: [ bridge, br: b ]", &user, "off: its network"},
		{"", "net: bridge", &user, "off: its network"},
		{"", "netdev: [ tap, id: n, helper: /x ]", &other, "on: its network"},
		{"", "netdev: [ tap, id: n ]", &user, "off: its network"},
		{"", "netdev: [ tap, id: n, script: 'no', downscript: 'no' ]", &user, "on nnp"},
		{"", "netdev: [ tap, id: n, downscript: 'no' ]", &user, "off: its network"},
		{"", "m: 1G", &gaining, "off: its program"},
		{"", "chroot: /x, netdev: [ bridge ]", &other, "on -chroot: its network"},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct definition d = parsed(row[i].launcher, row[i].qemu);
		struct sandbox s;

		sandbox_decide(&d, row[i].facts, &s);
		text_of(&s, text, sizeof(text));
		if (strcmp(text, row[i].want) != 0)
			fail_msg("row %zu, %s: want \"%s\", got \"%s\"", i, row[i].qemu,
				row[i].want, text);
		definition_done(&d);
	}
}

static void
sandbox_program_gains_by_its_mode(void **state)
{
	char path[] = "/tmp/qpin-program-XXXXXX";
	int fd = mkstemp(path); /* NOLINT(android-cloexec-mkstemp) */

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0755), 0);
	assert_false(sandbox_program_gains(path));
	assert_int_equal(fchmod(fd, 04755), 0);
	assert_true(sandbox_program_gains(path));
	assert_int_equal(fchmod(fd, 02755), 0);
	assert_true(sandbox_program_gains(path));
	(void)unlink(path);
	(void)close(fd);
	assert_false(sandbox_program_gains(path));
}

static void *
thread_work(void *data)
{
	return data;
}

static bool
is_refused(long number, unsigned long first, unsigned long second, const void *third)
{
	return syscall(number, first, second, third) < 0 && errno == EPERM;
}

/* As QEMU: 0 if what it needs works, and what is refused is. */
static int
qemu_work(void)
{
	pthread_t thread;
	cpu_set_t mask;
	pid_t child;

	if (sched_getaffinity(0, sizeof(mask), &mask) < 0 ||
		!is_refused(SYS_sched_setaffinity, 0, sizeof(mask), &mask))
		return 1;
	if (!is_refused(SYS_unshare, CLONE_NEWUSER, 0, NULL) ||
		!is_refused(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, NULL) ||
		!is_refused(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | SIGCHLD, 0, NULL))
		return 2;
	if (!is_refused(SYS_ptrace, 0, 0, NULL) || !is_refused(SYS_chroot, 0, 0, NULL) ||
		!is_refused(SYS_bpf, 0, 0, NULL) || !is_refused(SYS_setpriority, 0, 0, NULL))
		return 3;
	if (pthread_create(&thread, NULL, thread_work, NULL) != 0 ||
		pthread_join(thread, NULL) != 0)
		return 4;
	child = fork();
	if (child == 0)
		_exit(0);
	return child > 0 && waitpid(child, NULL, 0) == child ? 0 : 5;
}

static void
sandbox_filter_lets_a_program_live(void **state)
{
	const struct sandbox sandbox = {.on = true};
	auto_filter struct filter f = {0};
	struct error e = {0};
	pid_t child;
	int status;

	(void)state;
	if (sandbox_filter(&sandbox, &f, &e) < 0)
		fail_msg("%s: %s %s", e.what, e.where, e.why);
	child = fork();
	if (child == 0)
		_exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || filter_install(&f) < 0
				? 99
				: qemu_work());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sandbox_is_what_the_definition_and_the_command_line_ask_for),
		cmocka_unit_test(sandbox_program_gains_by_its_mode),
		cmocka_unit_test(sandbox_filter_lets_a_program_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
