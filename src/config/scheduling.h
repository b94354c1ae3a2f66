/* SPDX-License-Identifier: MIT */
/* Whether the scheduling keys of a role fit together. */
#ifndef QPIN_CONFIG_SCHEDULING_H
#define QPIN_CONFIG_SCHEDULING_H

struct draft;
struct findings;

/* scheduling_resolve - the schedulings of @draft's definition, from its schedule drafts */
void scheduling_resolve(struct draft *draft, struct findings *f);

#endif
