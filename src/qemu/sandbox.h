/* SPDX-License-Identifier: MIT */
/* Which system calls QEMU is refused from its first instruction on: policy/seccomp/qemu.list. */
#ifndef QPIN_QEMU_SANDBOX_H
#define QPIN_QEMU_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/filter.h"
#include "config/definition.h"

enum {
	SANDBOX_WITHOUT_MAX = 4, /* as many calls as command lines can ask for */
};

/* What the decision rests on, besides the definition. */
struct sandbox_facts {
	bool available;     /* the kernel has filters: filter_is_available() */
	bool may_filter;    /* also without no_new_privs: we have CAP_SYS_ADMIN */
	bool is_root;       /* QEMU will be */
	bool program_gains; /* its program is set-uid or set-gid, or has capabilities of its own */
};

struct sandbox {
	bool on;
	bool no_new_privs; /* no program that QEMU starts gains anything by being set-uid */
	const char *without[SANDBOX_WITHOUT_MAX + 1]; /* calls that its command line asks for; ends
							 with NULL */
	const char *why; /* there is no filter, or no_new_privs isn't set, though nobody said so;
			    or NULL */
};

/* sandbox_decide - what `seccomp:` of the definition comes to (pure) */
void sandbox_decide(
	const struct definition *d, const struct sandbox_facts *facts, struct sandbox *ret);

/* sandbox_program_gains - whether who executes @path gets privileges by that */
bool sandbox_program_gains(const char *path);

/* sandbox_filter - QEMU's filter, without those calls; 0 or -errno */
int sandbox_filter(const struct sandbox *sandbox, struct filter *ret, struct error *e);

#endif
