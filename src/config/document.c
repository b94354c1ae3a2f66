/* SPDX-License-Identifier: MIT */
/* A YAML file as a tree. libyaml ends here. */
#include "config/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"
#include "config/anchors.h"
#include "config/findings.h"
#include "config/source.h"
#include "config/syntax.h"

struct loader {
	yaml_parser_t parser;
	const char *text; /* borrowed */
	size_t len;
	struct document *doc; /* borrowed; filled */
	struct findings *f;   /* borrowed */
	struct anchors anchors;
};

static void
event_done(yaml_event_t *event)
{
	yaml_event_delete(event);
}
#define auto_event __attribute__((cleanup(event_done)))

static struct place
mark_place(yaml_mark_t mark)
{
	return (struct place){(unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static int
loader_no_memory(struct loader *l)
{
	l->f->no_memory = true;
	return -ENOMEM;
}

/* What libyaml stumbled over, at the place where the reader finds it. */
static int
loader_syntax_error(struct loader *l)
{
	const yaml_parser_t *parser = &l->parser;
	struct syntax_words words = syntax_explain(parser->problem);
	struct place place = mark_place(parser->problem_mark), tab;
	struct error *e;

	if (parser->error == YAML_MEMORY_ERROR)
		return loader_no_memory(l);
	if (words.at_context && parser->context != NULL)
		place = mark_place(parser->context_mark);
	if (source_find_tab(l->text, l->len, place.line, &tab)) {
		(void)error_hint(finding_add(l->f, tab, "a tab is used as indentation"),
			"indent with spaces");
		return -EINVAL;
	}
	if (parser->context != NULL && parser->context_mark.line + 1 != place.line)
		e = finding_add(l->f, place, "%s (it began in line %u)", words.why,
			mark_place(parser->context_mark).line);
	else
		e = finding_add(l->f, place, "%s", words.why);
	if (words.hint != NULL)
		(void)error_hint(e, "%s", words.hint);
	return -EINVAL;
}

static int
loader_next(struct loader *l, yaml_event_t *ret)
{
	return yaml_parser_parse(&l->parser, ret) ? 0 : loader_syntax_error(l);
}

/* "!!str" and "!" say no more than quotes do, "!!map" and "!!seq" nothing at all. */
static void
tag_check(struct loader *l, const yaml_char_t *tag, struct node *node)
{
	static const char *const of_type[] = {
		[NODE_SCALAR] = YAML_STR_TAG,
		[NODE_LIST] = YAML_SEQ_TAG,
		[NODE_MAP] = YAML_MAP_TAG,
	};

	if (tag == NULL || str_eq((const char *)tag, of_type[node->type]) ||
		(node->type == NODE_SCALAR && str_eq((const char *)tag, "!"))) {
		node->quoted = node->quoted || tag != NULL;
		return;
	}
	(void)error_hint(finding_add(l->f, node->place, "tag '%s' is not known here",
				 quote((const char *)tag).text),
		"take it out; a text that begins with '!' needs quotes");
}

/* Escapes in double quotes can make what the source may not have. */
static bool
text_has_control(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
			return true;
	}
	return false;
}

static struct node *
scalar_new(struct loader *l, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	yaml_scalar_style_t style = event->data.scalar.style;
	size_t len = event->data.scalar.length;
	struct node *node = node_new(l->doc, NODE_SCALAR, mark_place(event->start_mark));

	if (node == NULL)
		return NULL;
	if (text_has_control(text, len))
		(void)finding_add(l->f, node->place, "an escaped control character is not allowed");
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
		while (len > 0 && text[len - 1] == '\n')
			len--; /* the line end of a block's last line is no part of what is meant */
	}
	node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	node->text = strndup(text, len);
	if (node->text == NULL)
		return NULL;
	tag_check(l, event->data.scalar.tag, node);
	return node;
}

static const yaml_char_t *
event_anchor(const yaml_event_t *event)
{
	if (event->type == YAML_SCALAR_EVENT)
		return event->data.scalar.anchor;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return event->data.sequence_start.anchor;
	return event->type == YAML_MAPPING_START_EVENT ? event->data.mapping_start.anchor : NULL;
}

/* Remember @event's anchor, when it has one: *@ret, else NULL. */
static int
anchor_read(struct loader *l, const yaml_event_t *event, struct anchor **ret)
{
	const yaml_char_t *name = event_anchor(event);
	int r = 0;

	*ret = NULL;
	if (name != NULL)
		r = anchors_add(&l->anchors, (const char *)name, ret);
	if (r == -ENOMEM)
		return loader_no_memory(l);
	if (r < 0)
		(void)finding_add(
			l->f, mark_place(event->start_mark), "more than %d anchors", ANCHORS_MAX);
	return r;
}

static int
alias_read(struct loader *l, const yaml_event_t *event, unsigned depth, const struct node **ret)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct place place = mark_place(event->start_mark);
	const struct anchor *found = anchors_find(&l->anchors, name);

	if (found == NULL)
		(void)finding_add(l->f, place, "alias '*%s' has no anchor '&%s' before it",
			quote(name).text, quote(name).text);
	else if (found->node == NULL)
		(void)finding_add(
			l->f, place, "alias '*%s' is inside of what it names", quote(name).text);
	else if (depth + found->node->height > DOCUMENT_MAX_DEPTH)
		(void)finding_add(l->f, place, "nested deeper than %d levels", DOCUMENT_MAX_DEPTH);
	else {
		*ret = found->node;
		return 0;
	}
	return -EINVAL;
}

