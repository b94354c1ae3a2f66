/* SPDX-License-Identifier: MIT */
/* Taking over a QEMU that runs already: with all that a start gives it, until it ends or we go. */
#include "supervise/isolate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "change/claims.h"
#include "host/task.h"
#include "qemu/reach.h"
#include "supervise/background.h"
#include "supervise/baselines.h"
#include "supervise/confine.h"
#include "supervise/target.h"
#include "supervise/vm.h"
#include "supervise/wanted.h"

enum {
	WORDS_MAX_BYTES = 4 * 1024 * 1024, /* more than the kernel lets a command line be */
};

/* Whether the QEMU of VM @name is this one; @ret_placed: all of its threads were pinned. */
static bool
is_of(const struct vm *vm, const char *name, bool *ret_placed)
{
	struct record_process qemu;
	struct error ignored;

	if (claims_read_process(&vm->host.state, name, RECORD_QEMU, &qemu, &ignored) < 0 ||
		qemu.pid != vm->qemu.pid ||
		task_lives(&vm->host.roots.proc, qemu.pid, qemu.start, &ignored) <= 0)
		return false;
	*ret_placed = qemu.placed;
	return true;
}

/* The VM of ours that it is, by the journals; 0: it's none. */
static int
claimed_find(const struct vm *vm, struct claim *ret, bool *ret_placed, struct error *e)
{
	auto_free struct claim *claims = NULL;
	int count = claims_list(&vm->host.state, &claims, e);

	for (int i = 0; i < count; i++) {
		if (is_of(vm, claims[i].name, ret_placed)) {
			*ret = claims[i];
			return 1;
		}
	}
	return count < 0 ? count : 0;
}

/* Nothing else may pin what a qpin pins already: ours by its journal, or another user's. */
static int
free_check(const struct vm *vm, struct error *e)
{
	char path[LAYOUT_PATH_BYTES];
	bool placed = false;
	struct claim claim;
	struct error ignored;
	int r = claimed_find(vm, &claim, &placed, e);

	if (r < 0)
		return r;
	if (r == 0 && (host_own_cgroup(&vm->host, vm->qemu.pid, path, sizeof(path), &ignored) < 0 ||
			      !group_is_vms(path)))
		return 0;
	error_refuse(e, ERROR_CLAIMED, NULL, "isolate process %d", (int)vm->qemu.pid);
	if (r == 0)
		return error_why(e, "another user's qpin has it already, in %s", path);
	error_why(e, "a qpin has it already, as VM %s", claim.name);
	if (!claim.alive)
		return error_hint(e, "that one died; %s %s",
			placed ? "watch over it again: qpin adopt"
			       : "undo what it began: qpin release",
			claim.name);
	return error_hint(e, "qpin release %s lets go of one that was attached", claim.name);
}

/* What the command line asks for. */
static int
wanted_read(struct vm *vm, const struct isolate *ask, const struct tasks *tasks,
	struct definition *ret, struct error *e)
{
	struct wanted wanted = {.selection = ask->selection, .tasks = tasks, .pid = vm->qemu.pid};
	auto_free char *words = NULL;
	char name[32];
	int len;

	(void)snprintf(name, sizeof(name), "%d/cmdline", (int)vm->qemu.pid);
	len = file_load(&vm->host.roots.proc, name, WORDS_MAX_BYTES, &words, e);
	if (len < 0)
		return len;
	wanted.words = words;
	wanted.len = (size_t)len;
	return wanted_definition(&wanted, ret, e);
}

/* Where QEMU as a whole goes; "" without cgroups. On v1 that is where we are. */
static int
place_find(struct vm *vm, char *path, size_t size, struct error *e)
{
	const struct plan *plan = &vm->plan;

	path[0] = '\0';
	if (plan->backend == &backend_v1)
		return group_of_task(&vm->host, plan->layout.slice, getpid(), path, size, e);
	(void)plan->backend->birthplace(&plan->layout, path, size);
	return 0;
}

/* All of QEMU at once: what its threads start from then on is there, too. */
static int
process_move(struct vm *vm, struct error *e)
{
	auto_change_list struct change_list list = {0};
	char path[GROUP_PATH_BYTES];
	struct change *c;
	int r = place_find(vm, path, sizeof(path), e);

	if (r < 0 || path[0] == '\0')
		return r;
	c = change_add(&list, &change_process, path, NULL, NULL);
	if (c != NULL)
		c->role = strdup("QEMU");
	if (c == NULL || c->role == NULL)
		return error_sys(e, ENOMEM, path, "move QEMU");
	c->id = vm->qemu.pid;
	return journal_apply(&vm->journal, &vm->host, c, e);
}

