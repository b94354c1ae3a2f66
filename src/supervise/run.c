/* SPDX-License-Identifier: MIT */
/* The whole life of one VM. */
#include "supervise/run.h"

#include <errno.h>

#include "base/error.h"
#include "base/log.h"
#include "base/privilege.h"
#include "qemu/parser.h"
#include "supervise/background.h"
#include "supervise/notify.h"
#include "supervise/unwind.h"
#include "supervise/vm.h"

void
vm_put_back(struct vm *vm)
{
	struct error e;

	if (vm->journal.dir.fd < 0)
		return;
	parser_stop();           /* it may be in a cgroup that goes */
	vm->host.cancel_fd = -1; /* a signal ends the guest, not the undoing */
	privilege_shield();
	if (unwind(&vm->host, &vm->journal, &e) < 0)
		log_failure(LOG_LEVEL_WARNING, &e);
	else
		log_info("%s: everything is back as it was", vm->definition->name);
	host_unlock(&vm->host);
}

/* For whom root does this, and what of the definition that changes. */
static void
tell_caller(const struct vm *vm)
{
	const struct definition *d = vm->definition;
	const struct identity *who = &vm->identity;

	if (privilege_caller() == NULL)
		return;
	log_notice("%s: started by user %s (uid %u)", d->name,
		who->name != NULL ? who->name : "without a name", (unsigned)who->uid);
	log_info("%s: QEMU runs as that user%s", d->name,
		d->user != NULL || d->group != NULL
			? ": `user` and `group` of the definition have no effect"
			: "");
}

static int
live(struct vm *vm, struct background *background, struct error *e)
{
	char how[64];
	int r;

	tell_caller(vm);
	r = vm_prepare(vm, e);
	if (r == 0)
		r = privilege_expose(e);
	if (r == 0)
		r = vm_start(vm, e);
	if (r == 0)
		r = background_detach(background, e);
	if (r == 0)
		r = vm_watch(vm, e);
	vm_kill(vm);
	if (r == 0)
		log_notice("%s: QEMU %s", vm->definition->name,
			spawn_end_text(&vm->end, how, sizeof(how)));
	vm_put_back(vm);
	return r < 0 ? r : spawn_end_status(&vm->end);
}

int
vm_run(const struct definition *definition, enum confinement confinement, struct error *e)
{
	struct background background = BACKGROUND_NONE;
	struct vm vm;
	int r = 0;

	/* Who waits to be told takes our end for the VM's. */
	if (argv_has_flag(definition, "daemonize") && !notify_is_awaited()) {
		r = background_begin(&background, e);
		if (r != 0)
			return r < 0 ? r : background.status;
	}
	r = vm_init(&vm, definition, e);
	vm.confinement = confinement;
	if (r == 0)
		r = live(&vm, &background, e);
	vm_done(&vm);
	return r;
}
