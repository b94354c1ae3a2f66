/* SPDX-License-Identifier: MIT */
/* One value of a key, by the key's row in its table. */
#ifndef QPIN_CONFIG_VALUES_H
#define QPIN_CONFIG_VALUES_H

#include <stddef.h>

struct draft;
struct findings;
struct key;
struct node_item;

/*
 * value_read - store the value and the place of @item in @draft, as its row of @keys says
 *
 * Returns the row, also when the value was refused; NULL when no key has that name.
 */
const struct key *value_read(const struct key *keys, size_t count, const struct node_item *item,
	struct draft *draft, struct findings *f);

#endif
