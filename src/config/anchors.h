/* SPDX-License-Identifier: MIT */
/* The anchors ("&name") of a YAML file, for the aliases ("*name") that follow. */
#ifndef QPIN_CONFIG_ANCHORS_H
#define QPIN_CONFIG_ANCHORS_H

#include <stddef.h>

struct node;

enum {
	ANCHORS_MAX = 256,
};

struct anchor {
	char *name;              /* owned */
	const struct node *node; /* borrowed; NULL while the anchored node isn't complete */
};

/* Starts as {0}. */
struct anchors {
	struct anchor list[ANCHORS_MAX];
	size_t count;
};

/*
 * anchors_add - remember @name, whose node isn't complete yet
 *
 * Returns 0, -E2BIG when there are ANCHORS_MAX, -ENOMEM. *@ret is borrowed from @a.
 */
int anchors_add(struct anchors *a, const char *name, struct anchor **ret);

/* anchors_find - the last one of this name, as YAML has it; NULL without one */
const struct anchor *anchors_find(const struct anchors *a, const char *name);

void anchors_done(struct anchors *a);

#endif