static int node_read(
	struct loader *l, const yaml_event_t *event, unsigned depth, const struct node **ret);

static int
item_add(struct loader *l, struct node *parent, const struct node *key, const struct node *value)
{
	int r = node_add(parent, key, value);

	if (r == -ENOMEM)
		return loader_no_memory(l);
	if (r < 0)
		(void)error_hint(
			finding_add(l->f, parent->place,
				"more than %d values, with aliases followed", DOCUMENT_MAX_NODES),
			"aliases of aliases multiply: write out what is meant");
	return r;
}

static int
list_read(struct loader *l, struct node *list, unsigned depth)
{
	for (;;) {
		auto_event yaml_event_t event = {0};
		const struct node *value = NULL;
		int r = loader_next(l, &event);

		if (r < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return r;
		r = node_read(l, &event, depth, &value);
		if (r == 0)
			r = item_add(l, list, NULL, value);
		if (r < 0)
			return r;
	}
}

/* Returns 0; 1 for a key that is refused, and then left out; or -EINVAL. */
static int
key_check(struct loader *l, const struct node *map, const struct node *key, struct place place)
{
	if (key->type != NODE_SCALAR) {
		(void)finding_add(
			l->f, place, "a key must be a plain word, not a list or a mapping");
		return -EINVAL;
	}
	if (str_eq(key->text, "<<") && !key->quoted) {
		(void)error_hint(
			finding_add(l->f, key->place, "merge keys ('<<') are not supported"),
			"write the keys out, or use an alias for each value");
		return 1;
	}
	for (size_t i = 0; i < map->count; i++) {
		if (str_eq(map->items[i].key->text, key->text)) {
			(void)finding_add(l->f, place, "key '%s' is given twice, first in line %u",
				quote(key->text).text, map->items[i].key->place.line);
			return 1;
		}
	}
	return 0;
}

static int
map_read(struct loader *l, struct node *map, unsigned depth)
{
	for (;;) {
		auto_event yaml_event_t key_event = {0};
		auto_event yaml_event_t value_event = {0};
		const struct node *key = NULL, *value = NULL;
		int refused = 0, r = loader_next(l, &key_event);

		if (r < 0 || key_event.type == YAML_MAPPING_END_EVENT)
			return r;
		r = node_read(l, &key_event, depth, &key);
		if (r == 0)
			r = refused = key_check(l, map, key, mark_place(key_event.start_mark));
		if (r >= 0)
			r = loader_next(l, &value_event);
		if (r == 0)
			r = node_read(l, &value_event, depth, &value);
		if (r == 0 && !refused)
			r = item_add(l, map, key, value);
		if (r < 0)
			return r;
	}
}

static int
room_check(struct loader *l, const yaml_event_t *event, unsigned depth)
{
	struct place place = mark_place(event->start_mark);

	if (depth < DOCUMENT_MAX_DEPTH && l->doc->node_count < DOCUMENT_MAX_NODES)
		return 0;
	if (depth == DOCUMENT_MAX_DEPTH)
		(void)finding_add(l->f, place, "nested deeper than %d levels", DOCUMENT_MAX_DEPTH);
	else
		(void)finding_add(l->f, place, "more than %d values", DOCUMENT_MAX_NODES);
	return -EINVAL;
}

/* A list or a map that begins with @event. */
static struct node *
collection_new(struct loader *l, const yaml_event_t *event)
{
	bool is_list = event->type == YAML_SEQUENCE_START_EVENT;
	struct node *node =
		node_new(l->doc, is_list ? NODE_LIST : NODE_MAP, mark_place(event->start_mark));

	if (node != NULL)
		tag_check(l,
			is_list ? event->data.sequence_start.tag : event->data.mapping_start.tag,
			node);
	return node;
}

/* The node that begins with @event, at @depth levels below the document. */
static int
node_read(struct loader *l, const yaml_event_t *event, unsigned depth, const struct node **ret)
{
	struct anchor *anchor;
	struct node *node;
	int r;

	if (event->type == YAML_ALIAS_EVENT)
		return alias_read(l, event, depth, ret);
	r = room_check(l, event, depth);
	if (r == 0)
		r = anchor_read(l, event, &anchor);
	if (r < 0)
		return r;
	node = event->type == YAML_SCALAR_EVENT ? scalar_new(l, event) : collection_new(l, event);
	if (node == NULL)
		return loader_no_memory(l);
	if (node->type == NODE_LIST)
		r = list_read(l, node, depth + 1);
	else if (node->type == NODE_MAP)
		r = map_read(l, node, depth + 1);
	if (r < 0)
		return r;
	if (anchor != NULL)
		anchor->node = node;
	*ret = node;
	return 0;
}

/* From the stream's start to its end: one document. */
static int
stream_read(struct loader *l)
{
	auto_event yaml_event_t start = {0};
	auto_event yaml_event_t document = {0};
	auto_event yaml_event_t root = {0};
	auto_event yaml_event_t end = {0};
	auto_event yaml_event_t after = {0};
	int r = loader_next(l, &start);

	if (r == 0)
		r = loader_next(l, &document);
	if (r < 0)
		return r;
	if (document.type == YAML_STREAM_END_EVENT)
		return 0;
	r = loader_next(l, &root);
	if (r == 0)
		r = node_read(l, &root, 0, &l->doc->root);
	if (r == 0)
		r = loader_next(l, &end);
	if (r == 0)
		r = loader_next(l, &after);
	if (r < 0)
		return r;
	if (after.type != YAML_STREAM_END_EVENT) {
		(void)error_hint(finding_add(l->f, mark_place(after.start_mark),
					 "a second document begins here"),
			"one file defines one VM: put the other one into a file of its own");
		return -EINVAL;
	}
	return 0;
}

static int
loader_run(struct loader *l)
{
	int r;

	if (!yaml_parser_initialize(&l->parser))
		return loader_no_memory(l);
	yaml_parser_set_input_string(&l->parser, (const unsigned char *)l->text, l->len);
	r = stream_read(l);
	yaml_parser_delete(&l->parser);
	anchors_done(&l->anchors);
	return r;
}

int
document_parse(const char *text, size_t len, struct document *ret, struct findings *f)
{
	struct loader l = {.text = text, .len = len, .doc = ret, .f = f};
	int r = source_check(text, len, f);

	*ret = (struct document){0};
	if (r == 0)
		r = loader_run(&l);
	if (r == 0 && (ret->root == NULL || node_is_empty(ret->root))) {
		(void)finding_add(f, (struct place){1, 1}, "the file is empty");
		return -EINVAL;
	}
	return r;
}
