/* SPDX-License-Identifier: MIT */
#include "supervise/orphan.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "cgroup/kinds.h"
#include "check.h"
#include "fake_host.h"

#define STAT(start) "(qemu) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 3 0 " start " 99 1\n"

/* A process of ours in QEMU's place, which the fake /proc says began at 5000. */
static pid_t
qemu_make(struct fake_host *f)
{
	char path[32], text[128];
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	assert_true(pid > 0);
	(void)snprintf(path, sizeof(path), "%d/stat", (int)pid);
	(void)snprintf(text, sizeof(text), "%d " STAT("5000"), (int)pid);
	tree_put(&f->proc, path, text);
	return pid;
}

static void
orphan_end_kills_qemu_and_what_it_started(void **state)
{
	char emulator[] = "/qpin-a.scope/vm/emulator", text[16];
	const struct change own = {.kind = &change_cgroup, .target = emulator};
	struct journal j = JOURNAL_CLOSED;
	static const struct cpus none;
	struct fake_host f;
	struct error e;
	int status;
	pid_t pid;

	(void)state;
	fake_host_make(&f);
	pid = qemu_make(&f);
	tree_put(&f.cgroup, "qpin-a.scope/vm/cgroup.kill", "");
	tree_put(&f.cgroup, "qpin-a.scope/vm/cgroup.procs", "");
	assert_int_equal(journal_create(&f.host.state, "a", &none, &j, &e), 0);
	assert_int_equal(journal_apply(&j, &f.host, &own, &e), 0);
	j.qemu = (struct record_process){.pid = pid, .start = 5000};
	assert_int_equal(orphan_check(&f.host, &j, &e), -EBUSY);
	tree_put(&f.cgroup, "qpin-a.scope/vm/cgroup.events", "populated 0\n");
	assert_int_equal(orphan_end(&f.host, &j, &e), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(
		file_read(&f.cgroup.root, "qpin-a.scope/vm/cgroup.kill", text, sizeof(text), &e),
		0);

	/* a child of its that lives on: nothing empties a fake cgroup, so only the write is seen */
	tree_put(&f.cgroup, "qpin-a.scope/vm/cgroup.events", "populated 1\n");
	assert_int_equal(unlinkat(f.cgroup.root.fd, "qpin-a.scope/vm/cgroup.kill", 0), 0);
	assert_int_equal(orphan_end(&f.host, &j, &e), 0); /* an old kernel has no such file */
	assert_int_equal(orphan_check(&f.host, &j, &e), -EBUSY);
	journal_close(&j);
	fake_host_remove(&f);
}

static void
orphan_end_spares_others(void **state)
{
	static const struct record_process keeper = {.pid = 1, .start = 1};
	struct journal j = JOURNAL_CLOSED;
	static const struct cpus none;
	struct fake_host f;
	struct error e;
	int status, fd;
	pid_t pid;

	(void)state;
	fake_host_make(&f);
	pid = qemu_make(&f);
	assert_int_equal(journal_create(&f.host.state, "a", &none, &j, &e), 0);
	assert_int_equal(orphan_open(&f.host, &j, &fd, &e), -ESRCH); /* never started */
	j.qemu = (struct record_process){.pid = pid, .start = 4999}; /* it had that id before */
	assert_int_equal(orphan_open(&f.host, &j, &fd, &e), -ESRCH);
	assert_int_equal(orphan_end(&f.host, &j, &e), 0);
	j.qemu.start = 5000;
	j.keeper = keeper; /* it ran before qpin */
	assert_int_equal(orphan_end(&f.host, &j, &e), 0);
	assert_int_equal(orphan_check(&f.host, &j, &e), 0);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	journal_close(&j);
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orphan_end_kills_qemu_and_what_it_started),
		cmocka_unit_test(orphan_end_spares_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
