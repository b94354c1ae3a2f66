/* SPDX-License-Identifier: MIT */
/* Moving interrupts off CPUs, as a change. */
#include "host/irq_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/exclusion.h"
#include "host/host.h"
#include "host/irq.h"
#include "host/taking.h"

/* At the front of what was before: the numbers that there were, for others are new since. */
static const char known_prefix[] = "known=";

/* Look at one; it may be gone by now. */
static int
irq_look(const struct host *host, const struct exclusion_wish *wish, const char *name,
	struct buf *text, struct error *e)
{
	struct cpus before;
	int r = irq_read(&host->roots.proc, name, &before, e);

	if (r == 0 && cpus_intersect(&before, &wish->taken))
		exclusion_add(text, wish, name, &before);
	return r < 0 && !irq_is_refusal(r) ? r : 0;
}

/* The numbers that there are; those that no set has room for are never taken for new. */
static void
known_add(const struct irqs *irqs, struct buf *text)
{
	char list[CPUS_TEXT_BYTES];
	struct cpus known = {0};

	for (size_t i = 0; i < irqs->count; i++)
		cpus_add(&known, irqs->list[i].number);
	buf_printf(text, "%s%s", known_prefix, cpus_format(&known, list));
}

static int
irqs_look(struct host *host, struct change *c, struct error *e)
{
	auto_irqs struct irqs irqs = {0};
	auto_buf struct buf text = {0};
	struct exclusion_wish wish;
	int r = taking_read(host, c, &wish, e);

	if (r == 0)
		r = irqs_load(&host->roots.proc, &irqs, e);
	if (r < 0)
		return r;
	known_add(&irqs, &text);
	r = irq_look(host, &wish, IRQ_DEFAULT, &text, e);
	for (size_t i = 0; i < irqs.count && r == 0; i++) {
		char name[EXCLUSION_NAME_BYTES];

		(void)snprintf(name, sizeof(name), "%u", irqs.list[i].number);
		r = irq_look(host, &wish, name, &text, e);
	}
	if (r < 0)
		return r;
	if (text.failed || text.len > EXCLUSION_TEXT_MAX_BYTES)
		return error_sys(e, text.failed ? ENOMEM : EFBIG, c->target,
			"remember where interrupts were");
	return change_remember(c, text.text, e);
}

/* Where the masks begin in what was before, and which interrupts there were. */
static int
before_read(const struct change *c, const char **ret_at, struct cpus *known, struct error *e)
{
	const char *at = c->before;
	char *list;
	size_t len;
	int r;

	if (!str_starts(at, known_prefix))
		return error_sys(e, EINVAL, c->target, "read where interrupts were");
	at += strlen(known_prefix);
	len = strcspn(at, " ");
	list = strndup(at, len);
	if (list == NULL)
		return error_sys(e, ENOMEM, c->target, "read where interrupts were");
	*ret_at = at + len;
	r = taking_list(c, list, known, e);
	free(list);
	return r;
}

static int
irqs_apply(struct host *host, struct change *c, struct error *e)
{
	struct cpus taken, known;
	struct exclusion x;
	const char *at;
	int r = taking_list(c, c->value, &taken, e);

	if (r == 0)
		r = before_read(c, &at, &known, e);
	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		r = irq_write(&host->roots.proc, x.name, &x.left, e);
		if (r < 0 && (!irq_is_refusal(r) || str_eq(x.name, IRQ_DEFAULT)))
			break;
		exclusion_mark(c->before, &x, r < 0);
		r = 0;
	}
	return r;
}

static int
irqs_verify(struct host *host, const struct change *c, struct error *e)
{
	struct cpus taken, known, now;
	struct exclusion x;
	const char *at;
	int r = taking_list(c, c->value, &taken, e);

	if (r == 0)
		r = before_read(c, &at, &known, e);
	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		r = 0;
		if (x.refused || irq_read(&host->roots.proc, x.name, &now, e) < 0 ||
			!cpus_intersect(&now, &taken))
			continue;
		error_refuse(e, ERROR_HOST, "/proc/" IRQ_TARGET, "keep interrupts off CPUs %s",
			c->value);
		return error_why(e, "the kernel left IRQ %s there", x.name);
	}
	return r;
}

/* What an undo needs to know beside the change itself. */
struct undoing {
	const struct host *host;
	struct cpus taken;
	struct cpus others; /* claimed by VMs */
	struct cpus news;   /* what new interrupts get now */
	struct cpus news_before;
	bool has_news;
};

