/* SPDX-License-Identifier: MIT */
#include "supervise/target.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "host/host.h"
#include "parsing.h"
#include "tree.h"

#define GREETING "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":0,\"major\":9}}}}\n"
#define ANSWERS(tid)                                                                               \
	GREETING "{\"return\":{},\"id\":1}\n"                                                      \
		 "{\"return\":[{\"cpu-index\":5,\"thread-id\":" #tid "}],\"id\":2}\n"              \
		 "{\"return\":[{\"id\":\"a-very-long-one\",\"thread-id\":8}],\"id\":3}\n"

/* A QEMU that is this process to the kernel, has threads below a tree, and a child that talks. */
struct stage {
	struct host host;
	struct tree tree;
	char path[512];
	int listener;
	pid_t child;
};

static void
thread_put(const struct stage *s, int tid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%d/task/%d/comm", (int)getpid(), tid);
	tree_put(&s->tree, path, name);
	(void)snprintf(path, sizeof(path), "%d/task/%d/stat", (int)getpid(), tid);
	tree_put(&s->tree, path, "1 (x) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 77 0\n");
}

static void
listener_make(struct stage *s, const char *script)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(s->path, sizeof(s->path), "%s/qmp", s->tree.root.path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	s->child = fork();
	while (s->child == 0) {
		int fd = accept(s->listener, NULL, NULL);
		char byte;

		(void)!write(fd, script, strlen(script));
		while (read(fd, &byte, 1) == 1)
			;
		(void)close(fd);
	}
}

/* Whose command line tells the socket, and whose threads have these names. */
static void
stage_make(struct stage *s, const char *script, const char *vcpu, const char *io)
{
	static const char words[] = "qemu\0-qmp\0unix:qmp,server";
	const struct host closed = HOST_CLOSED;
	char name[64];
	int fd;

	*s = (struct stage){.host = closed};
	tree_make(&s->tree);
	s->host.roots.proc = s->tree.root;
	thread_put(s, getpid(), "qemu");
	thread_put(s, 7, vcpu);
	thread_put(s, 8, io);
	(void)snprintf(name, sizeof(name), "%d/cmdline", (int)getpid());
	tree_put(&s->tree, name, "");
	fd = openat(s->tree.root.fd, name, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, words, sizeof(words)), sizeof(words));
	(void)close(fd);
	(void)snprintf(name, sizeof(name), "%d/cwd", (int)getpid());
	assert_int_equal(symlinkat(s->tree.root.path, s->tree.root.fd, name), 0);
	(void)snprintf(name, sizeof(name), "%d/root", (int)getpid());
	assert_int_equal(symlinkat("/", s->tree.root.fd, name), 0);
	(void)snprintf(name, sizeof(name), "%d/exe", (int)getpid());
	assert_int_equal(symlinkat("/usr/bin/qemu-system-x86_64", s->tree.root.fd, name), 0);
	listener_make(s, script);
}

static void
stage_done(struct stage *s)
{
	assert_int_equal(kill(s->child, SIGKILL), 0);
	assert_int_equal(waitpid(s->child, NULL, 0), s->child);
	(void)close(s->listener);
	tree_remove(&s->tree);
}

static const struct task *
task_of(const struct tasks *tasks, pid_t tid)
{
	for (size_t i = 0; i < tasks->count; i++) {
		if (tasks->list[i].tid == tid)
			return &tasks->list[i];
	}
	fail_msg("there is no thread %d", (int)tid);
	return NULL;
}

static void
qmp_tells_roles_that_have_no_names(void **state)
{
	struct target_request row[] = {
		{0},                                                 /* the socket says who it is */
		{.pid = getpid()}, {.pid = getpid(), .roles = true}, /* without the socket */
	};
	struct stage s;

	(void)state;
	stage_make(&s, ANSWERS(7), "qemu", "qemu");
	for (size_t i = 0; i < COUNT(row); i++) {
		struct target target = {0};
		struct tasks tasks = {0};
		struct error e = {0};

		row[i].qmp = row[i].roles ? NULL : s.path;
		if (target_find(&s.host, &row[i], &target, &tasks, &e) < 0)
			fail_msg("row %zu: %s: %s", i, e.what, e.why);
		assert_int_equal(target.pid, getpid());
		assert_true(target.by_qmp);
		assert_int_equal(task_of(&tasks, 7)->role, TASK_VCPU);
		assert_int_equal(task_of(&tasks, 7)->index, 5);
		assert_string_equal(task_of(&tasks, 8)->id, "a-very-long-one");
		tasks_done(&tasks);
		target_done(&target);
	}
	stage_done(&s);
}

