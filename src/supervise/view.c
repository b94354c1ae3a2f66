/* SPDX-License-Identifier: MIT */
/* Looking at VMs without touching them. */
#include "supervise/view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "change/look.h"
#include "host/account.h"
#include "host/task.h"
#include "supervise/amiss.h"
#include "supervise/crew.h"
#include "supervise/kinds.h"

enum {
	SECOND_LOOK_MS = 30, /* a qpin that plugs a vCPU has written down what it is about to do */
	NS_PER_S = 1000 * 1000 * 1000,
};

/* What is needed to look at one VM. */
struct look {
	struct host *host;
	const struct state *state; /* where it is */
	const struct crew_sources *sources;
	struct status *ret;
};

static bool
is_undone_in_part(const struct journal *j)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		if (j->undone[i])
			return true;
	}
	return false;
}

static bool
qemu_lives(const struct look *l, const struct journal *j)
{
	struct error ignored;

	return j->qemu.pid != 0 &&
	       task_lives(&l->host->roots.proc, j->qemu.pid, j->qemu.start, &ignored) > 0;
}

static enum status_state
state_find(const struct look *l, const struct journal *j, bool alive)
{
	bool lives = qemu_lives(l, j);

	if (!alive)
		return lives ? STATUS_ABANDONED : STATUS_LEFT_OVER;
	if (is_undone_in_part(j) || (j->qemu.pid != 0 && !lives))
		return STATUS_ENDING;
	return j->qemu.placed ? STATUS_RUNNING : STATUS_STARTING;
}

/* Whose VM it is: root starts some for others. */
static void
user_set(const struct look *l, const struct journal *j, struct status_vm *vm)
{
	struct account account = {0};
	struct error ignored;

	vm->uid = j->owner != 0 ? j->owner : l->state->uid;
	(void)snprintf(vm->user, sizeof(vm->user), "%s", l->state->user);
	if (j->owner == 0)
		return;
	if (account_find(j->owner, &account, &ignored) == 0)
		(void)snprintf(vm->user, sizeof(vm->user), "%.64s", account.name);
	else
		(void)snprintf(vm->user, sizeof(vm->user), "%u", (unsigned)j->owner);
}

static int
left_tell(const struct look *l, const struct journal *j, struct status_vm *vm)
{
	char hint[320], who[96] = "";
	bool lives = vm->state == STATUS_ABANDONED;
	const char *kill = lives && !vm->attached ? "--kill " : "";

	if (l->state->uid != geteuid())
		(void)snprintf(who, sizeof(who), ", as user %s", l->state->user);
	if (lives && j->qemu.placed)
		(void)snprintf(hint, sizeof(hint), "qpin adopt %s, or qpin release %s%s%s",
			vm->name, kill, vm->name, who);
	else
		(void)snprintf(hint, sizeof(hint), "qpin release %s%s%s", kill, vm->name, who);
	return status_note_add(vm,
		lives ? "abandoned: its qpin died, and QEMU runs on"
		      : "abandoned: its qpin died, and QEMU has ended",
		hint);
}

static int
vm_fill(const struct look *l, const struct journal *j, bool alive, struct status_vm *vm)
{
	int r = 0;

	*vm = (struct status_vm){.cpus = j->cpus, .attached = j->keeper.pid != 0};
	(void)snprintf(vm->name, sizeof(vm->name), "%s", j->name);
	(void)snprintf(vm->level, sizeof(vm->level), "%s", j->qemu.level);
	(void)snprintf(vm->reason, sizeof(vm->reason), "%s", j->qemu.reason);
	user_set(l, j, vm);
	vm->state = state_find(l, j, alive);
	if (vm->state == STATUS_ABANDONED || vm->state == STATUS_LEFT_OVER)
		r = left_tell(l, j, vm);
	if (r < 0 || !qemu_lives(l, j))
		return r;
	vm->qemu = j->qemu.pid;
	r = crew_read(l->host, j, l->sources, vm);
	if (r == 0 && (vm->state == STATUS_RUNNING || vm->state == STATUS_ABANDONED))
		r = amiss_find(l->host, j, vm);
	return r;
}

static void
vm_free(struct status_vm *vm)
{
	struct status one = {.vms = malloc(sizeof(*vm)), .vm_count = 1};

	if (one.vms == NULL)
		return;
	*one.vms = *vm;
	status_done(&one);
	*vm = (struct status_vm){0};
}