static int
irq_give_back(const struct undoing *u, const struct exclusion *x, struct error *e)
{
	struct cpus now;
	int r = irq_read(&u->host->roots.proc, x->name, &now, e);

	/* It's gone. */
	if (r == -ENOENT && !str_eq(x->name, IRQ_DEFAULT))
		return 0;
	/* If its number is another's by now, that one is hardly where ours was left. */
	if (r == 0 && exclusion_give_back(x, &u->taken, &u->others, &now))
		r = irq_write(&u->host->roots.proc, x->name, &now, e);
	return r;
}

/* One that came since has what new ones got: that lacks our CPUs. */
static int
new_give_back(const struct undoing *u, unsigned number, struct error *e)
{
	char name[EXCLUSION_NAME_BYTES];
	struct cpus now;

	(void)snprintf(name, sizeof(name), "%u", number);
	if (irq_read(&u->host->roots.proc, name, &now, e) < 0 || !cpus_equal(&now, &u->news))
		return 0;
	cpus_unite(&now, &u->news_before);
	(void)irq_write(&u->host->roots.proc, name, &now, e);
	return 0;
}

static int
news_give_back(const struct undoing *u, const struct cpus *known, struct error *e)
{
	auto_irqs struct irqs irqs = {0};
	int r = irqs_load(&u->host->roots.proc, &irqs, e);

	for (size_t i = 0; i < irqs.count && r == 0; i++) {
		if (irqs.list[i].number < CPUS_MAX && !cpus_has(known, irqs.list[i].number))
			r = new_give_back(u, irqs.list[i].number, e);
	}
	return r;
}

/* The first failure is told; the others go on. */
static void
failure_keep(int r, const struct error *trouble, int *first, struct error *e)
{
	if (r >= 0 || *first < 0)
		return;
	*first = r;
	*e = *trouble;
}

/* All that were there, but what new ones get, which is left in @news. */
static int
known_give_back(struct undoing *u, const char *at, struct exclusion *news, struct error *e)
{
	struct exclusion x;
	struct error trouble;
	int first = 0, r;

	while ((r = exclusion_next(&at, &u->taken, &x, &trouble)) > 0) {
		if (str_eq(x.name, IRQ_DEFAULT)) {
			*news = x;
			u->has_news = true;
			continue;
		}
		failure_keep(irq_give_back(u, &x, &trouble), &trouble, &first, e);
	}
	failure_keep(r, &trouble, &first, e);
	return first;
}

static int
irqs_undo(struct host *host, const struct change *c, struct error *e)
{
	struct undoing u = {.host = host};
	struct exclusion news = {0};
	struct error trouble;
	struct cpus known;
	const char *at = NULL;
	int r = taking_list(c, c->value, &u.taken, e);
	int first;

	if (r == 0)
		r = before_read(c, &at, &known, e);
	if (r < 0)
		return r;
	taking_others(host, &u.others);
	first = known_give_back(&u, at, &news, e);
	if (!u.has_news)
		return first;
	u.news_before = news.before;
	cpus_keep(&u.news_before, &u.taken);
	r = irq_read(&host->roots.proc, IRQ_DEFAULT, &u.news, &trouble);
	if (r == 0)
		r = news_give_back(&u, &known, &trouble);
	if (r == 0)
		r = irq_give_back(&u, &news, &trouble);
	failure_keep(r, &trouble, &first, e);
	return first;
}

static void
irqs_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "move interrupts off CPUs %s", c->value);
}

const struct change_kind change_irqs = {
	.name = "irqs",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE,
	.look = irqs_look,
	.apply = irqs_apply,
	.verify = irqs_verify,
	.undo = irqs_undo,
	.describe = irqs_describe,
};

static const char *
name_of(const struct irqs *irqs, const char *number)
{
	char text[EXCLUSION_NAME_BYTES];

	for (size_t i = 0; i < irqs->count; i++) {
		(void)snprintf(text, sizeof(text), "%u", irqs->list[i].number);
		if (str_eq(text, number))
			return irqs->list[i].name;
	}
	return "gone";
}

int
irqs_staying(const struct host *host, const struct change *c, struct buf *text, struct error *e)
{
	auto_irqs struct irqs irqs = {0};
	char list[CPUS_TEXT_BYTES];
	struct cpus taken, known, now;
	struct exclusion x;
	const char *at;
	int r = taking_list(c, c->value, &taken, e), count = 0;

	if (r == 0)
		r = before_read(c, &at, &known, e);
	if (r == 0)
		r = irqs_load(&host->roots.proc, &irqs, e);
	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		r = 0;
		if (!x.refused || irq_read_effective(&host->roots.proc, x.name, &now, e) < 0 ||
			!cpus_intersect(&now, &taken))
			continue;
		cpus_keep(&now, &taken);
		buf_printf(text, "%sIRQ %s (%s) stays on CPU %s", count > 0 ? "\n" : "", x.name,
			name_of(&irqs, x.name), cpus_format(&now, list));
		count++;
	}
	return r < 0 ? r : count;
}