static void
qmp_is_not_asked_when_nobody_wants_roles(void **state)
{
	const struct target_request request = {.pid = getpid()};
	struct target target = {0};
	struct tasks tasks = {0};
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, ANSWERS(7), "qemu", "qemu");
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), 0);
	assert_false(target.by_qmp);
	assert_int_equal(task_of(&tasks, 7)->role, TASK_EMULATOR);
	(void)error_refuse(&e, ERROR_USAGE, NULL, "take a word");
	assert_int_equal(target_hint(&target, &tasks, &e), -EINVAL);
	assert_non_null(strstr(e.hint, "debug-threads=on"));
	tasks_done(&tasks);
	target_done(&target);
	stage_done(&s);
}

/* A vCPU that is the main thread, one that is no thread at all, and no QMP. */
static void
lies_are_an_error_of_a_given_socket_alone(void **state)
{
	static const char *const scripts[] = {ANSWERS(8), ANSWERS(4711), "hello\n"};
	static const int want[] = {-ENOTUNIQ, -ESRCH, -EPROTO};

	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		struct target_request request = {.pid = getpid(), .roles = true};
		struct target target = {0};
		struct tasks tasks = {0};
		struct error e = {0};
		struct stage s;

		stage_make(&s, scripts[i], "CPU 2/KVM", "IO disk");
		assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), 0);
		assert_false(target.by_qmp);
		assert_int_equal(task_of(&tasks, 7)->role, TASK_EMULATOR);
		tasks_done(&tasks);
		target_done(&target);
		request.qmp = s.path;
		assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), want[i]);
		tasks_done(&tasks);
		target_done(&target);
		stage_done(&s);
	}
}

static void
names_give_places_where_there_is_no_qmp(void **state)
{
	static const struct smp smp = {
		.cpus = 4, .maxcpus = 4, .sockets = 1, .cores = 2, .threads = 2};
	const struct target_request request = {.pid = getpid(), .smp = &smp, .roles = true};
	struct target target = {0};
	struct tasks tasks = {0};
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, "hello\n", "CPU 2/KVM", "IO disk");
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), 0);
	assert_int_equal(task_of(&tasks, 7)->role, TASK_VCPU);
	assert_int_equal(threads_find_vcpu(&target.known, 0, 1, 0)->tid, 7);
	assert_string_equal(task_of(&tasks, 8)->id, "disk");
	tasks_done(&tasks);
	target_done(&target);
	stage_done(&s);
}

static void
later_threads_are_asked_for(void **state)
{
	const struct target_request request = {.pid = getpid(), .roles = true};
	struct target target = {0};
	struct tasks tasks = {0}, later = {0};
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, ANSWERS(7), "qemu", "qemu");
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), 0);
	assert_int_equal(kill(s.child, SIGKILL), 0);
	assert_int_equal(waitpid(s.child, NULL, 0), s.child);
	(void)close(s.listener);
	assert_int_equal(unlinkat(s.tree.root.fd, "qmp", 0), 0);
	listener_make(&s, ANSWERS(9));
	/* Nobody came: it isn't asked, and its threads are what they were. */
	assert_int_equal(target_look(&s.host, &target, &tasks, &later, &e), 0);
	assert_int_equal(task_of(&later, 7)->role, TASK_VCPU);
	tasks_done(&later);
	thread_put(&s, 9, "qemu");
	assert_int_equal(target_look(&s.host, &target, &tasks, &later, &e), 0);
	assert_int_equal(task_of(&later, 9)->role, TASK_VCPU);
	assert_int_equal(task_of(&later, 7)->role, TASK_EMULATOR);
	tasks_done(&later);
	tasks_done(&tasks);
	target_done(&target);
	stage_done(&s);
}

static void
who_is_no_qemu_is_refused(void **state)
{
	struct target_request request = {.pid = 4711};
	struct target target = {0};
	struct tasks tasks = {0};
	struct error e = {0};
	struct stage s;

	(void)state;
	stage_make(&s, ANSWERS(7), "qemu", "qemu");
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), -EINVAL);
	assert_string_equal(e.why, "there is no such process");
	tree_put(&s.tree, "4711/task/4711/comm", "bash");
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), -EINVAL);
	assert_string_equal(e.why, "it is no QEMU, but 'bash'");
	tasks_done(&tasks);
	request = (struct target_request){.name = "nobody"};
	assert_int_equal(target_find(&s.host, &request, &target, &tasks, &e), -ESRCH);
	stage_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qmp_tells_roles_that_have_no_names),
		cmocka_unit_test(qmp_is_not_asked_when_nobody_wants_roles),
		cmocka_unit_test(lies_are_an_error_of_a_given_socket_alone),
		cmocka_unit_test(names_give_places_where_there_is_no_qmp),
		cmocka_unit_test(later_threads_are_asked_for),
		cmocka_unit_test(who_is_no_qemu_is_refused),
	};

	return cmocka_run_group_tests(tests, parsing_begin, parsing_end);
}
