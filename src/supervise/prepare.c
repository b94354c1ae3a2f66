/* SPDX-License-Identifier: MIT */
/* Before QEMU is started: look, decide, and make its place. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "host/load.h"
#include "host/pci.h"
#include "plan/changes.h"
#include "supervise/unwind.h"
#include "supervise/vm.h"

static void
list_cleanup(struct change_list *list)
{
	change_list_done(list);
}

/* Read the facts and decide, aiming no higher than @most. */
static int
decide(struct vm *vm, enum isolation most, const char *reason, struct error *e)
{
	int r;

	plan_done(&vm->plan);
	facts_done(&vm->facts);
	r = facts_load(&vm->host, &vm->facts, e);
	if (r == 0)
		r = pci_load(&vm->host.roots.sys, vm->definition->wishes.near, &vm->facts.near, e);
	if (r == 0)
		r = plan_make(vm->definition, &vm->facts, most, reason, &vm->plan, e);
	return r;
}

static int
apply_all(struct vm *vm, const struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r >= 0; i++) {
		const struct change *c = &list->list[i];

		r = c->shared ? shared_apply(&vm->host, c, e)
			      : journal_apply(&vm->journal, &vm->host, c, e);
	}
	return r < 0 ? r : 0;
}

/* Make the changes of the plan; on failure all are undone. */
static int
carry_out(struct vm *vm, struct error *e)
{
	__attribute__((cleanup(list_cleanup))) struct change_list list = {0};
	struct error second;
	int r = plan_prepare(&vm->plan, &list, e);

	if (r == 0)
		r = journal_create(
			&vm->host.state, vm->definition->name, &vm->plan.pinned, &vm->journal, e);
	if (r < 0)
		return r;
	r = apply_all(vm, &list, e);
	if (r < 0 && unwind(&vm->host, &vm->journal, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second);
	return r;
}

/* One level less than the one that the kernel refused, if the definition allows that. */
static bool
may_aim_lower(const struct vm *vm, const struct error *e, enum isolation *most)
{
	if (vm->definition->isolation != ISOLATION_AUTO || e->kind != ERROR_ISOLATION ||
		vm->plan.level <= ISOLATION_CPUSET)
		return false;
	*most = ISOLATION_CPUSET;
	return true;
}

/* What a qpin that died left of this VM goes first. */
static int
release_own(struct vm *vm, struct error *e)
{
	auto_free struct claim *claims = NULL;
	int count = claims_list(&vm->host.state, &claims, e);
	int r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		if (claims[i].alive || !str_eq(claims[i].name, vm->definition->name))
			continue;
		log_notice("%s: undoing what a qpin that died left of it", claims[i].name);
		r = release(&vm->host, claims[i].name, e);
		if (r == 0) /* it may have removed the state directory, with our lock in it */
			r = host_lock(&vm->host, e);
	}
	return r;
}

/* Once through it, under the lock: a failure before may have taken all away, the lock too. */
static int
attempt(struct vm *vm, enum isolation most, const char *reason, struct error *e)
{
	int r = host_lock(&vm->host, e);

	if (r == 0)
		r = release_own(vm, e);
	if (r == 0)
		r = decide(vm, most, reason, e);
	return r == 0 ? carry_out(vm, e) : r;
}

static void
tell_warnings(const struct plan *plan)
{
	for (size_t i = 0; i < plan->warning_count; i++) {
		log_warning("%s", plan->warnings[i].text);
		if (plan->warnings[i].hint[0] != '\0')
			log_warning("hint: %s", plan->warnings[i].hint);
	}
}

int
vm_prepare(struct vm *vm, struct error *e)
{
	enum isolation most = ISOLATION_ISOLATED;
	char reason[256];
	struct error second;
	int r = attempt(vm, most, NULL, e);

	while (r < 0 && may_aim_lower(vm, e, &most)) {
		(void)snprintf(reason, sizeof(reason), "%.200s", e->why);
		log_failure(LOG_LEVEL_WARNING, e);
		log_warning("the VM starts at level %s instead", isolation_name(most));
		r = attempt(vm, most, reason, e);
	}
	if (r < 0 && vm->host.lock_fd >= 0 && shared_unwind(&vm->host, &second) < 0)
		log_failure(LOG_LEVEL_WARNING, &second); /* the lock made its directory */
	host_unlock(&vm->host);
	if (r == 0)
		tell_warnings(&vm->plan);
	return r;
}
