/* SPDX-License-Identifier: MIT */
/* One value of a key, by the key's row in its table. */
#include "config/values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/document.h"
#include "config/draft.h"
#include "config/env.h"
#include "config/findings.h"
#include "config/keys.h"
#include "config/node.h"
#include "config/pinning.h"
#include "config/scalar.h"
#include "config/similar.h"

enum {
	PCI_DOMAIN_DIGITS = 4,
};

static const uint64_t id_max = UINT32_MAX - 1; /* the last one means "no change" to setuid() */

static void *
key_field(struct draft *draft, const struct key *key)
{
	return (char *)draft + key->offset;
}

static void
bool_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	(void)scalar_bool(node, key->name, key_field(draft, key), f);
}

static void
field_copy(struct draft *draft, const struct key *key, const char *text, struct findings *f)
{
	char **field = key_field(draft, key);

	*field = strdup(text);
	if (*field == NULL)
		f->no_memory = true;
}

static void
text_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	const char *text;

	if (scalar_text(node, key->name, &text, f))
		field_copy(draft, key, text, f);
}

static void
id_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	const struct wanted number = {.name = key->name, .max = id_max};
	const char *text;
	uint64_t value;

	if (!scalar_text(node, key->name, &text, f))
		return;
	if (isdigit((unsigned char)text[0]) || text[0] == '-' || text[0] == '+') {
		struct node plain = *node;

		plain.quoted = false; /* a number in quotes is the same user */
		if (!scalar_int(&plain, &number, &value, f))
			return;
	} else if (text[strcspn(text, ":/ \t\n")] != '\0') {
		(void)finding_add(f, node->place, "'%s' wants a number or a name, not '%s'",
			key->name, quote(text).text);
		return;
	}
	field_copy(draft, key, text, f);
}

static void
int_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	const struct wanted wanted = {.name = key->name, .min = key->min, .max = key->max};
	unsigned *field = key_field(draft, key);
	uint64_t value;

	if (scalar_int(node, &wanted, &value, f))
		*field = (unsigned)value;
}

/* "auto, cpuset or isolated": those that can be used. */
static void
words_list(const struct key_word *words, struct buf *ret)
{
	const char *last = NULL;

	for (; words->name != NULL; words++) {
		if (words->refusal != NULL)
			continue;
		if (last != NULL)
			buf_printf(ret, "%s%s", ret->len > 0 ? ", " : "", last);
		last = words->name;
	}
	buf_printf(ret, "%s%s", ret->len > 0 ? " or " : "", last);
}

static void
word_refuse(const struct key *key, const struct node *node, const char *text, struct findings *f)
{
	struct similar similar = {.typed = text};
	auto_buf struct buf list = {0};
	struct error *e;

	words_list(key->words, &list);
	e = finding_add(f, node->place, "'%s' wants %s, not '%s'", key->name,
		list.text != NULL ? list.text : "another word", quote(text).text);
	for (const struct key_word *word = key->words; word->name != NULL; word++) {
		if (word->refusal == NULL)
			similar_try(&similar, word->name);
	}
	if (similar.best != NULL)
		(void)error_hint(e, "did you mean '%s'?", similar.best);
}

static void
word_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	const struct key_word *word = key->words;
	const char *text;

	if (!scalar_text(node, key->name, &text, f))
		return;
	while (word->name != NULL && !str_eq(word->name, text))
		word++;
	if (word->name == NULL)
		word_refuse(key, node, text, f);
	else if (word->refusal != NULL)
		(void)finding_add(f, node->place, "%s: '%s' %s", key->name, text, word->refusal);
	else
		memcpy(key_field(draft, key), &word->value, sizeof(word->value));
}

static void
cpus_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	(void)scalar_cpus(node, key->name, key_field(draft, key), f);
}

static void
nodes_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	if (node->type == NODE_SCALAR && str_eq(node->text, "auto"))
		draft->d.memory_choice = MEMORY_AUTO;
	else if (node->type == NODE_SCALAR && str_eq(node->text, "leave"))
		draft->d.memory_choice = MEMORY_LEAVE;
	else if (node->type == NODE_SCALAR && isalpha((unsigned char)node->text[0]))
		(void)finding_add(f, node->place,
			"'%s' wants a list like 0-3,8, auto or leave, not '%s'", key->name,
			quote(node->text).text);
	else
		(void)scalar_cpus(node, key->name, &draft->d.memory_nodes, f);
}

static void
env_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	env_read(node, key->name, &draft->d, f);
}

static void
pinning_store(
	struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	(void)key;
	pinning_read(node, draft, f);
}

static void
iothreads_store(
	struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	iothread_pinning_read(node, key->name, &draft->d, f);
}

/* "0000:0b:00.0", in lower case as sysfs has it. */
static bool
pci_parse(const char *text, char address[PCI_ADDRESS_BYTES])
{
	static const char form[] = "xx:xx.o";
	size_t len = strlen(text), domain = strspn(text, "0123456789abcdefABCDEF");

	if (len >= PCI_ADDRESS_BYTES || domain < PCI_DOMAIN_DIGITS || text[domain] != ':' ||
		strlen(text + domain + 1) != strlen(form))
		return false;
	for (size_t i = 0; form[i] != '\0'; i++) {
		char c = text[domain + 1 + i];

		if (form[i] == 'x' ? !isxdigit((unsigned char)c)
				   : (form[i] == 'o' ? c < '0' || c > '7' : c != form[i]))
			return false;
	}
	for (size_t i = 0; i <= len; i++)
		address[i] = (char)tolower((unsigned char)text[i]);
	return true;
}

static void
pci_store(struct draft *draft, const struct key *key, const struct node *node, struct findings *f)
{
	static const char bus[] = "pci:";
	const char *text;

	if (!scalar_text(node, key->name, &text, f))
		return;
	if (!str_starts(text, bus) || !pci_parse(text + strlen(bus), key_field(draft, key)))
		(void)error_hint(finding_add(f, node->place,
					 "'%s' wants a device like pci:0000:0b:00.0, not '%s'",
					 key->name, quote(text).text),
			"`lspci -D` lists them");
}

typedef void (*key_store)(
	struct draft *draft, const struct key *key, const struct node *node, struct findings *f);

static const key_store store[] = {
	[KEY_BOOL] = bool_store,
	[KEY_TEXT] = text_store,
	[KEY_ID] = id_store,
	[KEY_INT] = int_store,
	[KEY_WORD] = word_store,
	[KEY_CPUS] = cpus_store,
	[KEY_NODES] = nodes_store,
	[KEY_ENV] = env_store,
	[KEY_PINNING] = pinning_store,
	[KEY_IOTHREADS] = iothreads_store,
	[KEY_PCI] = pci_store,
};

const struct key *
value_read(const struct key *keys, size_t count, const struct node_item *item, struct draft *draft,
	struct findings *f)
{
	const struct key *key = keys, *end = keys + count;

	while (key < end && !str_eq(key->name, item->key->text))
		key++;
	if (key == end)
		return NULL;
	if (key->place_offset != 0)
		memcpy((char *)draft + key->place_offset, &item->value->place,
			sizeof(item->value->place));
	store[key->type](draft, key, item->value, f);
	return key;
}