/* Whom @ask means; with @smp also the places of its vCPUs. */
static int
target_read(struct vm *vm, const struct isolate *ask, const struct smp *smp, struct target *ret,
	struct tasks *ret_tasks, struct error *e)
{
	const struct target_request request = {
		.pid = vm->qemu.pid != 0 ? vm->qemu.pid : ask->pid,
		.qmp = ask->qmp,
		.name = vm->qemu.pid != 0 ? NULL : ask->name,
		.smp = smp,
		.roles = true,
	};

	return target_find(&vm->host, &request, ret, ret_tasks, e);
}

/* QEMU and its threads in their places. */
static int
enter(struct vm *vm, const struct isolate *ask, struct error *e)
{
	struct target target = {0};
	struct tasks tasks = {0};
	int r = process_move(vm, e);

	if (r == 0)
		r = target_read(vm, ask, &vm->plan.smp, &target, &tasks, e);
	vm->threads = target.known;
	target.known = (struct threads){0};
	target_done(&target);
	tasks_done(&tasks);
	if (r == 0)
		r = vm_settle(vm, e);
	if (r == 0)
		r = vm_note_placed(vm, e);
	if (r == 0) {
		baselines_keep(vm);
		vm_tell(vm);
	}
	return r;
}

/* The monitor that was given stays ours: it tells of vCPUs that come and go. */
static int
monitor_keep(struct vm *vm, const struct isolate *ask, struct error *e)
{
	if (ask->qmp == NULL)
		return 0;
	return reach_given(ask->qmp, vm->qemu.pid, REACH_MS, &vm->qmp, NULL, e);
}

static int
live(struct vm *vm, const struct isolate *ask, struct background *background, struct error *e)
{
	int r = vm_prepare(vm, e);

	if (r == 0)
		r = enter(vm, ask, e);
	if (r == 0)
		r = monitor_keep(vm, ask, e);
	if (r == 0)
		r = background_detach(background, e);
	if (r == 0)
		r = confine_narrow(&vm->host, CONFINE_WATCH, e);
	if (r == 0)
		r = vm_watch(vm, e);
	if (r == 0)
		log_notice("%s: %s", vm->definition->name,
			vm->running ? "letting go of QEMU, which runs on" : "QEMU has ended");
	vm_put_back(vm);
	return r;
}

/* Whom it is about, and without a definition what is wanted of it. */
static int
look(struct vm *vm, const struct isolate *ask, struct definition *own, struct error *e)
{
	struct target target = {0};
	struct tasks tasks = {0};
	int r = target_read(vm, ask, NULL, &target, &tasks, e);

	if (r == 0)
		r = vm_adopt(vm, target.pid, e);
	if (r == 0)
		r = free_check(vm, e);
	if (r == 0 && ask->definition == NULL)
		r = wanted_read(vm, ask, &tasks, own, e);
	tasks_done(&tasks);
	target_done(&target);
	return r;
}

static int
take_over(const struct isolate *ask, struct background *background, struct error *e)
{
	struct definition own = {0}, given;
	struct vm vm;
	int r = vm_init_attached(&vm, e);

	if (r == 0)
		census_listen(&vm);
	if (r == 0)
		r = confine(&vm.host, CONFINE_ATTACH, ask->confinement, e);
	if (r == 0)
		r = look(&vm, ask, &own, e);
	vm.definition = &own;
	if (ask->definition != NULL) {
		given = *ask->definition;
		/* QEMU has its memory already; to move it takes long, and is done if it's asked for
		 */
		if (given.memory_choice == MEMORY_UNSET)
			given.memory_choice = MEMORY_LEAVE;
		vm.definition = &given;
	}
	if (r == 0)
		r = live(&vm, ask, background, e);
	vm_done(&vm);
	definition_done(&own);
	return r;
}

int
attach_isolate(const struct isolate *ask, struct error *e)
{
	struct background background = BACKGROUND_NONE;
	int r = ask->background ? background_begin(&background, e) : 0;

	if (r != 0)
		return r < 0 ? r : background.status;
	return take_over(ask, &background, e);
}
