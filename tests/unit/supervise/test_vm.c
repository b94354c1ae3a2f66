/* SPDX-License-Identifier: MIT */
#include "supervise/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
vm_ended_tells_how_and_the_last_words(void **state)
{
	static const struct {
		const char *words;
		struct spawn_end end;
		bool killed;
		const char *want;
	} row[] = {
		{"", {.number = 1}, false, "QEMU exited with status 1"},
		{"no disk\n", {.number = 1}, false, "QEMU exited with status 1: no disk"},
		{"a\nb\nc\nd\n", {.number = 1}, false, "QEMU exited with status 1: b; c; d"},
		{"", {.killed = true, .number = 9}, true,
			"QEMU closed its monitor, and qpin killed it"},
		{"bad\n", {.killed = true, .number = 9}, true,
			"QEMU closed its monitor, and qpin killed it: bad"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct vm vm = {
			.binary = (char[]){"/qemu"}, .end = row[i].end, .killed = row[i].killed};
		struct error e;

		tail_feed(&vm.tail, row[i].words, strlen(row[i].words));
		assert_int_equal(vm_ended(&vm, "start QEMU", &e), -ECANCELED);
		assert_string_equal(e.why, row[i].want);
		assert_string_equal(e.where, "/qemu");
	}
}

static void
vm_drain_ends_though_another_goes_on_writing(void **state)
{
	static char bytes[4096];
	struct vm vm = {0};
	auto_fd int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int ends[2], before = dup(STDERR_FILENO), left = 0;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	if (fcntl(ends[1], F_SETPIPE_SZ, 128 * 1024) < 0)
		skip();
	memset(bytes, 'x', sizeof(bytes));
	while (write(ends[1], bytes, sizeof(bytes)) > 0)
		continue;
	vm.qemu.stderr_fd = ends[0];
	(void)dup2(quiet, STDERR_FILENO);
	vm_drain(&vm);
	(void)dup2(before, STDERR_FILENO);
	assert_int_equal(ioctl(ends[0], FIONREAD, &left), 0);
	assert_int_equal(left, 64 * 1024);
	(void)close(before);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vm_ended_tells_how_and_the_last_words),
		cmocka_unit_test(vm_drain_ends_though_another_goes_on_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