/* One whose journal can't be read. */
static int
vm_fail(const struct look *l, const char *name, const struct error *e, struct status_vm *vm)
{
	char text[sizeof(e->what) + sizeof(e->where) + sizeof(e->why)];

	*vm = (struct status_vm){.state = STATUS_UNREADABLE, .uid = l->state->uid};
	(void)snprintf(vm->name, sizeof(vm->name), "%.64s", name);
	(void)snprintf(vm->user, sizeof(vm->user), "%s", l->state->user);
	error_text(e, text, sizeof(text));
	return status_note_add(vm, text, e->hint);
}

/* 1: there is @ret; 0: no journal; or -ENOMEM */
static int
vm_look(const struct look *l, const char *name, struct status_vm *ret)
{
	struct journal j = JOURNAL_CLOSED;
	struct error e;
	bool alive = false;
	int r = journal_look(&l->state->root, name, change_kinds, &j, &alive, &e);

	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0)
		r = vm_fail(l, name, &e, ret);
	else
		r = vm_fill(l, &j, alive, ret);
	journal_close(&j);
	return r < 0 ? r : 1;
}

/* What is amiss may be so for a moment alone: a vCPU comes, the VM ends. */
static int
vm_look_twice(const struct look *l, const char *name, struct status_vm *ret)
{
	int r = vm_look(l, name, ret);

	if (r <= 0 || ret->note_count == 0)
		return r;
	(void)poll(NULL, 0, SECOND_LOOK_MS);
	vm_free(ret);
	return vm_look(l, name, ret);
}

static int
vm_add(const struct look *l, const char *name)
{
	struct status *s = l->ret;
	struct status_vm *bigger = reallocarray(s->vms, s->vm_count + 1, sizeof(*s->vms));
	int r;

	if (bigger == NULL)
		return -ENOMEM;
	s->vms = bigger;
	bigger[s->vm_count] = (struct status_vm){0};
	r = vm_look_twice(l, name, &bigger[s->vm_count]);
	if (r != 0)
		s->vm_count++; /* what was filled before a failure is the caller's to free */
	return r < 0 ? r : 0;
}

static bool
is_named(const struct view_request *request, const char *name)
{
	for (size_t i = 0; i < request->name_count; i++) {
		if (str_eq(request->names[i], name))
			return true;
	}
	return request->name_count == 0;
}

static int
name_compare(const void *a, const void *b)
{
	return strcmp(((const struct status_vm *)a)->name, ((const struct status_vm *)b)->name);
}

static int
state_look(const struct look *l, const struct view_request *request, struct error *e)
{
	int fd = openat(l->state->root.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	size_t first = l->ret->vm_count;
	const struct dirent *entry;

	if (directory == NULL) {
		r = error_sys(e, errno, l->state->root.path, "list the VMs");
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	while (r == 0 && (entry = readdir(directory)) != NULL) {
		if (name_is_safe(entry->d_name) && is_named(request, entry->d_name))
			r = vm_add(l, entry->d_name);
	}
	(void)closedir(directory);
	if (l->ret->vm_count > first)
		qsort(l->ret->vms + first, l->ret->vm_count - first, sizeof(*l->ret->vms),
			name_compare);
	return r < 0 ? error_sys(e, -r, l->state->root.path, "look at the VMs") : 0;
}

int
view_take(struct host *host, const struct states *states, const struct view_request *request,
	struct status *ret, struct error *e)
{
	struct crew_sources sources = {.wants = request->wants};
	struct timespec now = {0};
	int r = states->count > 0 ? crew_sources_load(host, &sources, e) : 0;

	*ret = (struct status){0};
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ret->taken_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
	for (size_t i = 0; i < states->count && r == 0; i++) {
		const struct look l = {
			.host = host, .state = &states->list[i], .sources = &sources, .ret = ret};

		r = state_look(&l, request, e);
	}
	crew_sources_done(&sources);
	return r;
}

int
view_look(const struct view_request *request, struct status *ret, struct error *e)
{
	struct host host = HOST_CLOSED;
	struct root runtime = {.fd = -1};
	struct states states = {0};
	struct error none;
	int r = host_open(&host, e);

	*ret = (struct status){0};
	if (r == 0 && root_open(&runtime, STATES_RUNTIME, &none) < 0)
		runtime.fd = -1; /* where systemd isn't, there is no such directory */
	if (r == 0)
		r = states_open(&host, &runtime, &states, e);
	if (r == 0)
		r = view_take(&host, &states, request, ret, e);
	states_close(&states);
	root_close(&runtime);
	host_close(&host);
	return r;
}
