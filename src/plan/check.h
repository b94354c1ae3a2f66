/* SPDX-License-Identifier: MIT */
/* Judging a host, and a definition on it: facts and survey -> what was found. Pure. */
#ifndef QPIN_PLAN_CHECK_H
#define QPIN_PLAN_CHECK_H

#include "base/cpus.h"

struct checkup;
struct definition;
struct error;
struct facts;
struct needs;
struct plan;
struct survey;

/* All is borrowed. */
struct check_input {
	const struct facts *facts;
	const struct survey *survey;
	struct cpus
		watched; /* CPUs that matter: the definition's, or those of all VMs; none: all do
			  */
};

/* A definition that was looked at, too. */
struct check_vm {
	const struct definition *definition;
	const struct plan *plan;      /* NULL: it was refused */
	const struct error *refusal;  /* why; NULL: it wasn't */
	const struct error *no_parts; /* what is wrong with QEMU's program or user; NULL: nothing */
	const struct needs *needs;    /* page_bytes are filled in; 0: of ordinary pages */
};

/* check_host - judge the host, in the order of enum check_id */
void check_host(const struct check_input *in, struct checkup *ret);

/* check_definition - judge a definition on it */
void check_definition(const struct check_input *in, const struct check_vm *vm, struct checkup *ret);

/* Its parts. */
void check_kernel(const struct check_input *in, struct checkup *ret);
void check_levels(const struct check_input *in, struct checkup *ret);
void check_boot(const struct check_input *in, struct checkup *ret);
void check_cgroups(const struct check_input *in, struct checkup *ret);
void check_cpus(const struct check_input *in, struct checkup *ret);
void check_programs(const struct check_input *in, struct checkup *ret);
void check_kvm(const struct check_input *in, struct checkup *ret);
void check_memory(const struct check_input *in, struct checkup *ret);

#endif
