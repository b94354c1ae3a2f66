/* SPDX-License-Identifier: MIT */
/* Taking over a VM whose qpin died: what it is, the journal tells. */
#include "supervise/adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "host/task.h"
#include "qemu/reach.h"
#include "supervise/background.h"
#include "supervise/kinds.h"
#include "supervise/mend.h"
#include "supervise/orphan.h"
#include "supervise/regain.h"
#include "supervise/vm.h"

enum {
	ANSWER_MS = 10 * 1000,
};

static int
refuse(const struct journal *j, struct error *e, const char *why, const char *command)
{
	error_refuse(e, ERROR_HOST, j->dir.path, "take over VM %s", j->name);
	e->errnum = EINVAL;
	error_why(e, "%s", why);
	return error_hint(e, "%s %s", command, j->name);
}

/* Whether the start of @j was finished, and nothing is undone. */
static int
whole_check(const struct journal *j, struct error *e)
{
	bool attached = j->keeper.pid != 0;

	if (!j->qemu.placed)
		return refuse(j, e, "its start was not finished: not all of its threads are pinned",
			attached ? "qpin release" : "qpin release --kill");
	for (size_t i = 0; i < j->changes.count && attached; i++) {
		if (j->undone[i])
			return refuse(j, e, "it is released in part", "qpin release");
	}
	return 0;
}

/* Open the journal, and the process that it tells of. */
static int
take(struct vm *vm, const char *name, struct error *e)
{
	struct journal *j = &vm->journal;
	int r;

	if (vm->host.state.fd < 0)
		r = error_sys(e, ENOENT, vm->host.state_path, "take over VM %s", name);
	else
		r = journal_load(&vm->host.state, name, change_kinds, j, e);
	if (r == -ENOENT)
		error_why(e, "there is nothing of it");
	if (r == 0)
		r = owner_check(j, e);
	if (r == 0)
		r = orphan_open(&vm->host, j, &vm->qemu.pidfd, e);
	if (r == -ESRCH)
		error_hint(e, "undo what is left: qpin release %s", name);
	if (r < 0)
		return r;
	vm->qemu.pid = j->qemu.pid;
	vm->running = true;
	vm->attached = j->keeper.pid != 0;
	vm->adopted = vm->planless = true;
	vm->host.guest = vm->attached ? j->qemu.pid : 0;
	return whole_check(j, e);
}

/* Tell @how things are with each change that isn't so; returns whether there is one. */
static bool
is_amiss(struct vm *vm, const char *how)
{
	const struct journal *j = &vm->journal;
	bool amiss = false;

	for (size_t i = 0; i < j->changes.count; i++) {
		const struct change *c = &j->changes.list[i];
		char text[512];
		struct error e;

		if (j->undone[i] || !mend_concerns(&vm->host, c) ||
			c->kind->verify(&vm->host, c, &e) == 0)
			continue;
		amiss = true;
		c->kind->describe(c, text, sizeof(text));
		log_warning("%s: %s: %s", vm->definition->name, how, text);
		log_failure(LOG_LEVEL_WARNING, &e);
	}
	return amiss;
}

static void
look(struct vm *vm)
{
	if (!is_amiss(vm, "this is no longer so"))
		return;
	mend(vm);
	if (!is_amiss(vm, "this can't be mended"))
		log_notice("%s: all is so again", vm->definition->name);
}

/*
 * What QEMU still writes goes to a pipe that nobody reads any more: it is opened anew, if that is
 * what QEMU has there. Without it its words are lost, and nothing else.
 */
