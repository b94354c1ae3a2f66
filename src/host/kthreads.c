/* SPDX-License-Identifier: MIT */
/* Keeping movable threads of the kernel off CPUs, as a change. */
#include "host/kthreads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "host/exclusion.h"
#include "host/host.h"
#include "host/taking.h"
#include "host/task.h"

/* A look at all threads of the kernel. */
struct search {
	const struct host *host;
	struct exclusion_wish wish;
	struct buf text;
};

/* It follows its interrupt, by itself. */
static bool
is_of_an_irq(const struct host *host, pid_t pid)
{
	char file[32], name[64] = "";
	struct error ignored;

	(void)snprintf(file, sizeof(file), "%d/comm", (int)pid);
	(void)file_read(&host->roots.proc, file, name, sizeof(name), &ignored);
	return str_starts(name, "irq/");
}

static int
thread_look(pid_t pid, pid_t tid, void *data)
{
	struct search *s = data;
	char name[EXCLUSION_NAME_BYTES];
	struct task_facts facts;
	struct error ignored;
	struct cpus before;

	if (pid != tid || task_read_affinity(tid, &before, &ignored) < 0 ||
		!cpus_intersect(&before, &s->wish.taken) ||
		task_read_facts(&s->host->roots.proc, tid, &facts, &ignored) < 0 ||
		!facts.is_kernels || facts.is_bound || is_of_an_irq(s->host, pid))
		return 0;
	(void)snprintf(name, sizeof(name), "%d:%" PRId64, (int)tid, facts.start);
	exclusion_add(&s->text, &s->wish, name, &before);
	return 0;
}

static int
kthreads_look(struct host *host, struct change *c, struct error *e)
{
	struct search s = {.host = host};
	int r = taking_read(host, c, &s.wish, e);

	if (r == 0)
		r = task_each(&host->roots.proc, thread_look, &s, e);
	if (r == 0 && (s.text.failed || s.text.len > EXCLUSION_TEXT_MAX_BYTES))
		r = error_sys(e, s.text.failed ? ENOMEM : EFBIG, NULL,
			"remember the masks of the kernel's threads");
	if (r == 0)
		r = change_remember(c, s.text.text != NULL ? s.text.text : "", e);
	buf_done(&s.text);
	return r;
}

/* The thread that a mask is of, "TID:START": 0 when it is gone. */
static pid_t
thread_of(const struct host *host, const struct exclusion *x)
{
	char text[EXCLUSION_NAME_BYTES], *start_text = text, *tid_text;
	struct error ignored;
	uint64_t start;
	uint32_t tid;

	(void)snprintf(text, sizeof(text), "%s", x->name);
	tid_text = strsep(&start_text, ":");
	if (start_text == NULL || num_parse_u32(tid_text, 1, INT32_MAX, &tid) < 0 ||
		num_parse_u64(start_text, 0, INT64_MAX, &start) < 0 ||
		task_lives(&host->roots.proc, (pid_t)tid, (int64_t)start, &ignored) <= 0)
		return 0;
	return (pid_t)tid;
}

static int
kthreads_apply(struct host *host, struct change *c, struct error *e)
{
	const char *at = c->before;
	struct exclusion x;
	struct cpus taken;
	int r = taking_list(c, c->value, &taken, e);

	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		pid_t tid = thread_of(host, &x);
		struct error ignored;

		/* Some kinds refuse all the same. */
		exclusion_mark(
			c->before, &x, tid != 0 && task_set_affinity(tid, &x.left, &ignored) < 0);
		r = 0;
	}
	return r;
}

static int
kthreads_verify(struct host *host, const struct change *c, struct error *e)
{
	const char *at = c->before;
	struct exclusion x;
	struct cpus taken, now;
	int r = taking_list(c, c->value, &taken, e);

	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		pid_t tid = x.refused ? 0 : thread_of(host, &x);

		r = 0;
		if (tid == 0 || task_read_affinity(tid, &now, e) < 0 ||
			!cpus_intersect(&now, &taken))
			continue;
		error_refuse(
			e, ERROR_HOST, NULL, "keep the kernel's threads off CPUs %s", c->value);
		return error_why(e, "the kernel left thread %d there", (int)tid);
	}
	return r;
}

static int
kthreads_undo(struct host *host, const struct change *c, struct error *e)
{
	const char *at = c->before;
	struct exclusion x;
	struct cpus taken, others, now;
	int r = taking_list(c, c->value, &taken, e);

	taking_others(host, &others);
	while (r == 0 && (r = exclusion_next(&at, &taken, &x, e)) > 0) {
		pid_t tid = thread_of(host, &x);

		r = 0;
		if (tid == 0 || task_read_affinity(tid, &now, e) < 0 ||
			!exclusion_give_back(&x, &taken, &others, &now))
			continue;
		r = task_set_affinity(tid, &now, e);
		if (r == -ESRCH || r == -EINVAL) /* it has ended, or its kind refuses */
			r = 0;
	}
	return r;
}

static void
kthreads_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "keep %s off CPUs %s", c->target, c->value);
}

const struct change_kind change_kthreads = {
	.name = "kthreads",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE,
	.look = kthreads_look,
	.apply = kthreads_apply,
	.verify = kthreads_verify,
	.undo = kthreads_undo,
	.describe = kthreads_describe,
};
