/* SPDX-License-Identifier: MIT */
/* What a definition wishes of the CPUs that qpin chooses. */
#include "config/wishes.h"

#include <ctype.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/document.h"
#include "config/draft.h"
#include "config/findings.h"
#include "config/keys.h"
#include "config/similar.h"
#include "config/values.h"

enum {
	CACHE_LARGEST = 1,
};

static const struct key_word cache_words[] = {
	{.name = "largest", .value = CACHE_LARGEST},
	{.name = NULL},
};

static const struct key_word class_words[] = {
	{.name = "performance", .value = WISH_CLASS_PERFORMANCE},
	{.name = "efficient", .value = WISH_CLASS_EFFICIENT},
	{.name = NULL},
};

static const struct key_word smt_words[] = {
	{.name = "pair", .value = WISH_SMT_PAIR},
	{.name = "alone", .value = WISH_SMT_ALONE},
	{.name = NULL},
};

static const struct key keys[] = {
	{.name = "cpus",
		.type = KEY_CPUS,
		.doc = "Choose among these CPUs alone: a CPU list. Threads of a host core that "
		       "aren't in it may stay with the host.",
		.offset = offsetof(struct draft, d.wishes.cpus),
		.place_offset = offsetof(struct draft, d.wishes.cpus_place)},
	{.name = "avoid",
		.type = KEY_CPUS,
		.doc = "Choose none of these CPUs, nor the rest of their cores: a CPU list.",
		.offset = offsetof(struct draft, d.wishes.avoid),
		.place_offset = offsetof(struct draft, d.wishes.avoid_place)},
	{.name = "near",
		.type = KEY_PCI,
		.doc = "CPUs that are local to this PCI device, such as pci:0000:0b:00.0.",
		.offset = offsetof(struct draft, d.wishes.near),
		.place_offset = offsetof(struct draft, d.wishes.near_place)},
	{.name = "node",
		.type = KEY_INT,
		.max = CPUS_MAX - 1,
		.doc = "CPUs of this NUMA node.",
		.offset = offsetof(struct draft, d.wishes.node),
		.place_offset = offsetof(struct draft, d.wishes.node_place)},
	{.name = "cache",
		.type = KEY_WORD,
		.words = cache_words,
		.doc = "CPUs whose last-level cache is the host's largest.",
		.offset = offsetof(struct draft, d.wishes.cache),
		.place_offset = offsetof(struct draft, d.wishes.cache_place)},
	{.name = "class",
		.type = KEY_WORD,
		.words = class_words,
		.doc = "CPUs of this kind, on a host that has both. Without it, they are all of "
		       "one kind when that suffices, performance first.",
		.offset = offsetof(struct draft, d.wishes.class),
		.place_offset = offsetof(struct draft, d.wishes.class_place)},
	{.name = "smt",
		.type = KEY_WORD,
		.words = smt_words,
		.doc = "How vCPUs lie on host cores with several threads. pair fills whole cores, "
		       "so that nobody else runs beside a vCPU, and is what happens without this "
		       "wish where the host has such cores. alone puts one vCPU on each core, "
		       "whose other threads stay with the host; it is for guests with threads=1.",
		.offset = offsetof(struct draft, d.wishes.smt),
		.place_offset = offsetof(struct draft, d.wishes.smt_place)},
};

const struct key *
keys_of_wishes(size_t *ret_count)
{
	*ret_count = COUNT(keys);
	return keys;
}

static bool
is_wish(const char *name)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		if (str_eq(name, keys[i].name))
			return true;
	}
	return false;
}

/* Sockets are numbers with mappings below them: a word with one value is a mistyped wish. */
bool
wishes_are(const struct node *node)
{
	if (node->type == NODE_SCALAR)
		return isalpha((unsigned char)node->text[0]);
	for (size_t i = 0; node->type == NODE_MAP && i < node->count; i++) {
		const struct node_item *item = &node->items[i];

		if (is_wish(item->key->text) || (isalpha((unsigned char)item->key->text[0]) &&
							item->value->type != NODE_MAP))
			return true;
	}
	return false;
}

static void
unknown_refuse(const struct node *name, struct findings *f)
{
	struct similar similar = {.typed = name->text};
	struct error *e;

	if (isdigit((unsigned char)name->text[0])) {
		e = finding_add(f, name->place, "a socket ('%s') stands beside wishes here",
			quote(name->text).text);
		(void)error_hint(e, "name the CPU of every vCPU, or wish: not both");
		return;
	}
	e = finding_add(
		f, name->place, "unknown wish '%s' in vcpu_pinning", quote(name->text).text);
	for (size_t i = 0; i < COUNT(keys); i++)
		similar_try(&similar, keys[i].name);
	if (similar.best != NULL)
		(void)error_hint(e, "did you mean '%s'?", similar.best);
	else
		(void)error_hint(e, "there are cpus, avoid, near, node, cache, class and smt");
}

static void
word_read(const struct node *node, struct wishes *wishes, struct findings *f)
{
	struct error *e;

	if (str_eq(node->text, "auto")) {
		wishes->set = true;
		return;
	}
	e = finding_add(f, node->place, "'vcpu_pinning' wants auto or a mapping, not '%s'",
		quote(node->text).text);
	(void)error_hint(
		e, "auto chooses CPUs; else name one for each vCPU: { 0: { 0: { 0: 2 } } }");
}

void
wishes_read(const struct node *node, struct draft *draft, struct findings *f)
{
	struct wishes *wishes = &draft->d.wishes;

	wishes->place = node->place;
	if (node->type == NODE_SCALAR) {
		word_read(node, wishes, f);
		return;
	}
	wishes->set = true;
	for (size_t i = 0; i < node->count; i++) {
		if (value_read(keys, COUNT(keys), &node->items[i], draft, f) == NULL)
			unknown_refuse(node->items[i].key, f);
	}
}
