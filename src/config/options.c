/* SPDX-License-Identifier: MIT */
/* The `qemu:` section: QEMU's command line, option by option. */
#include "config/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/document.h"
#include "config/findings.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_";

/*
 * A name is given without its dash. With two of them it is passed as it is: QEMU takes "--m" for
 * "-m". Two dashes alone are no option at all, but their value is a word of its own.
 */
static bool
name_check(const struct node *name, struct findings *f)
{
	const char *text = name->text;
	size_t dashes = strspn(text, "-"), good = strspn(text + dashes, name_letters);

	if (dashes == 2 && text[2] == '\0')
		return true;
	if (good > 0 && (dashes == 0 || dashes == 2) && text[dashes + good] == '\0')
		return true;
	if (dashes > 0)
		(void)error_hint(finding_add(f, name->place, "option '%s' has a dash of its own",
					 quote(text).text),
			"qpin adds the dash: write '%s'", quote(text + dashes).text);
	else if (good > 0 && strchr(" =", text[good]) != NULL)
		(void)error_hint(finding_add(f, name->place, "'%s' is not an option's name",
					 quote(text).text),
			"write an option with a value as 'name: value', a word that is no option "
			"as '--: word'");
	else
		(void)error_hint(finding_add(f, name->place, "'%s' is not an option's name",
					 quote(text).text),
			"write a word that is no option, such as a disk image, as '--: word'");
	return false;
}

/* Add @text without one comma at either end; a pair of commas there is a comma of the value. */
static void
part_add(struct buf *value, const char *text)
{
	size_t len = strlen(text), head = strspn(text, ","), tail = 0;

	while (tail < len && text[len - 1 - tail] == ',')
		tail++;
	if (tail == len) /* commas alone */
		head = 0;
	text += head % 2;
	len -= head % 2 + tail % 2;
	buf_add_bytes(value, text, len);
}

/* A pair in a list: "accel: kvm" is accel=kvm, "readonly:" is readonly. */
static bool
pair_add(struct buf *value, const struct node *pair, struct findings *f)
{
	const struct node *key = pair->items[0].key, *what = pair->items[0].value;

	if (pair->count != 1) {
		(void)error_hint(finding_add(f, pair->place, "a mapping of %zu pairs in a value",
					 pair->count),
			"write each pair as an item of its own: [ a, b: 1, c: 2 ]");
		return false;
	}
	if (key->text[0] == '\0') {
		(void)finding_add(f, key->place, "a key is empty");
		return false;
	}
	if (what->type != NODE_SCALAR) {
		(void)error_hint(finding_add(f, what->place, "'%s' wants one value, not a %s",
					 quote(key->text).text,
					 what->type == NODE_LIST ? "list" : "mapping"),
			"QEMU spells nested values with dots: a.b: 1");
		return false;
	}
	buf_add(value, key->text);
	if (!node_is_empty(what)) {
		buf_add(value, "=");
		part_add(value, what->text);
	}
	return true;
}

static bool
item_add(struct buf *value, const struct node *item, struct findings *f)
{
	if (item->type == NODE_LIST) {
		(void)error_hint(finding_add(f, item->place, "a list in a list is not a value"),
			"write all items in one list");
		return false;
	}
	if (item->type == NODE_MAP && item->count == 0) {
		(void)finding_add(f, item->place, "an empty mapping is not a value");
		return false;
	}
	if (item->type == NODE_MAP)
		return pair_add(value, item, f);
	if (item->text[strspn(item->text, ",")] == '\0') {
		(void)finding_add(f, item->place, "an item of the list is empty");
		return false;
	}
	part_add(value, item->text);
	return true;
}

static bool
list_join(struct buf *value, const struct node *list, const char *name, struct findings *f)
{
	bool good = true;

	if (list->count == 0) {
		(void)error_hint(finding_add(f, list->place, "'%s' has an empty list", name),
			"an option without a value is its name alone");
		return false;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			buf_add(value, ",");
		good = item_add(value, list->items[i].value, f) && good;
	}
	return good;
}

/* The value of option @name: *@ret is the caller's, NULL of a flag. */
static bool
value_read(const struct node *name, const struct node *node, char **ret, struct findings *f)
{
	auto_buf struct buf value = {0};
	bool good = true;

	if (node_is_empty(node))
		return true;
	if (node->type == NODE_MAP) {
		(void)error_hint(
			finding_add(f, node->place, "'%s' wants one value or a list, not a mapping",
				quote(name->text).text),
			"write %s: [ a, b: 1 ]", quote(name->text).text);
		return false;
	}
	if (node->type == NODE_LIST)
		good = list_join(&value, node, quote(name->text).text, f);
	else
		buf_add(&value, node->text);
	if (!good)
		return false;
	*ret = buf_take(&value);
	if (*ret == NULL)
		f->no_memory = true;
	return *ret != NULL;
}

static void
option_add_take(struct definition *d, const struct node *name, char *value, struct findings *f)
{
	struct qemu_option *option = &d->options[d->option_count++];
	bool two_dashes = str_starts(name->text, "--");

	*option = (struct qemu_option){
		.name = strdup(name->text + (two_dashes ? 2 : 0)),
		.two_dashes = two_dashes,
		.value = value,
		.place = name->place,
	};
	if (option->name == NULL)
		f->no_memory = true;
	else if (option->name[0] == '\0' && value == NULL)
		(void)error_hint(finding_add(f, name->place, "'--' has no word"),
			"write --: word, or --: '' for an empty one");
}

static void
option_read(const struct node *item, struct definition *d, struct findings *f)
{
	char *value = NULL;
	bool good;

	if (node_is_empty(item) || (item->type != NODE_SCALAR && item->count == 0)) {
		(void)error_hint(finding_add(f, item->place, "an item of 'qemu' is empty"),
			"write 'name' or 'name: value' after the '-'");
		return;
	}
	if (item->type == NODE_LIST || (item->type == NODE_MAP && item->count > 1)) {
		(void)error_hint(
			finding_add(f, item->place, "an item of 'qemu' must be one option"),
			"begin each option with '- '");
		return;
	}
	if (item->type == NODE_SCALAR) {
		if (name_check(item, f))
			option_add_take(d, item, NULL, f);
		return;
	}
	good = name_check(item->items[0].key, f);
	if (value_read(item->items[0].key, item->items[0].value, &value, f) && good)
		option_add_take(d, item->items[0].key, value, f);
	else
		free(value);
}

void
options_read(const struct node *node, struct definition *d, struct findings *f)
{
	if (node->type != NODE_LIST) {
		(void)error_hint(finding_add(f, node->place, "'qemu' wants a list of options"),
			"write each option on a line that begins with '- '");
		return;
	}
	d->options = calloc(node->count + 1, sizeof(*d->options));
	if (d->options == NULL) {
		f->no_memory = true;
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		option_read(node->items[i].value, d, f);
}
