/* SPDX-License-Identifier: MIT */
/* Who had a CPU, counted from the kernel's events. */
#include "plan/tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

int
tally_occupy(struct tally *t, pid_t pid, pid_t tid, const char *label)
{
	struct occupant *bigger =
		reallocarray(t->occupants, t->occupant_count + 1, sizeof(*t->occupants));

	if (bigger == NULL)
		return -ENOMEM;
	t->occupants = bigger;
	bigger[t->occupant_count] = (struct occupant){.pid = pid, .tid = tid};
	(void)snprintf(bigger[t->occupant_count].label, sizeof(bigger->label), "%s", label);
	t->occupant_count++;
	return 0;
}

static struct occupant *
occupant_find(const struct tally *t, pid_t tid)
{
	for (size_t i = 0; i < t->occupant_count; i++) {
		if (t->occupants[i].tid == tid)
			return &t->occupants[i];
	}
	return NULL;
}

bool
tally_is_occupant(const struct tally *t, pid_t tid)
{
	return occupant_find(t, tid) != NULL;
}

/* A thread's @name is "" while it isn't known; all else is known by its id. */
static bool
is_same(const struct disturber *d, enum trace_source source, uint64_t id, const char *name)
{
	return d->source == source && d->id == id &&
	       (source != TRACE_TASK || d->name[0] == '\0' || name[0] == '\0' ||
		       str_eq(d->name, name));
}

static uint64_t
since(uint64_t then_ns, uint64_t now_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

/* The index of a new one; 0 without memory, which is remembered. */
static size_t
disturber_new(struct tally *t, enum trace_source source, uint64_t id, const char *name)
{
	struct disturber *bigger = reallocarray(t->list, t->count + 1, sizeof(*t->list));

	if (bigger == NULL) {
		t->failed = true;
		return 0;
	}
	t->list = bigger;
	bigger[t->count] = (struct disturber){
		.source = source,
		.id = id,
		.who = source == TRACE_TASK ? WHO_UNKNOWN : WHO_NO_TASK,
	};
	(void)snprintf(bigger[t->count].name, sizeof(bigger->name), "%s", name);
	return t->count++;
}

/* The last one stands for all for which there is no room. */
static size_t
disturber_find(struct tally *t, enum trace_source source, uint64_t id, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (!is_same(&t->list[i], source, id, name))
			continue;
		if (t->list[i].name[0] == '\0')
			(void)snprintf(t->list[i].name, sizeof(t->list[i].name), "%s", name);
		return i;
	}
	if (t->count + 1 < TALLY_DISTURBERS_MAX)
		return disturber_new(t, source, id, name);
	if (t->count < TALLY_DISTURBERS_MAX) {
		size_t rest = disturber_new(t, TRACE_TASK, 0, "");

		if (!t->failed)
			t->list[rest].who = WHO_ENDED;
		return rest;
	}
	return t->count - 1;
}

static void
time_add(struct tally *t, size_t by, uint64_t ns)
{
	if (by >= t->count)
		return;
	t->list[by].ns += ns;
	if (ns > t->list[by].longest_ns)
		t->list[by].longest_ns = ns;
}

static void
gap_add(struct tally *t, const struct tally_span *span, uint64_t now_ns)
{
	uint64_t ns = since(span->since_ns, now_ns);

	if (ns <= t->gap_ns || span->by >= t->count)
		return;
	t->gap_ns = ns;
	t->gap_by = span->by;
}

/* Thread @tid has the CPU from now on. */
static void
current_begin(struct tally *t, pid_t tid, const char *name, uint64_t now_ns)
{
	struct occupant *occupant = occupant_find(t, tid);

	t->current = tid;
	t->current_since_ns = now_ns;
	t->current_by = 0;
	if (occupant != NULL) {
		occupant->count++;
	} else if (tid != 0) {
		t->current_by = disturber_find(t, TRACE_TASK, (uint64_t)tid, name);
		if (t->current_by < t->count)
			t->list[t->current_by].count++;
	}
}

