/* SPDX-License-Identifier: MIT */
#include "qemu/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

enum {
	END_MS = 20 * 1000, /* a loaded machine's patience */
};

/* A request to run @script, whose standard error is the test's answer. */
#define SCRIPT(script)                                                                             \
	{                                                                                          \
		.argv = (char *const[]){(char[]){"/bin/sh"}, (char[]){"-c"}, (char[]){script},     \
			NULL},                                                                     \
		.cgroup_fd = -1, .qmp_fd = -1                                                      \
	}

static unsigned
descriptors_count(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return count;
}

/* Run to the end; what it wrote to standard error is in @text. */
static struct spawn_end
run(const struct spawn_request *request, char *text, size_t size)
{
	struct spawned spawned;
	struct spawn_end end;
	struct error e = {0};
	struct pollfd ready = {.events = POLLIN};
	size_t len = 0;
	ssize_t got = 1;

	if (spawn(request, &spawned, &e) < 0)
		fail_msg("%s: %s: %s", e.what, e.where, strerror(e.errnum));
	assert_true(spawned.pid > 1);
	while (got > 0) {
		ready.fd = spawned.stderr_fd;
		assert_int_equal(poll(&ready, 1, END_MS), 1);
		got = read(spawned.stderr_fd, text + len, size - 1 - len);
		assert_true(got >= 0);
		len += (size_t)got;
	}
	text[len] = '\0';
	ready.fd = spawned.pidfd;
	assert_int_equal(poll(&ready, 1, END_MS), 1);
	assert_int_equal(spawn_reap(spawned.pidfd, &end, &e), 1);
	assert_int_equal(spawn_reap(spawned.pidfd, &end, &e), -ECHILD);
	spawned_close(&spawned);
	spawned_close(&spawned);
	return end;
}

static void
spawn_tells_how_a_process_ended(void **state)
{
	const struct {
		struct spawn_request request;
		const char *want;
		int status;
	} row[] = {
		{SCRIPT("exit 0"), "exited with status 0", 0},
		{SCRIPT("exit 7"), "exited with status 7", 7},
		{SCRIPT("kill -9 $$"), "was killed by signal 9 (Killed)", 137},
		{SCRIPT("kill -15 $$"), "was killed by signal 15 (Terminated)", 143},
	};
	unsigned before = descriptors_count();

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[128];
		struct spawn_end end = run(&row[i].request, text, sizeof(text));

		assert_string_equal(spawn_end_text(&end, text, sizeof(text)), row[i].want);
		assert_int_equal(spawn_end_status(&end), row[i].status);
	}
	assert_int_equal(descriptors_count(), before);
}

