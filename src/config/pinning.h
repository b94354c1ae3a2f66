/* SPDX-License-Identifier: MIT */
/* Which host CPUs a definition gives to vCPUs and iothreads. */
#ifndef QPIN_CONFIG_PINNING_H
#define QPIN_CONFIG_PINNING_H

#include "config/definition.h"

struct draft;
struct findings;
struct node;

/* pinning_read - socket -> core -> thread -> host CPU into @draft's pins, sorted; or wishes */
void pinning_read(const struct node *node, struct draft *draft, struct findings *f);

/* iothread_pinning_read - id -> CPU list into @d's iothread_pins, in the order of the file */
void iothread_pinning_read(
	const struct node *node, const char *name, struct definition *d, struct findings *f);

#endif
