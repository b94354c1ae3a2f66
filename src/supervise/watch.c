/* SPDX-License-Identifier: MIT */
/*
 * The event loop: QEMU's end, its monitor, its standard error, signals, the service manager, a
 * timer that runs only while QEMU is being stopped, those of the census and of the service
 * manager's watchdog, and what the guard watches.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervise/notify.h"
#include "supervise/vm.h"

enum {
	QUIT_GRACE_S = 5, /* QEMU flushes its disks at "quit" */
	UNWIND_S = 60,    /* at most, on a host with many tasks */
	SEND_MS = 1000,
	EVENTS_MAX = 8,
};

/* What is watched. */
enum source {
	SOURCE_PROCESS,
	SOURCE_QMP,
	SOURCE_STDERR,
	SOURCE_SIGNAL,
	SOURCE_TIMER,
	SOURCE_MANAGER,
	SOURCE_CENSUS,
	SOURCE_INOTIFY,
	SOURCE_UEVENT,
	SOURCE_GUARD,
	SOURCE_WATCHDOG,
	SOURCE_COUNT,
};

struct loop {
	struct vm *vm;
	int epoll_fd;
	int watchdog_fd; /* -1: nobody wants to hear of us */
	bool greeting;   /* until QEMU speaks, not until it ends */
	bool greeted;
};

static int
loop_add(struct loop *loop, enum source source, int fd, struct error *e)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = source}};

	if (fd < 0 || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return 0;
	return error_sys(e, errno, NULL, "watch a descriptor");
}

