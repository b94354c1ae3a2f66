/* SPDX-License-Identifier: MIT */
/*
 * Looking whether QEMU has other threads than before. QEMU tells nobody, and cgroup.events only of
 * a cgroup's first and last member; the kernel's process connector does. Where that can't be had
 * it takes a look now and then.
 */
#include "supervise/census.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "host/connector.h"
#include "qemu/tasks.h"
#include "supervise/plug.h"
#include "supervise/vm.h"

enum {
	FIRST_LOOK_MS = 100, /* what came between the verification and the kernel's first word */
	LOOK_MS = 1000,
	PLUG_LOOK_MS = 250, /* where a vCPU may come */
	SWEEP_LOOKS = 8,    /* other processes' threads don't show among QEMU's */
	SWEEP_MS = SWEEP_LOOKS * LOOK_MS,
	SELDOM_MS = 5 * 60 * 1000, /* where all that matters is told */
	REST_MS = 20,              /* doubled each time */
	QUIET_MS = 4 * LOOK_MS,    /* then what comes comes alone */
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
};

/* Between two looks where the kernel tells of no thread; as often it is heard at most. */
static unsigned
look_ms(const struct vm *vm)
{
	return vm->plan.smp.maxcpus > vm->plan.smp.cpus ? PLUG_LOOK_MS : LOOK_MS;
}

/* Whether no thread can come to a leaf, or leave one, without the guard being told. */
static bool
is_guarded(const struct vm *vm)
{
	return (vm->plan.way == WAY_REMOTE || vm->plan.way == WAY_LOCAL) && !vm->guard.misses;
}

/* Until the next look that nothing asks for. */
static unsigned
pause_ms(const struct vm *vm)
{
	if (vm->census.connector_fd < 0)
		return look_ms(vm);
	return is_guarded(vm) ? SELDOM_MS : SWEEP_MS;
}

static int
wake_in(const struct census *census, unsigned ms)
{
	const struct itimerspec when = {.it_value = {.tv_sec = ms / MS_PER_S,
						.tv_nsec = (long)(ms % MS_PER_S) * NS_PER_MS}};

	return timerfd_settime(census->timer_fd, 0, &when, NULL) < 0 ? -errno : 0;
}

void
census_listen(struct vm *vm)
{
	int fd = connector_listen();

	if (fd >= 0)
		vm->census.connector_fd = fd;
	else
		log_debug("the kernel tells of no threads here: %s", strerror(-fd));
}

static void
deafen(struct census *census)
{
	if (census->connector_fd >= 0)
		connector_close(census->connector_fd);
	census->connector_fd = -1;
}

/* Hear what the connector tells, or not now: also not that something was lost, which epoll tells
 * of all that it has. */
static int
connector_hear(const struct census *census, bool now)
{
	struct epoll_event event = {.events = EPOLLIN};
	int operation = now ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;

	if (census->connector_fd < 0)
		return 0;
	return epoll_ctl(census->fd, operation, census->connector_fd, &event) < 0 ? -errno : 0;
}

static int
begin(struct vm *vm)
{
	struct census *census = &vm->census;
	struct epoll_event event = {.events = EPOLLIN};
	int r;

	if (census->connector_fd >= 0 && connector_narrow(census->connector_fd, vm->qemu.pid) < 0)
		deafen(census);
	census->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (census->timer_fd < 0)
		return -errno;
	census->fd = epoll_create1(EPOLL_CLOEXEC);
	if (census->fd < 0 || epoll_ctl(census->fd, EPOLL_CTL_ADD, census->timer_fd, &event) < 0)
		return -errno;
	r = connector_hear(census, true);
	return r < 0 ? r : wake_in(census, FIRST_LOOK_MS);
}

int
census_begin(struct vm *vm, struct error *e)
{
	int r;

	if (cpus_empty(&vm->plan.pinned)) {
		deafen(&vm->census);
		return 0;
	}
	r = begin(vm);
	return r < 0 ? error_sys(e, -r, NULL, "make a timer") : 0;
}

