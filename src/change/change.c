/* SPDX-License-Identifier: MIT */
/* One reversible thing done to the host, and the ordered list of those that a plan wants. */
#include "change/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* Copy @text to *@ret, NULL as NULL; false without memory. */
static bool
text_copy(const char *text, char **ret)
{
	*ret = text != NULL ? strdup(text) : NULL;
	return text == NULL || *ret != NULL;
}

static bool
text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : str_eq(a, b);
}

struct change *
change_add(struct change_list *list, const struct change_kind *kind, const char *target,
	const char *key, const char *value)
{
	struct change *bigger = reallocarray(list->list, list->count + 1, sizeof(*bigger));
	struct change *c;

	if (bigger == NULL)
		return NULL;
	list->list = bigger;
	c = &bigger[list->count];
	*c = (struct change){.kind = kind};
	if (!text_copy(target, &c->target) || !text_copy(key, &c->key) ||
		!text_copy(value, &c->value)) {
		change_done(c);
		return NULL;
	}
	list->count++;
	return c;
}

int
change_copy(const struct change *c, struct change *ret)
{
	*ret = (struct change){
		.kind = c->kind, .id = c->id, .start = c->start, .shared = c->shared};
	if (text_copy(c->target, &ret->target) && text_copy(c->key, &ret->key) &&
		text_copy(c->value, &ret->value) && text_copy(c->before, &ret->before) &&
		text_copy(c->role, &ret->role))
		return 0;
	change_done(ret);
	return -ENOMEM;
}

int
change_remember(struct change *c, const char *text, struct error *e)
{
	free(c->before);
	c->before = strdup(text);
	return c->before != NULL ? 0 : error_sys(e, ENOMEM, c->target, "see what was there");
}

bool
change_same(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->id == b->id && text_same(a->target, b->target) &&
	       text_same(a->key, b->key) && text_same(a->value, b->value);
}

void
change_done(struct change *c)
{
	free(c->target);
	free(c->key);
	free(c->value);
	free(c->before);
	free(c->role);
	*c = (struct change){0};
}

void
change_list_done(struct change_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		change_done(&list->list[i]);
	free(list->list);
	*list = (struct change_list){0};
}
