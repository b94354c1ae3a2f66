/* SPDX-License-Identifier: MIT */
/* The `launcher:` section: every key by its row of the table. */
#ifndef QPIN_CONFIG_LAUNCHER_H
#define QPIN_CONFIG_LAUNCHER_H

#include "config/definition.h"

struct draft;
struct findings;
struct node;

/* launcher_init - the values of keys that aren't given; @draft starts as {0} */
void launcher_init(struct draft *draft, enum dialect dialect);

/* launcher_read - @section's value @node into @draft; what is wrong with it goes to @f */
void launcher_read(const struct node *section, const struct node *node, struct draft *draft,
	struct findings *f);

#endif
