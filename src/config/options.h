/* SPDX-License-Identifier: MIT */
/* The `qemu:` section: QEMU's command line, option by option. */
#ifndef QPIN_CONFIG_OPTIONS_H
#define QPIN_CONFIG_OPTIONS_H

#include "config/definition.h"

struct findings;
struct node;

/*
 * options_read - the section's value @node into @d's options, in its order
 *
 * A list's items are joined with commas; a comma that an item begins or ends with already isn't
 * doubled, but a doubled one, which QEMU reads as a comma inside a value, stays.
 */
void options_read(const struct node *node, struct definition *d, struct findings *f);

#endif
