/* SPDX-License-Identifier: MIT */
/* Environment variables for QEMU. */
#include "config/env.h"

#include <stdlib.h>
#include <string.h>

#include "config/document.h"
#include "config/findings.h"

static bool
env_name_check(const struct node *name, struct findings *f)
{
	if (name->text[0] != '\0' && strchr(name->text, '=') == NULL)
		return true;
	(void)finding_add(f, name->place, "'%s' is not a name of an environment variable",
		quote(name->text).text);
	return false;
}

static void
env_add(struct definition *d, const struct node_item *item, struct findings *f)
{
	struct env_entry *entry = &d->env[d->env_count];

	if (!env_name_check(item->key, f))
		return;
	if (item->value->type != NODE_SCALAR) {
		(void)finding_add(f, item->value->place, "variable '%s' wants one value, not a %s",
			quote(item->key->text).text,
			item->value->type == NODE_LIST ? "list" : "mapping");
		return;
	}
	if (node_is_empty(item->value)) {
		(void)error_hint(finding_add(f, item->value->place, "variable '%s' has no value",
					 quote(item->key->text).text),
			"write \"\" for an empty one");
		return;
	}
	entry->name = strdup(item->key->text);
	entry->value = strdup(item->value->text);
	d->env_count++;
	if (entry->name == NULL || entry->value == NULL)
		f->no_memory = true;
}

void
env_read(const struct node *node, const char *name, struct definition *d, struct findings *f)
{
	if (node->type != NODE_MAP) {
		(void)error_hint(finding_add(f, node->place, "'%s' wants a mapping", name),
			"write each variable below it, indented, as NAME: value");
		return;
	}
	d->env = calloc(node->count + 1, sizeof(*d->env));
	if (d->env == NULL) {
		f->no_memory = true;
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		env_add(d, &node->items[i], f);
}
