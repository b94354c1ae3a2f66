/* SPDX-License-Identifier: MIT */
#include "supervise/attach.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "change/change.h"
#include "change/record.h"
#include "check.h"
#include "host/host.h"
#include "host/task.h"
#include "tree.h"

static void
rename_it(int number)
{
	(void)number;
	(void)prctl(PR_SET_NAME, "CPU 0/TCG");
}

/* A process of one thread with that name, which is vCPU 0's after SIGUSR1. */
static pid_t
stand_in(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_NAME, name);
		(void)signal(SIGUSR1, rename_it);
		(void)!write(ready[1], "", 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return pid;
}

static void
stand_in_end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
host_make(struct host *host)
{
	const struct host closed = HOST_CLOSED;
	struct error e;

	*host = closed;
	assert_int_equal(root_open(&host->roots.proc, "/proc", &e), 0);
	assert_int_equal(root_open(&host->roots.sys, "/sys", &e), 0);
}

static void
host_unmake(struct host *host)
{
	root_close(&host->roots.proc);
	root_close(&host->roots.sys);
}

static int
pin(struct host *host, pid_t pid, const char *word, const char *save, struct error *e)
{
	auto_selection struct selection s = {0};
	const struct attach attach = {
		.pid = pid, .selection = &s, .save = save, .confinement = CONFINE_NOT};
	int r = select_add(&s, SELECT_VCPU, word, e);

	return r < 0 ? r : attach_pin(host, &attach, e);
}

static void
threads_are_pinned_and_have_it_back(void **state)
{
	pid_t pid = stand_in("CPU 0/TCG");
	struct cpus before, now, first = {0};
	char word[16], save[512];
	struct host host;
	struct tree tree;
	struct error e;

	(void)state;
	host_make(&host);
	tree_make(&tree);
	(void)snprintf(save, sizeof(save), "%s/saved", tree.root.path);
	assert_int_equal(task_read_affinity(pid, &before, &e), 0);
	cpus_add(&first, (unsigned)cpus_next(&before, 0));
	(void)snprintf(word, sizeof(word), "%d", cpus_next(&before, 0));
	assert_int_equal(pin(&host, pid, word, save, &e), 0);
	assert_int_equal(task_read_affinity(pid, &now, &e), 0);
	assert_true(cpus_equal(&now, &first));
	/* What was saved isn't lost. */
	assert_int_equal(pin(&host, pid, word, save, &e), -EEXIST);
	assert_int_equal(attach_undo(&host, save, &e), 0);
	assert_int_equal(task_read_affinity(pid, &now, &e), 0);
	assert_true(cpus_equal(&now, &before));
	stand_in_end(pid);
	assert_int_equal(attach_undo(&host, save, &e), 0); /* nobody is left */
	tree_put(&tree, "saved", "{\"qemu\":1,\"start\":2}\n");
	assert_int_equal(attach_undo(&host, save, &e), -EINVAL);
	assert_int_equal(unlinkat(tree.root.fd, "saved", 0), 0);
	assert_int_equal(attach_undo(&host, save, &e), -ENOENT);
	assert_string_equal(e.where, save);
	tree_remove(&tree);
	host_unmake(&host);
}

static void
what_a_thread_does_not_get_back_is_told(void **state)
{
	char name[] = "CPU 0/TCG", cpus[] = "0", all[] = "0-8191"; /* more than any host has */
	pid_t pid = stand_in(name);
	struct change c = {.kind = &change_affinity,
		.target = name,
		.value = cpus,
		.before = all,
		.role = name,
		.id = pid};
	auto_free char *line = NULL;
	char save[512];
	struct host host;
	struct tree tree;
	struct error e = {0};

	(void)state;
	host_make(&host);
	root_close(&host.roots.sys);
	tree_make(&tree);
	host.roots.sys = tree.root;
	tree_put(&tree, "devices/system/cpu/online", all);
	assert_int_equal(task_read_start(&host.roots.proc, pid, &c.start, &e), 0);
	line = record_change_line(&c);
	assert_non_null(line);
	tree_put(&tree, "saved", line);
	(void)snprintf(save, sizeof(save), "%s/saved", tree.root.path);
	assert_int_equal(attach_undo(&host, save, &e), -EINVAL);
	assert_non_null(strstr(e.what, "to CPU 0-8191"));
	assert_int_equal(strncmp(e.why, "the kernel allows it ", 21), 0);
	stand_in_end(pid);
	assert_int_equal(attach_undo(&host, save, &e), 0);
	tree_remove(&tree);
	root_close(&host.roots.proc);
}

/* Pins vCPU 0 of @pid, and whatever comes, until that ends. */
static pid_t
follower(pid_t pid, const char *word)
{
	pid_t child = fork();

	if (child == 0) {
		auto_selection struct selection s = {0};
		const struct attach attach = {
			.pid = pid, .selection = &s, .follow = true, .confinement = CONFINE_NOT};
		struct host host;
		struct error e;

		host_make(&host);
		if (select_add(&s, SELECT_VCPU, word, &e) < 0)
			_exit(2);
		_exit(attach_pin(&host, &attach, &e) == 0 ? 0 : 1);
	}
	return child;
}

static void
threads_that_get_their_names_later_are_pinned(void **state)
{
	char word[16];
	struct cpus before, now, first = {0};
	pid_t pid = stand_in("CPU 7/TCG"), child;
	int status = -1;
	struct error e;

	(void)state;
	assert_int_equal(task_read_affinity(pid, &before, &e), 0);
	cpus_add(&first, (unsigned)cpus_next(&before, 0));
	(void)snprintf(word, sizeof(word), "0:%d", cpus_next(&before, 0));
	child = follower(pid, word);
	(void)usleep(200 * 1000);
	assert_int_equal(task_read_affinity(pid, &now, &e), 0);
	assert_true(cpus_equal(&now, &before)); /* it is another vCPU still */
	assert_int_equal(kill(pid, SIGUSR1), 0);
	for (int i = 0; i < 100 && !cpus_equal(&now, &first); i++) {
		(void)usleep(50 * 1000);
		assert_int_equal(task_read_affinity(pid, &now, &e), 0);
	}
	assert_true(cpus_equal(&now, &first) || cpus_equal(&before, &first));
	stand_in_end(pid);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0); /* QEMU's end is its own */
}

static void
what_is_wrong_is_refused(void **state)
{
	pid_t qemu = stand_in("CPU 0/TCG"), other = stand_in("sleep");
	struct host host;
	struct error e;

	(void)state;
	host_make(&host);
	assert_int_equal(pin(&host, other, "0", NULL, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_string_equal(e.why, "it is no QEMU, but 'sleep'");
	assert_int_equal(pin(&host, qemu, "8191", NULL, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_non_null(strstr(e.why, "the host has no CPU 8191"));
	assert_int_equal(pin(&host, qemu, "1:0", NULL, &e), -EINVAL);
	assert_string_equal(e.why, "there is no such vCPU thread");
	assert_non_null(strstr(e.hint, "debug-threads=on"));
	stand_in_end(qemu);
	stand_in_end(other);
	assert_int_equal(pin(&host, qemu, "0", NULL, &e), -EINVAL);
	assert_int_equal(e.kind, ERROR_HOST);
	assert_string_equal(e.why, "there is no such process");
	host_unmake(&host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_are_pinned_and_have_it_back),
		cmocka_unit_test(what_a_thread_does_not_get_back_is_told),
		cmocka_unit_test(threads_that_get_their_names_later_are_pinned),
		cmocka_unit_test(what_is_wrong_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
