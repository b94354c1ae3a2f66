/* SPDX-License-Identifier: MIT */
/*
 * Looking now and then whether QEMU has other threads than before. Neither the kernel nor QEMU
 * tells that without more privilege or more load than a look now and then: the process connector
 * tells of every fork of the host, and cgroup.events only of a cgroup's first and last member.
 */
#include "supervise/census.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/error.h"
#include "qemu/tasks.h"
#include "supervise/plug.h"
#include "supervise/vm.h"

enum {
	FIRST_LOOK_NS = 100 * 1000 * 1000, /* KVM makes its helpers when a vCPU first runs */
	PLUG_LOOK_NS = 250 * 1000 * 1000,  /* where a vCPU may come, which nobody tells */
	LOOK_S = 1,
	SWEEP_LOOKS = 8, /* other processes' threads don't show among QEMU's */
};

int
census_begin(struct vm *vm, struct error *e)
{
	struct itimerspec when = {.it_value = {.tv_nsec = FIRST_LOOK_NS}};
	struct census *census = &vm->census;

	if (cpus_empty(&vm->plan.pinned))
		return 0;
	if (vm->plan.smp.maxcpus > vm->plan.smp.cpus)
		when.it_interval.tv_nsec = PLUG_LOOK_NS;
	else
		when.it_interval.tv_sec = LOOK_S;

	census->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (census->timer_fd < 0 || timerfd_settime(census->timer_fd, 0, &when, NULL) < 0)
		return error_sys(e, errno, NULL, "make a timer");
	return 0;
}

bool
census_take(struct vm *vm)
{
	struct census *census = &vm->census;
	uint64_t print, times;
	bool changed;

	if (read(census->timer_fd, &times, sizeof(times)) != (ssize_t)sizeof(times))
		return false;
	print = tasks_print(&vm->host.roots.proc, vm->qemu.pid);
	changed = print != census->print;
	census->print = print;
	if (changed || vm->plug.again)
		plug_ask(vm);
	if (!changed && ++census->looks < SWEEP_LOOKS)
		return false;
	census->looks = 0;
	return true;
}

void
census_end(struct vm *vm)
{
	if (vm->census.timer_fd >= 0)
		(void)close(vm->census.timer_fd);
	vm->census.timer_fd = -1;
}