unsigned
census_rest(unsigned rest_ms, int64_t since_ms, unsigned most_ms)
{
	if (since_ms >= QUIET_MS || rest_ms == 0)
		return REST_MS;
	return 2 * rest_ms < most_ms ? 2 * rest_ms : most_ms;
}

static int64_t
now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* The kernel's next word waits, if there was one now. */
static void
rest(struct vm *vm, bool told)
{
	struct census *census = &vm->census;
	int64_t now;

	if (told) {
		now = now_ms();
		census->rest_ms =
			census_rest(census->rest_ms, now - census->looked_ms, look_ms(vm));
		census->looked_ms = now;
	}
	if (told != census->rests && connector_hear(census, !told) < 0)
		log_debug("the census can't choose what it hears");
	census->rests = told;
}

/* A question to QEMU that is to be asked once more. */
static bool
is_asked_again(const struct vm *vm)
{
	return vm->plug.again && vm->plug.asked == 0;
}

static void
look_later(struct vm *vm)
{
	unsigned ms = pause_ms(vm);

	if (vm->census.rests)
		ms = vm->census.rest_ms;
	else if ((is_asked_again(vm) || vm->census.doubts) && ms > look_ms(vm))
		ms = look_ms(vm);
	if (wake_in(&vm->census, ms) < 0)
		log_debug("the timer of the census can't be set");
}

void
census_again(struct vm *vm)
{
	if (vm->census.timer_fd >= 0 && !vm->census.rests)
		look_later(vm);
}

/* Whether QEMU has other threads than before. */
static bool
has_changed(struct vm *vm)
{
	uint64_t before = vm->census.print;

	vm->census.print = tasks_print(&vm->host.roots.proc, vm->qemu.pid);
	return vm->census.print != before;
}

static bool
hears(const struct census *census)
{
	return census->connector_fd >= 0 && connector_take(census->connector_fd);
}

/*
 * What has changed the kernel should have told, at the latest a moment later. It doesn't if
 * somebody undid our listening, or if it is one whose connector ends with the first message that a
 * filter drops (some of early 2024).
 */
static void
doubt(struct vm *vm, bool told, bool missed)
{
	struct census *census = &vm->census;
	bool deaf = census->doubts && !told;

	census->doubts = missed && !deaf;
	if (!deaf)
		return;
	log_info("%s: the kernel tells of QEMU's threads no more: they are looked for",
		vm->definition->name);
	deafen(census);
}

bool
census_take(struct vm *vm)
{
	struct census *census = &vm->census;
	uint64_t times;
	bool timed = read(census->timer_fd, &times, sizeof(times)) == (ssize_t)sizeof(times);
	bool told = (timed || !census->rests) && hears(census);
	bool rested = timed && census->rests;
	bool alone = timed && !rested && !told && census->connector_fd >= 0;
	bool first = census->print == 0, changed, news;

	if (!timed && !told)
		return false;
	changed = has_changed(vm);
	doubt(vm, told, alone && changed && !first);
	/* Once more when a rest is over: a thread is told of before its cgroup has it (Linux
	 * kernel/fork.c, copy_process()), or QEMU knows it. */
	news = changed || rested;
	if (news || vm->plug.again)
		plug_ask(vm);
	rest(vm, told);
	look_later(vm);
	census->looks += alone ? SWEEP_LOOKS : 1;
	if (!news && census->looks < SWEEP_LOOKS)
		return false;
	census->looks = 0;
	return true;
}

void
census_end(struct vm *vm)
{
	struct census *census = &vm->census;

	deafen(census);
	if (census->timer_fd >= 0)
		(void)close(census->timer_fd);
	if (census->fd >= 0)
		(void)close(census->fd);
	census->timer_fd = census->fd = -1;
}
