/* SPDX-License-Identifier: MIT */
/* Which of QEMU's threads get which CPUs. */
#include "qemu/select.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "qemu/names.h"

/* The threads of one group, in order, and who has selected each. */
struct members {
	const struct tasks *tasks;
	bool all_found;                /* as select_threads() is told */
	const char *main_name;         /* borrowed from tasks; "" when the main thread has ended */
	struct thread_name *names;     /* of all tasks; owned */
	size_t *list;                  /* owned; indexes of tasks */
	const struct selector **taken; /* owned; of @list */
	size_t count;
};

static void
members_done(struct members *m)
{
	free(m->names);
	free(m->list);
	free(m->taken);
}

const char *
select_option(enum select_group group)
{
	static const char *const options[SELECT_GROUP_COUNT] = {
		[SELECT_PROCESS] = "-p",
		[SELECT_QEMU] = "-q",
		[SELECT_VCPU] = "-k",
		[SELECT_IO] = "-i",
		[SELECT_WORKER] = "-w",
		[SELECT_THREAD] = "-t",
	};

	return options[group];
}

static const char *
group_name(enum select_group group)
{
	static const char *const names[SELECT_GROUP_COUNT] = {
		[SELECT_PROCESS] = "main",
		[SELECT_QEMU] = "unnamed",
		[SELECT_VCPU] = "vCPU",
		[SELECT_IO] = "iothread",
		[SELECT_WORKER] = "worker",
		[SELECT_THREAD] = "QEMU",
	};

	return names[group];
}

/* Fail for a word of the command line. */
static int __attribute__((format(printf, 3, 4)))
refuse(const struct selector *s, struct error *e, const char *why, ...)
{
	char text[sizeof(e->why)];
	va_list args;

	va_start(args, why);
	(void)vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	error_refuse(e, ERROR_USAGE, NULL, "take %s %s", select_option(s->group), s->word);
	return error_why(e, "%s", text);
}

/* "NAME#2": the number is cut off; -EINVAL for "#0". */
static int
ordinal_parse(char *name, unsigned *ret)
{
	char *mark = strrchr(name, '#');
	uint32_t nth;
	int r;

	if (mark == NULL || mark[1] == '\0' || strspn(mark + 1, "0123456789") != strlen(mark + 1))
		return 0;
	r = num_parse_u32(mark + 1, 1, TASKS_MAX, &nth);
	if (r < 0)
		return r;
	*mark = '\0';
	*ret = nth;
	return 0;
}

/* What is before the last colon; CPU lists with steps have one, too, behind a digit. */
static int
name_parse(const char *name, size_t len, struct selector *s, struct error *e)
{
	if (len == 0)
		return refuse(s, e, "nothing is before the colon");
	if (s->group == SELECT_PROCESS)
		return refuse(s, e, "it takes a CPU list alone");
	if (len >= sizeof(s->name))
		return refuse(s, e, "no thread has so long a name");
	(void)snprintf(s->name, sizeof(s->name), "%.*s", (int)len, name);
	if (str_eq(s->name, "*")) {
		s->rest = true;
		s->name[0] = '\0';
		return 0;
	}
	return ordinal_parse(s->name, &s->nth) < 0 ? refuse(s, e, "threads count from #1") : 0;
}

static int
selector_parse(struct selector *s, struct error *e)
{
	const char *colon = strrchr(s->word, ':'), *list = s->word;
	int r;

	s->by_position = colon == NULL || strchr(colon, '/') != NULL;
	if (!s->by_position) {
		r = name_parse(s->word, (size_t)(colon - s->word), s, e);
		if (r < 0)
			return r;
		list = colon + 1;
	}
	r = cpus_parse(list, &s->cpus);
	if (r == -ERANGE)
		return refuse(s, e, "there can be no CPU above %d", CPUS_MAX - 1);
	if (r < 0 || cpus_empty(&s->cpus)) {
		refuse(s, e, "\"%s\" is no CPU list", list);
		return error_hint(e,
			"numbers and ranges with commas: 0-3,8; with a selector before "
			"a colon: *:0-3,8");
	}
	return 0;
}

int
select_add(struct selection *s, enum select_group group, const char *word, struct error *e)
{
	struct selector *bigger = reallocarray(s->list, s->count + 1, sizeof(*bigger));

	if (bigger == NULL)
		return error_sys(e, ENOMEM, NULL, "read the command line");
	s->list = bigger;
	bigger[s->count] = (struct selector){.group = group, .word = word};
	return selector_parse(&bigger[s->count++], e);
}

static bool
is_member(const struct members *m, enum select_group group, pid_t pid, size_t i)
{
	const struct task *task = &m->tasks->list[i];

	switch (group) {
	case SELECT_PROCESS:
		return task->tid == pid;
	case SELECT_QEMU:
		return str_eq(task->name, m->main_name);
	case SELECT_VCPU:
		return m->names[i].kind == THREAD_VCPU;
	case SELECT_IO:
		return m->names[i].kind == THREAD_IO;
	case SELECT_WORKER:
		return m->names[i].kind == THREAD_WORKER;
	case SELECT_THREAD:
	case SELECT_GROUP_COUNT:
		break;
	}
	return true;
}

