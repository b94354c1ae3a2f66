/* SPDX-License-Identifier: MIT */
/* A small tree of values that knows where everything stands in its file. */
#include "config/node.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ARRAY_STEP = 16,
};

struct node *
node_new(struct document *doc, enum node_type type, struct place place)
{
	struct node *node;

	if (doc->node_count % ARRAY_STEP == 0) {
		struct node **bigger =
			realloc(doc->nodes, (doc->node_count + ARRAY_STEP) * sizeof(struct node *));

		if (bigger == NULL)
			return NULL;
		doc->nodes = bigger;
	}
	node = calloc(1, sizeof(*node));
	if (node == NULL)
		return NULL;
	*node = (struct node){.type = type, .place = place, .weight = 1, .height = 1};
	doc->nodes[doc->node_count++] = node;
	return node;
}

int
node_add(struct node *parent, const struct node *key, const struct node *value)
{
	unsigned height = value->height + 1;

	if (parent->count % ARRAY_STEP == 0) {
		struct node_item *bigger = realloc(
			parent->items, (parent->count + ARRAY_STEP) * sizeof(*parent->items));

		if (bigger == NULL)
			return -ENOMEM;
		parent->items = bigger;
	}
	parent->items[parent->count++] = (struct node_item){key, value};
	parent->weight += value->weight + (key != NULL ? key->weight : 0);
	parent->height = height > parent->height ? height : parent->height;
	return parent->weight > DOCUMENT_MAX_NODES ? -E2BIG : 0;
}

bool
node_is_empty(const struct node *node)
{
	return node->type == NODE_SCALAR && !node->quoted && node->text[0] == '\0';
}

void
document_done(struct document *doc)
{
	for (size_t i = 0; i < doc->node_count; i++) {
		free(doc->nodes[i]->text);
		free(doc->nodes[i]->items);
		free(doc->nodes[i]);
	}
	free(doc->nodes);
	*doc = (struct document){0};
}
