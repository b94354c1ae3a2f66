/* SPDX-License-Identifier: MIT */
/* Environment variables for QEMU. */
#ifndef QPIN_CONFIG_ENV_H
#define QPIN_CONFIG_ENV_H

#include "config/definition.h"

struct findings;
struct node;

/* env_read - a mapping of names to scalars into @d's env, in the order of the file */
void env_read(const struct node *node, const char *name, struct definition *d, struct findings *f);

#endif