static void
loop_remove(struct loop *loop, int fd)
{
	if (fd >= 0)
		(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

static void
timer_set(const struct vm *vm, unsigned seconds)
{
	/* A timer of 0 would never fire. */
	struct itimerspec when = {.it_value = {.tv_sec = seconds, .tv_nsec = seconds > 0 ? 0 : 1}};

	if (timerfd_settime(vm->timer_fd, 0, &when, NULL) < 0)
		log_debug("the timer can't be set");
}

static void
stop_kill(struct vm *vm)
{
	log_notice("%s: QEMU does not end: killing it", vm->definition->name);
	vm->stop = STOP_KILLED;
	if (spawn_signal(vm->qemu.pidfd, SIGKILL) < 0)
		log_debug("process %d can't be killed", (int)vm->qemu.pid);
}

/* Tell QEMU to end: by its monitor, or as long as it has none by a signal. */
static void
stop_quit(struct vm *vm)
{
	struct error e;

	vm->stop = STOP_QUIT;
	log_notice("%s: telling QEMU to quit", vm->definition->name);
	notify_stopping(QUIT_GRACE_S + UNWIND_S);
	if (vm->qmp.wire.fd < 0 || qmp_send(&vm->qmp, "quit", SEND_MS, &e) < 0)
		(void)spawn_signal(vm->qemu.pidfd, SIGTERM);
	timer_set(vm, QUIT_GRACE_S);
}

static void
stop_powerdown(struct vm *vm)
{
	unsigned seconds = vm->definition->shutdown_timeout_s;
	struct error e;

	if (vm->qmp.wire.fd < 0 || seconds == 0 ||
		qmp_send(&vm->qmp, "system_powerdown", SEND_MS, &e) < 0) {
		stop_quit(vm);
		return;
	}
	vm->stop = STOP_POWERDOWN;
	notify_stopping(seconds + QUIT_GRACE_S + UNWIND_S);
	log_notice("%s: pressed the guest's power button; it has %u s (once more to hurry)",
		vm->definition->name, seconds);
	timer_set(vm, seconds);
}

/* The next step towards QEMU's end. */
static void
stop_advance(struct vm *vm)
{
	if (vm->attached) {
		guard_resume(vm);
		vm->released = true;
		return;
	}
	switch (vm->stop) {
	case STOP_NONE:
		stop_powerdown(vm);
		break;
	case STOP_POWERDOWN:
		stop_quit(vm);
		break;
	case STOP_QUIT:
		stop_kill(vm);
		break;
	case STOP_KILLED:
		break;
	}
}

static void
on_message(void *context, const struct qmp_message *message)
{
	struct vm *vm = context;

	if (plug_message(vm, message))
		return;
	switch (message->kind) {
	case QMP_EVENT:
		guard_heard(vm, message);
		log_info("%s: QEMU tells %s", vm->definition->name, message->name);
		break;
	case QMP_ERROR:
		log_warning("%s: QEMU refuses: %s", vm->definition->name, message->name);
		break;
	case QMP_RETURN:
		break;
	}
}

static void
on_qmp(struct loop *loop)
{
	struct vm *vm = loop->vm;
	struct error e;

	if (loop->greeting) {
		loop->greeted = true;
		return;
	}
	if (qmp_dispatch(&vm->qmp, on_message, vm, &e) >= 0)
		return;
	/* The guest runs on without its monitor: its end is seen by the process. */
	if (vm->stop == STOP_NONE && e.errnum != EPIPE)
		log_failure(LOG_LEVEL_WARNING, &e);
	loop_remove(loop, vm->qmp.wire.fd);
	qmp_close(&vm->qmp);
}

static void
on_stderr(struct loop *loop)
{
	struct vm *vm = loop->vm;
	ssize_t len = tail_copy(&vm->tail, vm->qemu.stderr_fd, STDERR_FILENO);

	if (len == 0 || (len < 0 && len != -EAGAIN))
		loop_remove(loop, vm->qemu.stderr_fd);
}

static void
on_signal(struct vm *vm)
{
	struct signalfd_siginfo info;

	if (read(vm->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	log_info("%s: got signal %u (%s)", vm->definition->name, info.ssi_signo,
		strsignal((int)info.ssi_signo));
	stop_advance(vm);
}

static void
on_timer(struct vm *vm)
{
	uint64_t times;

	if (read(vm->timer_fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
		stop_advance(vm);
}

static void
on_manager(struct loop *loop)
{
	struct vm *vm = loop->vm;
	struct error e;

	if (manager_dispatch(&vm->host.manager, &e) < 0) {
		log_failure(LOG_LEVEL_WARNING, &e);
		loop_remove(loop, manager_fd(&vm->host.manager));
		manager_close(&vm->host.manager);
		return;
	}
	if (!vm->host.manager.stop_requested)
		return;
	vm->host.manager.stop_requested = false;
	if (vm->stop == STOP_NONE) {
		log_notice("%s: systemd asks to stop", vm->definition->name);
		stop_advance(vm);
	}
}

static void
stop_degraded(struct vm *vm)
{
	if (vm->stop == STOP_NONE)
		stop_advance(vm);
}

static void
on_guard(struct vm *vm)
{
	uint64_t times;

	if (read(vm->guard.timer_fd, &times, sizeof(times)) == (ssize_t)sizeof(times) &&
		guard_look(vm))
		stop_degraded(vm);
}

static int
on_process(struct loop *loop, struct error *e)
{
	struct vm *vm = loop->vm;
	int r = vm->attached || vm->adopted ? 1 : spawn_reap(vm->qemu.pidfd, &vm->end, e);

	if (r <= 0)
		return r;
	vm->running = false;
	vm_drain(vm);
	return 0;
}

static int
loop_handle(struct loop *loop, enum source source, struct error *e)
{
	switch (source) {
	case SOURCE_PROCESS:
		return on_process(loop, e);
	case SOURCE_QMP:
		on_qmp(loop);
		break;
	case SOURCE_STDERR:
		on_stderr(loop);
		break;
	case SOURCE_SIGNAL:
		on_signal(loop->vm);
		break;
	case SOURCE_TIMER:
		on_timer(loop->vm);
		break;
	case SOURCE_MANAGER:
		on_manager(loop);
		break;
	case SOURCE_CENSUS:
		if (census_take(loop->vm) && guard_look(loop->vm))
			stop_degraded(loop->vm);
		break;
	case SOURCE_INOTIFY:
		guard_told(loop->vm, loop->vm->guard.inotify_fd);
		break;
	case SOURCE_UEVENT:
		guard_told(loop->vm, loop->vm->guard.uevent_fd);
		break;
	case SOURCE_GUARD:
		on_guard(loop->vm);
		break;
	case SOURCE_WATCHDOG:
		notify_alive(loop->watchdog_fd);
		break;
	case SOURCE_COUNT:
		break;
	}
	return 0;
}

static int
loop_open(struct loop *loop, struct error *e)
{
	const struct vm *vm = loop->vm;
	const int fds[SOURCE_COUNT] = {
		[SOURCE_PROCESS] = vm->qemu.pidfd,
		[SOURCE_QMP] = vm->qmp.wire.fd,
		[SOURCE_STDERR] = vm->qemu.stderr_fd,
		[SOURCE_SIGNAL] = vm->signal_fd,
		[SOURCE_TIMER] = vm->timer_fd,
		[SOURCE_MANAGER] = manager_fd(&vm->host.manager),
		[SOURCE_CENSUS] = vm->census.timer_fd,
		[SOURCE_INOTIFY] = vm->guard.inotify_fd,
		[SOURCE_UEVENT] = vm->guard.uevent_fd,
		[SOURCE_GUARD] = vm->guard.timer_fd,
		[SOURCE_WATCHDOG] = loop->watchdog_fd,
	};
	int r = 0;

	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return error_sys(e, errno, NULL, "make an event loop");
	for (enum source s = 0; s < SOURCE_COUNT && r == 0; s++)
		r = loop_add(loop, s, fds[s], e);
	return r;
}

static int
loop_run(struct loop *loop, struct error *e)
{
	struct epoll_event events[EVENTS_MAX];
	int r = loop_open(loop, e);

	/* What came on these while nobody listened to them doesn't make them readable. */
	if (r == 0 && manager_fd(&loop->vm->host.manager) >= 0)
		on_manager(loop);
	if (r == 0 && !loop->greeting && loop->vm->qmp.wire.fd >= 0)
		on_qmp(loop);
	while (r == 0 && loop->vm->running && !loop->vm->released && !loop->greeted) {
		int count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, -1);

		if (count < 0 && errno != EINTR)
			r = error_sys(e, errno, NULL, "wait for events");
		/* What else came with QEMU's end is about a process that is gone. */
		for (int i = 0; i < count && r == 0 && loop->vm->running; i++)
			r = loop_handle(loop, (enum source)events[i].data.u32, e);
	}
	if (loop->epoll_fd >= 0)
		(void)close(loop->epoll_fd);
	return r;
}

int
vm_watch(struct vm *vm, struct error *e)
{
	struct loop loop = {.vm = vm, .epoll_fd = -1, .watchdog_fd = -1};
	char status[VM_SUMMARY_BYTES];
	int r = census_begin(vm, e);

	if (r == 0)
		r = guard_begin(vm, e);
	if (r == 0)
		r = notify_watchdog_open(&loop.watchdog_fd, e);
	if (r == 0) {
		vm_summary(vm, status, sizeof(status));
		notify_ready(status);
		r = loop_run(&loop, e);
	}
	if (loop.watchdog_fd >= 0)
		(void)close(loop.watchdog_fd);
	return r;
}

int
vm_wait_for_greeting(struct vm *vm, struct error *e)
{
	struct loop loop = {.vm = vm, .epoll_fd = -1, .watchdog_fd = -1, .greeting = true};
	int r = loop_run(&loop, e);

	if (r < 0 || loop.greeted)
		return r;
	return vm_ended(vm, "start QEMU", e);
}
