/* SPDX-License-Identifier: MIT */
#include "supervise/census.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check.h"
#include "supervise/vm.h"

enum {
	READY_MS = 10 * 1000,
	MOST_MS = 1000,
};

static void
what_comes_alone_waits_least_and_a_flood_longer_and_longer(void **state)
{
	static const struct {
		unsigned rest_ms;
		int since_ms;
		unsigned want;
	} row[] = {
		{0, 0, 20}, /* the first one */
		{20, 3600 * 1000, 20},
		{20, 25, 40},
		{40, 3000, 80},
		{640, 640, MOST_MS},
		{MOST_MS, MOST_MS, MOST_MS}, /* and it stays so */
		{MOST_MS, 5000, 20},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		unsigned got = census_rest(row[i].rest_ms, row[i].since_ms, MOST_MS);

		if (got != row[i].want)
			fail_msg("%zu: want %u, got %u", i, row[i].want, got);
	}
}

static bool
is_ready(const struct vm *vm)
{
	struct pollfd fd = {.fd = vm->census.fd, .events = POLLIN};

	return poll(&fd, 1, READY_MS) == 1;
}

/* Our own threads, of which nobody tells. */
static void
without_the_kernels_word_it_looks_again_and_again(void **state)
{
	struct vm vm = {.census = CENSUS_NONE, .qmp = QMP_CLOSED, .qemu = {.pid = getpid()}};
	struct error e;

	(void)state;
	cpus_add(&vm.plan.pinned, 1);
	vm.plan.smp.maxcpus = 2; /* that makes it quick */
	vm.plan.smp.cpus = 1;
	assert_int_equal(root_open(&vm.host.roots.proc, "/proc", &e), 0);
	assert_int_equal(census_begin(&vm, &e), 0);
	assert_true(is_ready(&vm));
	assert_true(census_take(&vm)); /* the first time, as if there were others */
	assert_false(census_take(&vm));
	assert_true(is_ready(&vm));
	assert_false(census_take(&vm)); /* the same ones */
	vm.census.looks = 7;
	assert_true(is_ready(&vm));
	assert_true(census_take(&vm)); /* each 8th time */
	census_end(&vm);
	assert_int_equal(vm.census.fd, -1);
	root_close(&vm.host.roots.proc);
}

/* Its timer goes off as if the pause were over. */
static void
pause_end(struct vm *vm)
{
	const struct itimerspec soon = {.it_value = {.tv_nsec = 1}};

	assert_int_equal(timerfd_settime(vm->census.timer_fd, 0, &soon, NULL), 0);
	assert_true(is_ready(vm));
}

/* A socket on which nothing comes. */
static void
a_kernel_that_tells_nothing_is_believed_no_longer(void **state)
{
	char name[] = "deaf";
	const struct definition definition = {.name = name};
	struct vm vm = {
		.definition = &definition,
		.census = CENSUS_NONE,
		.qmp = QMP_CLOSED,
		.qemu = {.pid = getpid()},
	};
	struct error e;

	(void)state;
	vm.census.connector_fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_USERSOCK);
	if (vm.census.connector_fd < 0)
		skip();
	cpus_add(&vm.plan.pinned, 1);
	assert_int_equal(root_open(&vm.host.roots.proc, "/proc", &e), 0);
	assert_int_equal(census_begin(&vm, &e), 0);
	assert_true(is_ready(&vm));
	assert_true(census_take(&vm));
	pause_end(&vm);
	assert_true(census_take(&vm)); /* no other threads: all is looked at after such a pause */
	vm.census.print++;
	pause_end(&vm);
	assert_true(census_take(&vm)); /* others: it may tell a moment later */
	assert_true(vm.census.connector_fd >= 0);
	pause_end(&vm);
	assert_true(census_take(&vm)); /* and hasn't */
	assert_int_equal(vm.census.connector_fd, -1);
	census_end(&vm);
	root_close(&vm.host.roots.proc);
}

static void
without_pinned_cpus_nothing_is_looked_at(void **state)
{
	struct vm vm = {.census = CENSUS_NONE};
	struct error e;

	(void)state;
	assert_int_equal(census_begin(&vm, &e), 0);
	assert_int_equal(vm.census.fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_alone_waits_least_and_a_flood_longer_and_longer),
		cmocka_unit_test(without_the_kernels_word_it_looks_again_and_again),
		cmocka_unit_test(a_kernel_that_tells_nothing_is_believed_no_longer),
		cmocka_unit_test(without_pinned_cpus_nothing_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
