/* SPDX-License-Identifier: MIT */
/* One VM while qpin runs it: what it holds, and how it ends. */
#include "supervise/vm.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "qemu/monitor.h"
#include "qemu/parser.h"
#include "qemu/program.h"
#include "supervise/signals.h"

enum {
	KILL_WAIT_MS = 10 * 1000, /* for a process in uninterruptible sleep */
	LAST_WORDS_BYTES = 400,
	LAST_WORDS_LINES = 3,
	DRAIN_BYTES = 64 * 1024, /* what a pipe holds: more comes from a process that lives on */
};

/* Our own additions to the command line: stopped, and with our monitor. */
static int
argv_complete(struct vm *vm, struct error *e)
{
	int r = argv_build(vm->definition, &vm->argv, e);

	if (r == 0 && !argv_has_flag(vm->definition, "S"))
		r = argv_add(&vm->argv, "-S", e);
	argv_drop(&vm->argv, "-daemonize"); /* we go to the background ourselves */
	for (const char *const *word = monitor_argv; *word != NULL && r == 0; word++)
		r = argv_add(&vm->argv, *word, e);
	return r;
}

static int
events_open(struct vm *vm, struct error *e)
{
	(void)signal(SIGPIPE, SIG_IGN);
	vm->signal_fd = signals_open(&vm->ignored, NULL, e);
	if (vm->signal_fd < 0)
		return vm->signal_fd;
	vm->reload_fd = signals_open_reload(e);
	if (vm->reload_fd < 0)
		return vm->reload_fd;
	vm->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return vm->timer_fd < 0 ? error_sys(e, errno, NULL, "make a timer") : 0;
}

static void
vm_begin(struct vm *vm, const struct definition *definition)
{
	*vm = (struct vm){
		.definition = definition,
		.host = HOST_CLOSED,
		.journal = JOURNAL_CLOSED,
		.qemu = {.pidfd = -1, .stderr_fd = -1},
		.qmp = QMP_CLOSED,
		.census = CENSUS_NONE,
		.guard = GUARD_NONE,
		.tasks_fd = -1,
		.signal_fd = -1,
		.reload_fd = -1,
		.timer_fd = -1,
	};
	spawn_ignored_read(&vm->ignored);
}

int
vm_init_attached(struct vm *vm, struct error *e)
{
	int r;

	vm_begin(vm, NULL);
	vm->attached = true;
	r = events_open(vm, e);
	if (r == 0)
		r = host_open(&vm->host, e);
	vm->host.cancel_fd = vm->signal_fd;
	return r;
}

int
vm_adopt(struct vm *vm, pid_t pid, struct error *e)
{
	vm->qemu.pid = pid;
	vm->qemu.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (vm->qemu.pidfd < 0)
		return error_sys(e, errno, NULL, "watch over process %d", (int)pid);
	vm->running = true;
	vm->host.guest = pid;
	return 0;
}

int
vm_init(struct vm *vm, const struct definition *definition, struct error *e)
{
	int r;

	vm_begin(vm, definition);
	r = program_find(definition->binary, &vm->binary, e);
	if (r == 0)
		r = identity_choose(definition->user, definition->group, &vm->identity, e);
	if (r == 0)
		r = argv_complete(vm, e);
	if (r == 0)
		r = events_open(vm, e);
	if (r == 0)
		r = host_open(&vm->host, e);
	vm->host.cancel_fd = vm->signal_fd;
	return r;
}

void
vm_done(struct vm *vm)
{
	qmp_close(&vm->qmp);
	parser_stop();
	spawned_close(&vm->qemu);
	census_end(vm);
	guard_end(&vm->guard);
	seats_done(&vm->seats);
	threads_done(&vm->threads);
	journal_close(&vm->journal);
	plan_done(&vm->plan);
	facts_done(&vm->facts);
	argv_done(&vm->argv);
	identity_done(&vm->identity);
	free(vm->binary);
	if (vm->signal_fd >= 0)
		(void)close(vm->signal_fd);
	if (vm->reload_fd >= 0)
		(void)close(vm->reload_fd);
	if (vm->timer_fd >= 0)
		(void)close(vm->timer_fd);
	host_close(&vm->host);
}

void
vm_drain(struct vm *vm)
{
	ssize_t len = 1;

	for (size_t bytes = 0; len > 0 && bytes < DRAIN_BYTES; bytes += (size_t)len) {
		len = tail_copy(&vm->tail, vm->qemu.stderr_fd, STDERR_FILENO);
		if (len < 0)
			break;
	}
}

void
vm_kill(struct vm *vm)
{
	struct pollfd poll_fd = {.fd = vm->qemu.pidfd, .events = POLLIN};
	struct error e;

	if (!vm->running || vm->attached)
		return;
	if (spawn_reap(vm->qemu.pidfd, &vm->end, &e) > 0) {
		vm->running = false;
	} else {
		vm->killed = true;
		if (spawn_signal(vm->qemu.pidfd, SIGKILL) < 0)
			log_debug("process %d can't be killed", (int)vm->qemu.pid);
		(void)poll(&poll_fd, 1, KILL_WAIT_MS);
		if (spawn_reap(vm->qemu.pidfd, &vm->end, &e) > 0)
			vm->running = false;
	}
	vm_drain(vm);
}

int
vm_ended(const struct vm *vm, const char *what, struct error *e)
{
	char how[64], words[LAST_WORDS_BYTES];
	auto_buf struct buf why = {0};

	error_sys(e, ECANCELED, vm->binary, "%s", what);
	if (vm->killed)
		buf_add(&why, "QEMU closed its monitor, and qpin killed it");
	else
		buf_printf(&why, "QEMU %s", spawn_end_text(&vm->end, how, sizeof(how)));
	if (tail_last_lines(&vm->tail, LAST_WORDS_LINES, words, sizeof(words)) > 0) {
		char *rest = words;

		for (const char *part = ": "; rest != NULL; part = "; ")
			buf_printf(&why, "%s%s", part, strsep(&rest, "\n"));
	}
	return error_why(e, "%s", why.text != NULL ? why.text : "QEMU ended");
}
