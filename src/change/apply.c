/* SPDX-License-Identifier: MIT */
/* Making changes: each is in the journal before it is made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "change/journal.h"
#include "change/look.h"
#include "change/record.h"

/* The same change in @j, not undone; NULL when there is none. */
static struct change *
journal_find(const struct journal *j, const struct change *c)
{
	for (size_t i = 0; i < j->changes.count; i++) {
		if (!j->undone[i] && change_same(&j->changes.list[i], c))
			return &j->changes.list[i];
	}
	return NULL;
}

/* Do what is written down. */
static int
journal_do(struct host *host, struct change *c, struct error *e)
{
	char text[512];

	c->kind->describe(c, text, sizeof(text));
	log_debug("%s", text);
	return c->kind->apply(host, c, e);
}

/* Do what is written down, and see that it is so. */
static int
journal_make(struct host *host, struct change *c, struct error *e)
{
	int r = journal_do(host, c, e);

	return r < 0 ? r : c->kind->verify(host, c, e);
}

/* A copy of @c, looked at, is the journal's last, and is not written down yet. */
static int
journal_ready(struct journal *j, struct host *host, const struct change *c, struct error *e)
{
	struct change own;

	if (change_copy(c, &own) < 0 || journal_keep_take(j, &own) < 0)
		return error_sys(e, ENOMEM, c->target, "make a change");
	return own.kind->look(host, &j->changes.list[j->changes.count - 1], e);
}

/* Forget all from the one at @first on, which were never written down, nor begun. */
static void
journal_forget(struct journal *j, size_t first)
{
	while (j->changes.count > first)
		change_done(&j->changes.list[--j->changes.count]);
}

/* Write all from the one at @first on down. */
static int
journal_write(struct journal *j, size_t first, struct error *e)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	bool whole = lines != NULL;

	for (size_t i = first; i < j->changes.count && whole; i++) {
		auto_free char *line = record_change_line(&j->changes.list[i]);

		whole = line != NULL && fputs(line, lines) >= 0;
	}
	if (lines != NULL && fclose(lines) == 0 && whole)
		return journal_append_take(j, text, e);
	free(text);
	return journal_append_take(j, NULL, e);
}

/* @make: journal_make() or journal_do() */
static int
journal_apply_by(struct journal *j, struct host *host, const struct change *c,
	int (*make)(struct host *host, struct change *c, struct error *e), struct error *e)
{
	struct change *kept = journal_find(j, c);
	size_t first = j->changes.count;
	int r;

	if (kept != NULL && kept->kind->verify(host, kept, e) == 0)
		return 0;
	if (kept != NULL) /* somebody else undid it */
		return make(host, kept, e);
	r = journal_ready(j, host, c, e);
	if (r == 0)
		r = journal_write(j, first, e);
	if (r == 0)
		return make(host, &j->changes.list[first], e);
	journal_forget(j, first);
	return r;
}

int
journal_apply(struct journal *j, struct host *host, const struct change *c, struct error *e)
{
	return journal_apply_by(j, host, c, journal_make, e);
}

int
journal_apply_unverified(
	struct journal *j, struct host *host, const struct change *c, struct error *e)
{
	return journal_apply_by(j, host, c, journal_do, e);
}

int
journal_apply_together(struct journal *j, struct host *host, const struct change *list,
	size_t count, struct error *e)
{
	size_t first = j->changes.count;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++)
		r = journal_find(j, &list[i]) != NULL
			    ? journal_apply_by(j, host, &list[i], journal_do, e)
			    : journal_ready(j, host, &list[i], e);
	if (r >= 0)
		r = journal_write(j, first, e);
	if (r < 0)
		journal_forget(j, first);
	for (size_t i = first; i < j->changes.count && r >= 0; i++)
		r = journal_do(host, &j->changes.list[i], e);
	return r < 0 ? r : 0;
}

int
journal_apply_all(
	struct journal *j, struct host *host, const struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r >= 0; i++)
		r = journal_apply(j, host, &list->list[i], e);
	return r < 0 ? r : 0;
}

int
journal_restore(struct journal *j, struct host *host,
	bool (*concerns)(struct host *host, const struct change *c), struct error *e)
{
	struct error trouble;
	int count = 0, first = 0;

	for (size_t i = 0; i < j->changes.count; i++) {
		struct change *c = &j->changes.list[i];
		int r;

		if (j->undone[i] || !concerns(host, c) || c->kind->verify(host, c, &trouble) == 0)
			continue;
		r = journal_make(host, c, &trouble);
		if (r == 0)
			count++;
		if (r >= 0 || first < 0)
			continue;
		first = r;
		*e = trouble;
	}
	return first < 0 ? first : count;
}
