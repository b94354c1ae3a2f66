/* SPDX-License-Identifier: MIT */
/* Ending a VM, step by step. */
#include "supervise/stop.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/timerfd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervise/notify.h"
#include "supervise/vm.h"

enum {
	QUIT_GRACE_S = 5, /* QEMU flushes its disks at "quit" */
	OWED_S = 3,       /* an answer of a QEMU that doesn't hang */
	UNWIND_S = 60,    /* at most, on a host with many tasks */
	SEND_MS = 1000,
};

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
	vm->owing = false;
	log_notice("%s: telling QEMU to quit", vm->definition->name);
	notify_stopping(QUIT_GRACE_S + UNWIND_S);
	if (vm->qmp.wire.fd < 0 || vm->down || qmp_send(&vm->qmp, "quit", SEND_MS, &e) < 0)
		(void)spawn_signal(vm->qemu.pidfd, SIGTERM);
	timer_set(vm, QUIT_GRACE_S);
}

/* One that ends already goes on with it at a signal, and one that waits (-no-shutdown) ends. */
static bool
ask_down(struct vm *vm)
{
	struct error e;

	if (vm->down)
		return spawn_signal(vm->qemu.pidfd, SIGTERM) == 0;
	return qmp_send(&vm->qmp, "system_powerdown", SEND_MS, &e) > 0;
}

static void
stop_powerdown(struct vm *vm)
{
	unsigned seconds = vm->definition->shutdown_timeout_s;

	if (vm->qmp.wire.fd < 0 || seconds == 0 || !ask_down(vm)) {
		stop_quit(vm);
		return;
	}
	vm->stop = STOP_POWERDOWN;
	vm->owing = false;
	notify_stopping(seconds + QUIT_GRACE_S + UNWIND_S);
	log_notice(
		vm->down ? "%s: its guest has shut down; QEMU has %u s (once more to hurry)"
			 : "%s: pressed the guest's power button; it has %u s (once more to hurry)",
		vm->definition->name, seconds);
	timer_set(vm, seconds);
}

void
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

void
stop_heard(struct vm *vm, const char *name)
{
	if (str_eq(name, "RESET") || str_eq(name, "RESUME"))
		vm->down = false;
	if (!str_eq(name, "SHUTDOWN"))
		return;
	vm->down = true;
	vm->owing = qmp_is_owed(&vm->qmp) && vm->stop != STOP_KILLED;
	if (vm->owing)
		timer_set(vm, OWED_S);
}

/* A signal does nothing to one that ends; one that waits (-no-shutdown) has answered. */
static void
owing_due(struct vm *vm)
{
	vm->owing = false;
	if (vm->down && qmp_is_owed(&vm->qmp)) {
		log_notice("%s: QEMU hangs in its end: waking it", vm->definition->name);
		if (spawn_signal(vm->qemu.pidfd, SIGTERM) < 0)
			log_debug("process %d can't be woken", (int)vm->qemu.pid);
	}
	if (vm->stop == STOP_POWERDOWN)
		timer_set(vm, vm->definition->shutdown_timeout_s);
	else if (vm->stop == STOP_QUIT)
		timer_set(vm, QUIT_GRACE_S);
}

void
stop_due(struct vm *vm)
{
	if (vm->owing)
		owing_due(vm);
	else
		stop_advance(vm);
}

void
stop_begin(struct vm *vm)
{
	if (vm->stop == STOP_NONE)
		stop_advance(vm);
}
