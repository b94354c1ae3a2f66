/* SPDX-License-Identifier: MIT */
/* sched_setattr(2), which C libraries don't wrap yet (glibc: from 2.41 on). */
#include "qemu/scheduling.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

enum {
	RESET_ON_FORK = 1, /* SCHED_FLAG_RESET_ON_FORK */
	PRIORITY_MAX = 99,
	FIELDS_MAX = 4, /* of a text: name and three numbers */
	FIELD_BYTES = 24,
};

/* The kernel's first version of struct sched_attr, 48 bytes. Source:
 * include/uapi/linux/sched/types.h */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};
_Static_assert(sizeof(struct attributes) == 48, "SCHED_ATTR_SIZE_VER0");

static const struct {
	int policy;
	const char *name;
} policies[] = {
	{SCHED_OTHER, "other"},
	{SCHED_FIFO, "fifo"},
	{SCHED_RR, "rr"},
	{SCHED_BATCH, "batch"},
	{SCHED_IDLE, "idle"},
	{SCHED_DEADLINE, "deadline"},
};

const char *
scheduling_name(int policy)
{
	for (size_t i = 0; i < COUNT(policies); i++) {
		if (policies[i].policy == policy)
			return policies[i].name;
	}
	return "unknown";
}

static bool
has_priority(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

static uint64_t
period_of(const struct scheduling *s)
{
	return s->period_ns > 0 ? s->period_ns : s->deadline_ns;
}

bool
scheduling_same(const struct scheduling *a, const struct scheduling *b)
{
	if (!a->set || !b->set)
		return a->set == b->set;
	if (a->policy != b->policy)
		return false;
	if (has_priority(a->policy))
		return a->priority == b->priority;
	return a->policy != SCHED_DEADLINE ||
	       (a->runtime_ns == b->runtime_ns && a->deadline_ns == b->deadline_ns &&
		       period_of(a) == period_of(b));
}

char *
scheduling_format(const struct scheduling *s, char *text)
{
	const char *name = scheduling_name(s->policy);

	text[0] = '\0';
	if (!s->set)
		return text;
	if (s->policy == SCHED_DEADLINE)
		(void)snprintf(text, SCHEDULING_TEXT_BYTES, "%s %" PRIu64 " %" PRIu64 " %" PRIu64,
			name, s->runtime_ns, s->deadline_ns, period_of(s));
	else if (has_priority(s->policy))
		(void)snprintf(text, SCHEDULING_TEXT_BYTES, "%s %u", name, s->priority);
	else
		(void)snprintf(text, SCHEDULING_TEXT_BYTES, "%s", name);
	return text;
}

/* Fields of @text between single blanks; how many, or -EINVAL */
static int
fields_split(const char *text, char field[FIELDS_MAX][FIELD_BYTES])
{
	int count = 0;

	for (;; text++) {
		size_t len = strcspn(text, " ");

		if (count == FIELDS_MAX || len == 0 || len >= FIELD_BYTES)
			return -EINVAL;
		memcpy(field[count], text, len);
		field[count++][len] = '\0';
		text += len;
		if (*text == '\0')
			return count;
	}
}

static int
deadline_parse(char field[FIELDS_MAX][FIELD_BYTES], struct scheduling *ret)
{
	int r = num_parse_u64(field[1], 1, INT64_MAX, &ret->runtime_ns);

	if (r == 0)
		r = num_parse_u64(field[2], ret->runtime_ns, INT64_MAX, &ret->deadline_ns);
	if (r == 0)
		r = num_parse_u64(field[3], ret->deadline_ns, INT64_MAX, &ret->period_ns);
	return r == 0 ? 0 : -EINVAL;
}

int
scheduling_parse(const char *text, struct scheduling *ret)
{
	char field[FIELDS_MAX][FIELD_BYTES];
	struct scheduling s = {.set = true, .policy = -1};
	int count;

	if (*text == '\0') {
		*ret = (struct scheduling){0};
		return 0;
	}
	count = fields_split(text, field);
	for (size_t i = 0; count > 0 && i < COUNT(policies); i++) {
		if (str_eq(policies[i].name, field[0]))
			s.policy = policies[i].policy;
	}
	if (s.policy < 0)
		return -EINVAL;
	if (s.policy == SCHED_DEADLINE) {
		if (count != FIELDS_MAX || deadline_parse(field, &s) < 0)
			return -EINVAL;
	} else if (has_priority(s.policy)) {
		if (count != 2 || num_parse_u32(field[1], 1, PRIORITY_MAX, &s.priority) < 0)
			return -EINVAL;
	} else if (count != 1) {
		return -EINVAL;
	}
	*ret = s;
	return 0;
}

static int
attributes_read(pid_t tid, struct attributes *ret, struct error *e)
{
	memset(ret, 0, sizeof(*ret));
	if (syscall(SYS_sched_getattr, tid, ret, sizeof(*ret), 0) < 0)
		return error_sys(e, errno, NULL, "read how thread %d is scheduled", tid);
	return 0;
}

int
scheduling_read(pid_t tid, struct scheduling *ret, struct error *e)
{
	struct attributes now;
	int r = attributes_read(tid, &now, e);

	if (r < 0)
		return r;
	*ret = (struct scheduling){.set = true, .policy = (int)now.policy};
	if (has_priority(ret->policy))
		ret->priority = now.priority;
	if (ret->policy == SCHED_DEADLINE) {
		ret->runtime_ns = now.runtime_ns;
		ret->deadline_ns = now.deadline_ns;
		ret->period_ns = now.period_ns;
	}
	return 0;
}

/* The next step for who met @errnum. */
static const char *
refusal_hint(int policy, int errnum)
{
	if (errnum == EBUSY)
		return "its CPUs can't promise that runtime in each period any more: ask for less";
	if (errnum == EPERM && policy == SCHED_DEADLINE)
		return "the thread must be allowed on all CPUs of its scheduling domain: "
		       "`isolation: exclusive` makes one of each pinned CPU";
	if (errnum == EPERM)
		return "this needs root, CAP_SYS_NICE or a limit (ulimit -r)";
	if (errnum == EINVAL && policy == SCHED_DEADLINE)
		return "runtime must be at least 1024 ns and at most the deadline, and this at "
		       "most the period";
	return "";
}

/* Deadline and real-time threads make normal ones; what is set for others stays. */
static void
attributes_fill(pid_t tid, const struct scheduling *want, struct attributes *ret)
{
	int nice;

	errno = 0;
	nice = getpriority(
		PRIO_PROCESS, (id_t)tid); /* sched_getattr tells it of normal ones alone */
	*ret = (struct attributes){
		.size = sizeof(*ret),
		.policy = (uint32_t)want->policy,
		.flags = ret->flags & RESET_ON_FORK,
		.nice = errno == 0 ? nice : ret->nice,
	};
	if (has_priority(want->policy)) {
		ret->priority = want->priority;
		ret->flags = RESET_ON_FORK;
	}
	if (want->policy == SCHED_DEADLINE) {
		ret->runtime_ns = want->runtime_ns;
		ret->deadline_ns = want->deadline_ns;
		ret->period_ns = period_of(want);
		ret->flags = RESET_ON_FORK;
	}
}

int
scheduling_set(pid_t tid, const struct scheduling *want, struct error *e)
{
	char text[SCHEDULING_TEXT_BYTES], got[SCHEDULING_TEXT_BYTES];
	struct attributes attributes;
	struct scheduling now;
	int r;

	if (!want->set)
		return 0;
	scheduling_format(want, text);
	r = attributes_read(tid, &attributes, e);
	if (r < 0)
		return r;
	attributes_fill(tid, want, &attributes);
	if (syscall(SYS_sched_setattr, tid, &attributes, 0) < 0) {
		(void)error_sys(e, errno, NULL, "schedule thread %d as \"%s\"", tid, text);
		return error_hint(e, "%s", refusal_hint(want->policy, e->errnum));
	}
	r = scheduling_read(tid, &now, e);
	if (r < 0)
		return r;
	if (scheduling_same(want, &now))
		return 0;
	(void)error_refuse(e, ERROR_HOST, NULL, "schedule thread %d as \"%s\"", tid, text);
	return error_why(e, "the kernel made it \"%s\"", scheduling_format(&now, got));
}