static void
spawn_reap_does_not_wait(void **state)
{
	const struct spawn_request request = SCRIPT("read line <&3");
	struct spawn_request with_socket = request;
	struct pollfd ready = {.events = POLLIN};
	struct spawned spawned;
	struct spawn_end end;
	struct error e;
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	with_socket.qmp_fd = ends[1];
	assert_int_equal(spawn(&with_socket, &spawned, &e), 0);
	assert_int_equal(spawn_reap(spawned.pidfd, &end, &e), 0);
	assert_int_equal(write(ends[0], "\n", 1), 1);
	ready.fd = spawned.pidfd;
	assert_int_equal(poll(&ready, 1, END_MS), 1);
	assert_int_equal(spawn_signal(spawned.pidfd, SIGKILL), 0); /* a zombie has its id still */
	assert_int_equal(spawn_reap(spawned.pidfd, &end, &e), 1);
	assert_int_equal(spawn_signal(spawned.pidfd, SIGKILL), -ESRCH);
	spawned_close(&spawned);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

#define LIST_DESCRIPTORS                                                                           \
	"i=0; while [ $i -lt 64 ]; do [ -e /proc/$$/fd/$i ] && echo $i >&2; i=$((i+1)); done"

static void
spawn_leaks_no_descriptor(void **state)
{
	struct spawn_request request = SCRIPT(LIST_DESCRIPTORS);
	char text[256];
	int leak[8], ends[2];

	(void)state;
	for (size_t i = 0; i < COUNT(leak); i++)
		leak[i] = open("/dev/null", O_RDONLY); /* NOLINT(android-cloexec-open) */
	(void)run(&request, text, sizeof(text));
	assert_string_equal(text, "0\n1\n2\n");
	for (size_t i = 0; i < COUNT(leak); i++)
		(void)close(leak[i]);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	request.qmp_fd = ends[1];
	(void)run(&request, text, sizeof(text));
	assert_string_equal(text, "0\n1\n2\n3\n4\n");
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* A connected pair, the second end numbered @number; false when that is taken. */
static bool
pair_at(int number, int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	if (number == ends[0] || number == ends[1])
		return true;
	if (fcntl(number, F_GETFD) >= 0) {
		(void)close(ends[0]);
		(void)close(ends[1]);
		return false;
	}
	assert_int_equal(dup3(ends[1], number, O_CLOEXEC), number);
	(void)close(ends[1]);
	ends[1] = number;
	return true;
}

static void
spawn_hands_the_monitor_over_whatever_its_number(void **state)
{
	struct spawn_request request = SCRIPT("echo hello >&3; echo error >&2");

	(void)state;
	for (int number = 3; number < 20; number++) {
		char text[64], got[64];
		int ends[2];

		if (!pair_at(number, ends))
			continue; /* the test program's own */
		request.qmp_fd = ends[1];
		(void)run(&request, text, sizeof(text));
		assert_string_equal(text, "error\n");
		assert_int_equal(read(ends[0], got, sizeof(got)), 6);
		assert_memory_equal(got, "hello\n", 6);
		(void)close(ends[0]);
		(void)close(ends[1]);
	}
}

static void
spawn_lets_another_user_read_of_the_monitor(void **state)
{
	const struct identity identity = {
		.set_user = true, .uid = geteuid() == 0 ? 54321 : geteuid()};
	struct spawn_request request = SCRIPT("cat /proc/self/fd/4 >&2");
	char text[256];
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	request.qmp_fd = ends[1];
	request.identity = &identity;
	(void)run(&request, text, sizeof(text));
	assert_non_null(strstr(text, "fd = \"3\"\n"));
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
spawn_tells_that_descriptors_are_few(void **state)
{
	struct spawn_request request = SCRIPT("true");
	struct rlimit before, few;
	struct spawned spawned;
	struct error e;
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 16;
	for (int i = 0; i < 2; i++) {
		int r;

		request.qmp_fd = i == 0 ? -1 : ends[1];
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		r = spawn(&request, &spawned, &e);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(r, -EMFILE);
		assert_string_equal(e.what,
			i == 0 ? "start QEMU: make a pipe" : "start QEMU: hand its monitor over");
		assert_string_equal(e.hint, "raise the limit of open files (ulimit -n)");
	}
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
spawn_gives_the_environment_that_is_asked_for(void **state)
{
	const struct env_entry entries[] = {{(char[]){"B"}, (char[]){"two words"}}};
	struct spawn_request request = SCRIPT("echo \"$A/$B\" >&2");
	char text[256];

	(void)state;
	(void)setenv("A", "inherited", 1);
	request.env = entries;
	request.env_count = COUNT(entries);
	(void)run(&request, text, sizeof(text));
	assert_string_equal(text, "inherited/two words\n");
	request.clear_env = true;
	(void)run(&request, text, sizeof(text));
	assert_string_equal(text, "/two words\n");
	(void)unsetenv("A");
}

static void
handler(int number)
{
	(void)number;
}

/* Which of the two signals that glibc keeps for itself this process inherited as ignored. */
static unsigned long long
own_signals_ignored(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	unsigned long long mask = 0;
	char line[256];

	assert_non_null(status);
	while (fgets(line, sizeof(line), status) != NULL)
		(void)sscanf(line, "SigIgn: %llx", &mask); /* NOLINT(cert-err34-c) */
	(void)fclose(status);
	return mask & 3ULL << (__SIGRTMIN - 1);
}

static void
spawn_resets_signals_but_those_ignored_at_the_start(void **state)
{
	struct spawn_request request = SCRIPT("grep -E '^Sig(Blk|Ign):' /proc/self/status >&2");
	sigset_t at_start, blocked, before;
	char text[256], want[64];
	unsigned long long mask = 0;

	(void)state;
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGUSR1, SIG_IGN);
	spawn_ignored_read(&at_start);
	assert_int_equal(sigismember(&at_start, SIGUSR1), 1);
	assert_int_equal(sigismember(&at_start, SIGUSR2), 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGUSR2, handler);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &blocked, &before);
	request.ignored = &at_start;
	(void)run(&request, text, sizeof(text));
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000\n"));
	for (int i = 1; i < NSIG; i++)
		mask |= sigismember(&at_start, i) == 1 ? 1ULL << (i - 1) : 0;
	mask |= own_signals_ignored(); /* of the C library: it lets nobody change them */
	(void)snprintf(want, sizeof(want), "SigIgn:\t%016llx\n", mask);
	if (strstr(text, want) == NULL)
		fail_msg("want %s in %s", want, text);
	(void)sigprocmask(SIG_BLOCK, NULL, &blocked);
	assert_int_equal(sigismember(&blocked, SIGTERM), 1); /* ours are as before */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)signal(SIGUSR1, SIG_DFL);
	(void)signal(SIGUSR2, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
}

static void
spawn_resets_an_inherited_affinity(void **state)
{
	struct spawn_request request =
		SCRIPT("grep Cpus_allowed_list: /proc/self/status | cut -f2 >&2");
	char wide[256], narrow[256], reset[256];
	cpu_set_t before, one;
	int cpu = 0;

	(void)state;
	request.reset_affinity = true;
	(void)run(&request, wide, sizeof(wide));
	request.reset_affinity = false;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	while (!CPU_ISSET(cpu, &before))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	(void)run(&request, narrow, sizeof(narrow));
	assert_int_equal(atoi(narrow), cpu); /* NOLINT(cert-err34-c) */
	assert_null(strpbrk(narrow, ",-"));
	request.reset_affinity = true;
	(void)run(&request, reset, sizeof(reset));
	assert_string_equal(reset, wide);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static void
spawn_in_a_group_of_its_own_is_out_of_ctrl_c(void **state)
{
	struct spawn_request request = SCRIPT("cut -d' ' -f1,5 /proc/$$/stat >&2");
	char text[256];
	int pid, group;

	(void)state;
	(void)run(&request, text, sizeof(text));
	assert_int_equal(sscanf(text, "%d %d", &pid, &group), 2); /* NOLINT(cert-err34-c) */
	assert_int_equal(group, getpgrp());
	request.own_group = true;
	(void)run(&request, text, sizeof(text));
	assert_int_equal(sscanf(text, "%d %d", &pid, &group), 2); /* NOLINT(cert-err34-c) */
	assert_int_equal(group, pid);
}

static void
spawn_takes_on_a_user_or_says_what_it_needs(void **state)
{
	const struct identity identity = {.set_user = true,
		.set_group = true,
		.uid = 54321,
		.gid = 54322,
		.groups = (gid_t[]){54322, 54323},
		.count = 2};
	struct spawn_request request = SCRIPT("(id -u; id -g; id -G) >&2");
	struct spawned spawned;
	struct error e;
	char text[256];

	(void)state;
	request.identity = &identity;
	if (geteuid() == 0) {
		(void)run(&request, text, sizeof(text));
		assert_string_equal(text, "54321\n54322\n54322 54323\n");
		return;
	}
	assert_int_equal(spawn(&request, &spawned, &e), -EPERM);
	assert_int_equal(e.kind, ERROR_DENIED);
	assert_string_equal(e.hint, "only root may run it as another user or group");
}

static void
spawn_confines_the_program(void **state)
{
	static const struct filter_rule rules[] = {{.name = "chroot"}};
	const struct filter_request wanted = {
		.kind = FILTER_REFUSES, .rules = rules, .count = COUNT(rules)};
	struct spawn_request request =
		SCRIPT("sed -nE 's/^(NoNewPrivs|Seccomp):.//p' /proc/self/status >&2");
	auto_filter struct filter filter = {0};
	struct error e;
	char text[64];

	(void)state;
	(void)run(&request, text, sizeof(text)); /* a container may confine us */
	assert_true(text[0] == '0' + prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	request.no_new_privs = true;
	(void)run(&request, text, sizeof(text));
	assert_true(text[0] == '1');
	assert_int_equal(filter_make(&wanted, &filter, &e), 0);
	request.filter = &filter;
	(void)run(&request, text, sizeof(text));
	assert_string_equal(text, "1\n2\n");
}

static void
spawn_as_oneself_needs_no_rights(void **state)
{
	const struct identity identity = {
		.set_user = true, .set_group = true, .uid = geteuid(), .gid = getegid()};
	struct spawn_request request = SCRIPT("id -u >&2");
	char text[64], want[64];

	(void)state;
	request.identity = &identity;
	(void)run(&request, text, sizeof(text));
	(void)snprintf(want, sizeof(want), "%u\n", geteuid());
	assert_string_equal(text, want);
}

/* Where this process may set no policy (in a container) it can't be had, and is told. */
static void
spawn_binds_memory_to_nodes(void **state)
{
	struct spawn_request request = SCRIPT("grep -c ' bind:0 ' /proc/$$/numa_maps >&2");
	struct cpus node = {0};
	struct spawned spawned;
	struct error e = {0};
	char text[64];

	(void)state;
	cpus_add(&node, 0);
	request.memory_nodes = &node;
	if (syscall(SYS_get_mempolicy, NULL, NULL, 0, NULL, 0) < 0) {
		assert_int_equal(spawn(&request, &spawned, &e), -errno);
		assert_string_equal(e.what, "start QEMU: bind its memory to NUMA nodes");
		return;
	}
	run(&request, text, sizeof(text));
	assert_true(strtol(text, NULL, 10) > 0);
}

static void
spawn_lifts_the_limit_on_locked_memory(void **state)
{
	struct spawn_request request = SCRIPT("grep 'Max locked memory' /proc/self/limits >&2");
	struct spawned spawned;
	struct error e;
	char text[256];

	(void)state;
	request.rlimit_memlock = true;
	if (spawn(&request, &spawned, &e) < 0) { /* who isn't root, or root of a container */
		assert_int_equal(e.errnum, EPERM);
		assert_string_equal(e.what, "start QEMU: let it lock memory without limit");
		assert_non_null(strstr(e.hint, "CAP_SYS_RESOURCE"));
		return;
	}
	spawned_close(&spawned);
	assert_true(wait(NULL) > 0);
	(void)run(&request, text, sizeof(text));
	assert_non_null(strstr(text, "unlimited            unlimited"));
}

static void
spawn_tells_why_the_program_does_not_start(void **state)
{
	static const struct {
		const char *text;
		int errnum;
		const char *hint;
	} row[] = {
		{"no program\n", ENOEXEC, "it is no program for this machine"},
		{"#!/no/such/interpreter\n", ENOENT,
			"it is there, but the interpreter that it names isn't"},
		{"#!/dev/null\n", EACCES, ""},
	};
	struct tree tree;
	char path[600];

	(void)state;
	tree_make(&tree);
	(void)snprintf(path, sizeof(path), "%s/qemu", tree.root.path);
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct spawn_request request = {
			.argv = (char *const[]){path, NULL}, .cgroup_fd = -1, .qmp_fd = -1};
		unsigned before = descriptors_count();
		struct spawned spawned;
		struct error e;

		tree_put(&tree, "qemu", row[i].text);
		assert_int_equal(fchmodat(tree.root.fd, "qemu", 0755, 0), 0);
		assert_int_equal(spawn(&request, &spawned, &e), -row[i].errnum);
		assert_string_equal(e.what, "start QEMU");
		assert_string_equal(e.where, path);
		assert_string_equal(e.hint, row[i].hint);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left of it */
		assert_int_equal(errno, ECHILD);
		assert_int_equal(descriptors_count(), before);
	}
	tree_remove(&tree);
}

static void
spawn_tells_a_cgroup_that_is_none(void **state)
{
	struct spawn_request request = SCRIPT("true");
	auto_fd int root = open("/", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	struct spawned spawned;
	struct error e;

	(void)state;
	request.cgroup_fd = root;
	assert_true(spawn(&request, &spawned, &e) < 0);
	assert_string_equal(e.what, "start QEMU in its cgroup");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spawn_tells_how_a_process_ended),
		cmocka_unit_test(spawn_reap_does_not_wait),
		cmocka_unit_test(spawn_leaks_no_descriptor),
		cmocka_unit_test(spawn_hands_the_monitor_over_whatever_its_number),
		cmocka_unit_test(spawn_lets_another_user_read_of_the_monitor),
		cmocka_unit_test(spawn_tells_that_descriptors_are_few),
		cmocka_unit_test(spawn_gives_the_environment_that_is_asked_for),
		cmocka_unit_test(spawn_resets_signals_but_those_ignored_at_the_start),
		cmocka_unit_test(spawn_resets_an_inherited_affinity),
		cmocka_unit_test(spawn_in_a_group_of_its_own_is_out_of_ctrl_c),
		cmocka_unit_test(spawn_takes_on_a_user_or_says_what_it_needs),
		cmocka_unit_test(spawn_confines_the_program),
		cmocka_unit_test(spawn_as_oneself_needs_no_rights),
		cmocka_unit_test(spawn_binds_memory_to_nodes),
		cmocka_unit_test(spawn_lifts_the_limit_on_locked_memory),
		cmocka_unit_test(spawn_tells_why_the_program_does_not_start),
		cmocka_unit_test(spawn_tells_a_cgroup_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