/* vCPUs by number: one that was plugged into a gap is younger than those behind it. */
static void
members_insert(struct members *m, enum select_group group, size_t i)
{
	size_t at = m->count++;

	while (group == SELECT_VCPU && at > 0 &&
		m->names[m->list[at - 1]].index > m->names[i].index) {
		m->list[at] = m->list[at - 1];
		at--;
	}
	m->list[at] = i;
}

static int
members_find(struct members *m, enum select_group group, pid_t pid, struct error *e)
{
	size_t count = m->tasks->count;

	m->names = calloc(count + 1, sizeof(*m->names));
	m->list = calloc(count + 1, sizeof(*m->list));
	m->taken = calloc(count + 1, sizeof(const struct selector *));
	if (m->names == NULL || m->list == NULL || m->taken == NULL)
		return error_sys(e, ENOMEM, NULL, "select QEMU's threads");
	for (size_t i = 0; i < count; i++) {
		thread_identify(&m->tasks->list[i], &m->names[i]);
		if (m->tasks->list[i].tid == pid)
			m->main_name = m->tasks->list[i].name;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_member(m, group, pid, i))
			members_insert(m, group, i);
	}
	return 0;
}

static int
member_take(struct members *m, size_t i, const struct selector *s, struct error *e)
{
	if (m->taken[i] == NULL) {
		m->taken[i] = s;
		return 0;
	}
	return refuse(s, e, "%s selects thread %d ('%s') already", m->taken[i]->word,
		(int)m->tasks->list[m->list[i]].tid, m->tasks->list[m->list[i]].name);
}

/* What is known by a whole name: -t and those that have no part. */
static bool
is_called(const struct members *m, const struct selector *s, size_t i)
{
	const size_t task = m->list[i];

	if (s->name[0] == '\0')
		return true;
	return s->group == SELECT_THREAD ? str_eq(m->tasks->list[task].name, s->name)
					 : str_eq(m->names[task].part, s->name);
}

static int
named_take(struct members *m, const struct selector *s, struct error *e)
{
	unsigned found = 0;
	int r = 0;

	for (size_t i = 0; i < m->count && r == 0; i++) {
		if (!is_called(m, s, i))
			continue;
		found++;
		if (s->nth == 0 || s->nth == found)
			r = member_take(m, i, s, e);
	}
	if (r < 0 || !m->all_found || (found > 0 && found >= s->nth))
		return r;
	if (found > 0)
		return refuse(s, e, "there are %u such threads", found);
	return refuse(s, e, "there is no such %s thread", group_name(s->group));
}

/* One option's selectors, but for the rest: those by position, or those by name. */
static int
pass_take(struct members *m, const struct selection *all, enum select_group group, bool by_position,
	struct error *e)
{
	size_t position = 0;
	int r = 0;

	for (size_t i = 0; i < all->count && r == 0; i++) {
		const struct selector *s = &all->list[i];

		if (s->group != group || s->rest || s->by_position != by_position)
			continue;
		if (!by_position)
			r = named_take(m, s, e);
		else if (position < m->count)
			r = member_take(m, position++, s, e);
		else if (m->all_found)
			r = refuse(s, e, "there are %zu %s threads, and this is list %zu", m->count,
				group_name(group), position + 1);
	}
	return r;
}

static int
rest_take(struct members *m, const struct selection *all, enum select_group group, struct error *e)
{
	const struct selector *rest = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const struct selector *s = &all->list[i];

		if (s->group != group || !s->rest)
			continue;
		if (rest != NULL)
			return refuse(s, e, "%s has all that are left", rest->word);
		rest = s;
	}
	for (size_t i = 0; i < m->count; i++) {
		if (m->taken[i] == NULL)
			m->taken[i] = rest;
	}
	return 0;
}

static int
group_take(const struct selection *s, enum select_group group, struct members *m, pid_t pid,
	const struct selector **ret, struct error *e)
{
	int r = members_find(m, group, pid, e);

	if (r == 0)
		r = pass_take(m, s, group, true, e);
	if (r == 0)
		r = pass_take(m, s, group, false, e);
	if (r == 0)
		r = rest_take(m, s, group, e);
	for (size_t i = 0; i < m->count && r == 0; i++) {
		if (m->taken[i] != NULL)
			ret[m->list[i]] = m->taken[i];
	}
	return r;
}

int
select_threads(const struct selection *s, const struct tasks *tasks, pid_t pid, bool all_found,
	const struct selector **ret, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < tasks->count; i++)
		ret[i] = NULL;
	for (enum select_group group = 0; group < SELECT_GROUP_COUNT && r == 0; group++) {
		struct members m = {.tasks = tasks, .all_found = all_found, .main_name = ""};

		r = group_take(s, group, &m, pid, ret, e);
		members_done(&m);
	}
	return r;
}

void
selection_done(struct selection *s)
{
	free(s->list);
	*s = (struct selection){0};
}
