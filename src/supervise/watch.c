/* SPDX-License-Identifier: MIT */
/*
 * The event loop: QEMU's end, its monitor, its standard error, signals, the service manager, a
 * timer that runs only while QEMU is being stopped, the census, the timer of the service manager's
 * watchdog, and what the guard watches.
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
#include "base/memory.h"
#include "base/text.h"
#include "qemu/parser.h"
#include "supervise/notify.h"
#include "supervise/reload.h"
#include "supervise/stop.h"
#include "supervise/vm.h"

enum {
	EVENTS_MAX = 8,
	REST_AFTER_MS = 5000, /* then what is told next may take long */
};

/* What is watched. */
enum source {
	SOURCE_PROCESS,
	SOURCE_QMP,
	SOURCE_STDERR,
	SOURCE_SIGNAL,
	SOURCE_RELOAD,
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
on_message(void *context, const struct qmp_message *message)
{
	struct vm *vm = context;

	if (plug_message(vm, message))
		return;
	switch (message->kind) {
	case QMP_EVENT:
		guard_heard(vm, message);
		stop_heard(vm, message->name);
		log_info("%s: QEMU tells %s", vm->definition->name, message->name);
		break;
	case QMP_ERROR:
		log_warning("%s: QEMU refuses: %s", vm->definition->name, message->name);
		break;
	case QMP_GREETING:
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
on_reload(struct vm *vm)
{
	struct signalfd_siginfo info;

	if (read(vm->reload_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		reload(vm);
}

static void
on_timer(struct vm *vm)
{
	uint64_t times;

	if (read(vm->timer_fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
		stop_due(vm);
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
	if (vm->stop == STOP_NONE)
		log_notice("%s: systemd asks to stop", vm->definition->name);
	stop_begin(vm);
}

static void
on_guard(struct vm *vm)
{
	uint64_t times;

	if (read(vm->guard.timer_fd, &times, sizeof(times)) == (ssize_t)sizeof(times) &&
		guard_look(vm))
		stop_begin(vm);
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
	case SOURCE_RELOAD:
		on_reload(loop->vm);
		break;
	case SOURCE_TIMER:
		on_timer(loop->vm);
		break;
	case SOURCE_MANAGER:
		on_manager(loop);
		break;
	case SOURCE_CENSUS:
		if (census_take(loop->vm) && guard_look(loop->vm))
			stop_begin(loop->vm);
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
		[SOURCE_RELOAD] = vm->reload_fd,
		[SOURCE_TIMER] = vm->timer_fd,
		[SOURCE_MANAGER] = manager_fd(&vm->host.manager),
		[SOURCE_CENSUS] = vm->census.fd,
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
events_wait(const struct loop *loop, struct epoll_event *events)
{
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, REST_AFTER_MS);

	if (count != 0)
		return count;
	parser_rest();
	memory_rest();
	return epoll_wait(loop->epoll_fd, events, EVENTS_MAX, -1);
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
		int count = events_wait(loop, events);

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