/* Who has it has had it up to now. */
static void
current_end(struct tally *t, uint64_t now_ns)
{
	uint64_t ns = since(t->current_since_ns, now_ns);
	struct occupant *occupant = occupant_find(t, t->current);

	if (occupant != NULL)
		occupant->ns += ns;
	else if (t->current != 0)
		time_add(t, t->current_by, ns);
}

static void
switch_add(struct tally *t, const struct trace_event *event)
{
	bool from_occupant = occupant_find(t, t->current) != NULL;

	current_end(t, event->ns);
	current_begin(t, (pid_t)event->id, event->name, event->ns);
	if (occupant_find(t, t->current) != NULL) {
		if (t->is_ready)
			gap_add(t, &t->ready, event->ns);
		t->is_ready = false;
	} else if (from_occupant && event->ready && t->current != 0) {
		t->is_ready = true;
		t->ready = (struct tally_span){.by = t->current_by, .since_ns = event->ns};
	}
}

/* Of one that is over by now it may be known how long it took. */
static void
point_add(struct tally *t, const struct trace_event *event, size_t by)
{
	const struct tally_span span = {
		.by = by, .since_ns = event->ns > event->took_ns ? event->ns - event->took_ns : 0};

	time_add(t, by, event->took_ns);
	if (event->took_ns > 0 && t->depth == 0 && occupant_find(t, t->current) != NULL)
		gap_add(t, &span, event->ns);
}

static void
enter_add(struct tally *t, const struct trace_event *event)
{
	size_t by = disturber_find(t, event->source, event->id, event->name);

	if (by >= t->count)
		return;
	t->list[by].count++;
	if (event->kind == TRACE_POINT) {
		point_add(t, event, by);
		return;
	}
	if (t->depth < TALLY_DEPTH_MAX)
		t->stack[t->depth] = (struct tally_span){.by = by, .since_ns = event->ns};
	t->depth++;
}

/* One whose beginning wasn't seen is none; those within it whose end wasn't seen end with it. */
static void
leave_add(struct tally *t, const struct trace_event *event)
{
	size_t depth = t->depth;

	if (depth > TALLY_DEPTH_MAX) {
		t->depth--;
		return;
	}
	while (depth > 0 &&
		!is_same(&t->list[t->stack[depth - 1].by], event->source, event->id, ""))
		depth--;
	if (depth == 0)
		return;
	t->depth = depth - 1;
	time_add(t, t->stack[t->depth].by, since(t->stack[t->depth].since_ns, event->ns));
	if (t->depth == 0 && occupant_find(t, t->current) != NULL)
		gap_add(t, &t->stack[0], event->ns);
}

void
tally_add(struct tally *t, const struct trace_event *event, uint64_t begin_ns)
{
	/* Who had the CPU before, and maybe all the time, no switch tells. */
	if (!t->is_known)
		current_begin(t, event->current, "", begin_ns);
	t->is_known = true;
	switch (event->kind) {
	case TRACE_SWITCH:
		switch_add(t, event);
		return;
	case TRACE_ENTER:
	case TRACE_POINT:
		enter_add(t, event);
		return;
	case TRACE_LEAVE:
		leave_add(t, event);
		return;
	}
}

void
tally_count_nmis(struct tally *t, uint64_t count)
{
	size_t rest;

	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].source == TRACE_NMI)
			count -= t->list[i].count < count ? t->list[i].count : count;
	}
	if (count == 0)
		return;
	rest = disturber_find(t, TRACE_NMI, 0, "");
	if (rest < t->count)
		t->list[rest].count += count;
}

void
tally_end(struct tally *t, uint64_t end_ns)
{
	if (!t->is_known)
		return;
	current_end(t, end_ns);
	t->current_since_ns = end_ns;
	if (t->is_ready)
		gap_add(t, &t->ready, end_ns);
}

void
tally_done(struct tally *t)
{
	free(t->occupants);
	free(t->list);
	*t = (struct tally){0};
}
