/* SPDX-License-Identifier: MIT */
/* What is wrong with a definition: collected, each thing once, and told in the order of the file.
 */
#include "config/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
	PROBLEMS_STEP = 16,
};

void
problems_done(struct problems *p)
{
	free(p->list);
	*p = (struct problems){0};
}

static struct error *
problem_find(const struct problems *p, const struct error *e)
{
	for (size_t i = 0; i < p->count; i++) {
		struct error *old = &p->list[i];

		if (old->line == e->line && old->column == e->column && str_eq(old->why, e->why))
			return old;
	}
	return NULL;
}

/* Room for one more, or NULL. */
static struct error *
problem_make(struct problems *p)
{
	if (p->count % PROBLEMS_STEP == 0) {
		struct error *bigger =
			realloc(p->list, (p->count + PROBLEMS_STEP) * sizeof(*p->list));

		if (bigger == NULL)
			return NULL;
		p->list = bigger;
	}
	return &p->list[p->count++];
}

static struct error *__attribute__((format(printf, 4, 0)))
add(struct findings *f, struct problems *to, struct place place, const char *why, va_list args)
{
	char text[sizeof(f->spare.why)];
	struct error *made;

	(void)vsnprintf(text, sizeof(text), why, args);
	(void)error_definition(&f->spare, f->path, place.line, place.column, "%s", text);
	if (to->count >= FINDINGS_MAX || problem_find(to, &f->spare) != NULL)
		return &f->spare;
	made = problem_make(to);
	if (made == NULL) {
		f->no_memory = true;
		return &f->spare;
	}
	*made = f->spare;
	return made;
}

struct error *
finding_add(struct findings *f, struct place place, const char *why, ...)
{
	struct error *made;
	va_list args;

	va_start(args, why);
	made = add(f, f->problems, place, why, args);
	va_end(args);
	return made;
}

struct error *
finding_pass(struct findings *f, struct place place, const char *why, ...)
{
	struct error *made;
	va_list args;

	va_start(args, why);
	made = add(f, f->dialect == DIALECT_LAUNCHER ? &f->passed : f->problems, place, why, args);
	va_end(args);
	return made;
}

void
problems_sort(struct problems *p)
{
	struct error *list = p->list;

	for (size_t i = 1; i < p->count; i++) {
		struct error moved = list[i];
		size_t to = i;

		while (to > 0 && (list[to - 1].line > moved.line ||
					 (list[to - 1].line == moved.line &&
						 list[to - 1].column > moved.column)))
			to--;
		memmove(&list[to + 1], &list[to], (i - to) * sizeof(*list));
		list[to] = moved;
	}
}

struct quote
quote(const char *text)
{
	static const char more[] = "...";
	struct quote q = {""};
	size_t len = 0, most = sizeof(q.text) - sizeof(more);

	while (len < most && text[len] != '\0') {
		unsigned char c = (unsigned char)text[len];

		q.text[len++] = (char)(c < ' ' || c == 0x7f ? ' ' : c);
	}
	if (text[len] != '\0') {
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--; /* not in the middle of a character */
		memcpy(q.text + len, more, sizeof(more));
	}
	return q;
}
