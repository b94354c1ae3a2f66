/* SPDX-License-Identifier: MIT */
/* CPUs taken out of masks that others have, too, and given back one by one. */
#include "host/exclusion.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* A mask's text is "NAME=BEFORE." or, where the pool had to do, "NAME=BEFORE>LEFT.". */
static const char mark_kept = '.', mark_refused = '!';

void
exclusion_left(const struct exclusion_wish *wish, const struct cpus *before, struct cpus *ret)
{
	struct cpus left = *before;

	cpus_subtract(&left, &wish->taken);
	*ret = cpus_intersect(&left, &wish->online) ? left : wish->pool;
}

void
exclusion_add(struct buf *text, const struct exclusion_wish *wish, const char *name,
	const struct cpus *before)
{
	char list[CPUS_TEXT_BYTES];
	struct cpus plain = *before, left;

	exclusion_left(wish, before, &left);
	cpus_subtract(&plain, &wish->taken);
	buf_printf(text, "%s%s=%s", text->len > 0 ? " " : "", name, cpus_format(before, list));
	if (!cpus_equal(&plain, &left))
		buf_printf(text, ">%s", cpus_format(&left, list));
	buf_printf(text, "%c", mark_kept);
}

/* NAME=BEFORE[>LEFT], without its mark. */
static int
parse(char *text, const struct cpus *taken, struct exclusion *ret)
{
	char *before = strchr(text, '='), *left;
	int r;

	if (before == NULL || before - text >= EXCLUSION_NAME_BYTES)
		return -EINVAL;
	*before++ = '\0';
	(void)snprintf(ret->name, sizeof(ret->name), "%s", text);
	left = strchr(before, '>');
	if (left != NULL)
		*left++ = '\0';
	r = cpus_parse(before, &ret->before);
	if (r < 0 || left != NULL)
		return r < 0 ? r : cpus_parse(left, &ret->left);
	ret->left = ret->before;
	cpus_subtract(&ret->left, taken);
	return 0;
}

int
exclusion_next(const char **at, const struct cpus *taken, struct exclusion *ret, struct error *e)
{
	const char *begin = *at + strspn(*at, " ");
	size_t len = strcspn(begin, " ");
	char *text;
	int r = -EINVAL;

	if (len == 0)
		return 0;
	text = strndup(begin, len - 1);
	if (text == NULL)
		return error_sys(e, ENOMEM, NULL, "read what was there before");
	ret->mark_at = begin + len - 1;
	ret->refused = *ret->mark_at == mark_refused;
	if (ret->refused || *ret->mark_at == mark_kept)
		r = parse(text, taken, ret);
	free(text);
	if (r < 0)
		return error_sys(e, -r, NULL, "read \"%.100s\", what was there before", begin);
	*at = begin + len;
	return 1;
}

void
exclusion_mark(char *text, const struct exclusion *x, bool refused)
{
	text[x->mark_at - text] = (char)(refused ? mark_refused : mark_kept);
}

bool
exclusion_give_back(const struct exclusion *x, const struct cpus *taken, const struct cpus *others,
	struct cpus *now)
{
	struct cpus lacks = x->left, lent = x->left, back = x->before;
	struct cpus was = *now;

	cpus_keep(&back, taken);
	if (cpus_within(&back, now))
		return false; /* never taken, or given back already */
	cpus_subtract(&lacks, now);
	if (!cpus_within(&lacks, others))
		return false;
	cpus_subtract(&lent, &x->before); /* the pool's, for want of others */
	cpus_subtract(now, &lent);
	cpus_unite(now, cpus_empty(&lent) ? &back : &x->before); /* with those that are offline */
	return !cpus_equal(now, &was);
}
