/* SPDX-License-Identifier: MIT */
/* Definitions and VMs, a line each. */
#ifndef QPIN_REPORT_VM_LIST_H
#define QPIN_REPORT_VM_LIST_H

#include <stddef.h>
#include <stdio.h>

#include "config/catalog.h"
#include "report/status.h"

struct error;

/* What is wrong with a definition. */
struct vm_fault {
	char *text; /* owned; NULL: nothing */
};

struct vm_list {
	const struct catalog *definitions; /* borrowed */
	const struct vm_fault *faults;     /* borrowed; one per definition */
	const struct status *status;       /* borrowed: VMs, ours and maybe others' */
};

/*
 * report_vm_list - write a line for each definition, and for each VM that isn't of one of them
 *
 * Only our own VMs are taken for those of the definitions. Returns 0 or -errno.
 */
int report_vm_list(FILE *out, const struct vm_list *list, struct error *e);

/* report_vm_list_json - the same for programs */
int report_vm_list_json(FILE *out, const struct vm_list *list, struct error *e);

#endif