static void
words_open(struct vm *vm)
{
	char name[32];
	struct statfs fs;
	auto_fd int fd = -1;

	(void)snprintf(name, sizeof(name), "%d/fd/%d", (int)vm->qemu.pid, STDERR_FILENO);
	fd = openat(vm->host.roots.proc.fd, name, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != PIPEFS_MAGIC)
		return;
	(void)snprintf(name, sizeof(name), "self/fd/%d", fd);
	vm->qemu.stderr_fd =
		openat(vm->host.roots.proc.fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

/* The last step of a start: the qpin died before it let the guest go. */
static int
guest_begin(struct vm *vm, struct error *e)
{
	auto_message struct qmp_message state = {0};
	int r = qmp_command(&vm->qmp, "query-status", ANSWER_MS, &state, e);

	if (str_eq(state.name, "paused"))
		log_notice(
			"%s: the guest is paused: by its owner, or by on_degraded of the qpin that "
			"died",
			vm->definition->name);
	if (!str_eq(state.name, "prelaunch") || vm->journal.qemu.paused)
		return r;
	log_notice("%s: the guest did not run yet", vm->definition->name);
	return qmp_command(&vm->qmp, "cont", ANSWER_MS, NULL, e);
}

/* Of one that was attached no socket is known, and none needed. */
static void
monitor_reach(struct vm *vm)
{
	struct error e;
	int r;

	if (vm->attached)
		return;
	r = reach_at(
		vm->journal.dir.fd, JOURNAL_MONITOR_FILE, vm->qemu.pid, ANSWER_MS, &vm->qmp, &e);
	if (r == 0)
		r = guest_begin(vm, &e);
	if (r == 0)
		return;
	log_failure(LOG_LEVEL_WARNING, &e);
	log_warning("%s: without QEMU's monitor, a stop ends it by SIGTERM", vm->definition->name);
	qmp_close(&vm->qmp);
}

/* Who watches over an attached one, so that a release finds us. */
static int
keeper_note(struct vm *vm, struct error *e)
{
	struct record_process self = {.pid = getpid()};
	int r = vm->attached ? task_read_start(&vm->host.roots.proc, self.pid, &self.start, e) : 0;

	return r < 0 || !vm->attached ? r : journal_note(&vm->journal, RECORD_KEEPER, &self, e);
}

/* What its threads want later, if that can be known. */
static void
plan_find(struct vm *vm, struct definition *definition)
{
	struct error e;
	int r;

	if (vm->qmp.wire.fd < 0)
		return;
	r = regain(vm, definition, &e);
	if (r == 0) {
		vm->planless = false;
		r = vm_settle(vm, &e);
		vm_tell(vm);
	}
	if (r < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
}

static int
live(struct vm *vm, struct background *background, struct error *e)
{
	int r;

	if (vm->planless)
		log_warning("%s: threads that QEMU starts on its vCPUs' CPUs stay there, and vCPUs "
			    "that are plugged get no CPUs of their own",
			vm->definition->name);
	log_notice("%s: watching over QEMU, process %d, again", vm->definition->name,
		(int)vm->qemu.pid);
	r = background_detach(background, e);
	if (r == 0)
		r = confine_narrow(&vm->host, CONFINE_WATCH, e);
	if (r == 0)
		r = vm_watch(vm, e);
	if (r < 0)
		return r;
	log_notice("%s: %s", vm->definition->name,
		vm->running ? "letting go of QEMU, which runs on" : "QEMU has ended");
	vm_put_back(vm);
	return 0;
}

/* @read: for the definition, if it is as it was at the start */
static int
take_over(struct vm *vm, const char *name, struct background *background, struct definition *read,
	struct error *e)
{
	char own[sizeof(vm->journal.name)];
	struct definition definition = {.name = own};
	int r = vm->host.state.fd >= 0 ? host_lock(&vm->host, e) : 0;

	(void)snprintf(own, sizeof(own), "%s", name);
	vm->definition = vm->plan.definition = &definition;
	if (r == 0)
		r = take(vm, name, e);
	if (r == 0)
		r = keeper_note(vm, e);
	definition.shutdown_timeout_s = (unsigned)vm->journal.qemu.stop_s;
	if (r == 0)
		look(vm);
	host_unlock(&vm->host);
	if (r == 0)
		r = privilege_expose(e);
	if (r == 0 && !vm->attached)
		words_open(vm); /* what that asks for, a confined qpin may not */
	if (r == 0)
		census_listen(vm);
	if (r == 0)
		r = confine(&vm->host, CONFINE_ATTACH, vm->confinement, e);
	if (r < 0)
		return r;
	monitor_reach(vm);
	plan_find(vm, read);
	return live(vm, background, e);
}

int
adopt(const char *name, bool in_background, struct error *e)
{
	struct background background = BACKGROUND_NONE;
	struct definition definition = {0};
	struct vm vm;
	int r = in_background ? background_begin(&background, e) : 0;

	if (r != 0)
		return r < 0 ? r : background.status;
	r = vm_init_attached(&vm, e);
	if (r == 0)
		r = take_over(&vm, name, &background, &definition, e);
	vm_done(&vm);
	definition_done(&definition);
	return r;
}
