/* SPDX-License-Identifier: MIT */
/* Which definitions there are, in the directories where they are looked for. */
#ifndef QPIN_CONFIG_CATALOG_H
#define QPIN_CONFIG_CATALOG_H

#include <stddef.h>

#include "config/definition.h"

struct error;

enum {
	DIRECTORIES_MAX = 2,
};

struct directories {
	const char *path[DIRECTORIES_MAX]; /* borrowed: the environment's, or static */
	size_t count;
};

/* directories_find - where definitions are looked for, the first one first */
struct directories directories_find(enum dialect dialect);

struct catalog_entry {
	char name[65]; /* of the VM */
	char *path;    /* owned; of its definition */
};

/* Starts as {0}. */
struct catalog {
	struct catalog_entry *list; /* owned; by name */
	size_t count;
};

/*
 * catalog_read - the files NAME.yml that `qpin run NAME` would find; none is opened
 *
 * A directory that isn't there has none. Returns 0 or -errno; the caller calls catalog_done() in
 * any case.
 */
int catalog_read(struct catalog *ret, struct error *e);
void catalog_done(struct catalog *catalog);

#endif
