/* SPDX-License-Identifier: MIT */
/* A small tree of values that knows where everything stands in its file. */
#ifndef QPIN_CONFIG_NODE_H
#define QPIN_CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/definition.h"

enum {
	/* After aliases are followed. 4,096 pinned vCPUs need some 13,000. */
	DOCUMENT_MAX_NODES = 32768,
	DOCUMENT_MAX_DEPTH = 16, /* a definition needs 6 */
};

enum node_type {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
};

struct node_item {
	const struct node *key; /* a scalar; NULL in a list */
	const struct node *value;
};

/* An alias is the node of its anchor, whose place is the anchor's. */
struct node {
	enum node_type type;
	struct place place;
	char *text;  /* owned; of a scalar, as written, without quotes; never NULL then */
	bool quoted; /* the text was in quotes, a block (| or >), or tagged !!str */
	struct node_item
		*items; /* owned; of lists and maps; what they point to is the document's */
	size_t count;
	unsigned weight; /* nodes in this tree, itself included, aliases counted each time */
	unsigned height; /* levels of this tree: 1 of a scalar */
};

struct document {
	struct node **nodes; /* owned, and so is each */
	size_t node_count;
	const struct node *root; /* borrowed from nodes; NULL when there is none */
};

/*
 * node_new - a new node at @place, which belongs to @doc
 *
 * Returns NULL without memory.
 */
struct node *node_new(struct document *doc, enum node_type type, struct place place);

/*
 * node_add - add an item to list (@key is NULL) or map @parent; both stay @doc's
 *
 * Returns 0, -ENOMEM, or -E2BIG when @parent has more than DOCUMENT_MAX_NODES now.
 */
int node_add(struct node *parent, const struct node *key, const struct node *value);

/* node_is_empty - a value that isn't there, as in "key:" */
bool node_is_empty(const struct node *node);

void document_done(struct document *doc);

#define auto_document __attribute__((cleanup(document_done)))

#endif
