/* SPDX-License-Identifier: MIT */
/* Pinning the threads of a QEMU that somebody else started. */
#include "supervise/attach.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "change/change.h"
#include "host/host.h"
#include "host/task.h"
#include "qemu/find.h"
#include "qemu/names.h"
#include "qemu/parser.h"
#include "qemu/spawn.h"
#include "qemu/tasks.h"
#include "supervise/bounds.h"
#include "supervise/pins.h"
#include "supervise/saved.h"
#include "supervise/signals.h"
#include "supervise/target.h"

enum {
	VHOST_MOST = 32,       /* of more the first ones are told */
	FOLLOW_STEP_MS = 1000, /* between two looks at the threads that there are */
};

/* Whom it is about, what is wanted, and the threads as they were seen last. */
struct session {
	struct pins pins;
	struct target target;
	struct tasks tasks;
};

static void
session_done(struct session *s)
{
	tasks_done(&s->tasks);
	target_done(&s->target);
	pins_done(&s->pins);
}

/* Threads have whatever names QEMU gives them, also such as a terminal would act on. */
static void
answer(char *text)
{
	(void)printf("%s\n", str_clean(text));
}

/* As the answer, or for a careful operator. */
static void
tell(bool as_answer, char *text)
{
	if (as_answer)
		answer(text);
	else
		log_info("%s", text);
}

/* What each thread is. */
static void
roles_tell(const struct session *s, bool as_answer)
{
	for (size_t i = 0; i < s->tasks.count; i++) {
		const struct task *task = &s->tasks.list[i];
		char text[TASK_NAME_BYTES + THREAD_TEXT_BYTES + 64], what[THREAD_TEXT_BYTES];

		(void)snprintf(text, sizeof(text), "thread %d ('%s') is %s", (int)task->tid,
			task->name,
			task->tid == s->target.pid ? "the main one" : thread_text(task, what));
		tell(as_answer, text);
	}
}

/* Before Linux 6.4 some of its work is done by threads that aren't its own. */
static void
vhost_tell(const struct host *host, const struct session *s, bool as_answer)
{
	pid_t found[VHOST_MOST];
	struct error ignored;
	int count = find_vhost(&host->roots.proc, s->target.pid, found, COUNT(found), &ignored);

	for (int i = 0; i < count; i++) {
		char text[128];

		(void)snprintf(text, sizeof(text),
			"thread %d is vhost's: the kernel's, which is left as it is",
			(int)found[i]);
		tell(as_answer, text);
	}
}

/* It is no thread any more: nothing is to be done for it, nor to be undone. */
static void
change_drop(struct change *c)
{
	log_info("thread %d ('%s') has ended", (int)c->id, c->role);
	c->id = 0;
}

/* Whether the thread whose beginning was just noted is QEMU's: its id may be another's by now. */
static bool
is_qemus(const struct host *host, pid_t pid, const struct change *c)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%d/task/%d", (int)pid, (int)c->id);
	return file_exists(&host->roots.proc, name);
}

static int
changes_check(const struct host *host, const struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++)
		r = bounds_check(host, &list->list[i], e);
	return r;
}

static int
changes_look(struct host *host, pid_t pid, struct change_list *list, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		r = change_affinity.look(host, &list->list[i], e);
		if (r == -ESRCH || (r == 0 && !is_qemus(host, pid, &list->list[i]))) {
			change_drop(&list->list[i]);
			r = 0;
		}
	}
	return r;
}

static int
change_do(struct host *host, struct change *c, struct error *e)
{
	char text[256];
	int r = task_lives(&host->roots.proc, (pid_t)c->id, c->start, e);

	if (r >= 0)
		r = r > 0 ? change_affinity.apply(host, c, e) : -ESRCH;
	if (r == 0)
		r = bounds_confirm(host, c, e);
	if (r == -ESRCH) {
		change_drop(c);
		return 0;
	}
	c->kind->describe(c, text, sizeof(text));
	if (r == 0)
		log_info("%s, before %s", text, c->before);
	return r;
}

/* A cgroup may have lost CPUs since: then it isn't what it was. */
static int
change_undo(struct host *host, const struct change *c, struct error *e)
{
	struct change back = *c;
	struct error bound;
	int r = change_affinity.undo(host, c, e);

	back.value = c->before;
	if (r == -EINVAL && bounds_check(host, &back, &bound) < 0)
		*e = bound;
	if (r == 0 && task_lives(&host->roots.proc, (pid_t)c->id, c->start, e) > 0)
		r = bounds_confirm(host, &back, e);
	return r == -ESRCH ? 0 : r;
}

/* Undo the first @count, the last first; returns the first failure. */
static int
changes_undo(struct host *host, const struct change_list *list, size_t count, struct error *e)
{
	struct error other;
	int r = 0;

	while (count-- > 0) {
		const struct change *c = &list->list[count];
		int one = c->id != 0 ? change_undo(host, c, r == 0 ? e : &other) : 0;

		r = r == 0 ? one : r;
	}
	return r;
}

static int
changes_do(struct host *host, struct change_list *list, struct error *e)
{
	struct error second;

	for (size_t i = 0; i < list->count; i++) {
		int r = list->list[i].id != 0 ? change_do(host, &list->list[i], e) : 0;

		if (r == 0)
			continue;
		if (changes_undo(host, list, i + 1, &second) < 0)
			log_failure(LOG_LEVEL_WARNING, &second);
		return r;
	}
	return 0;
}

static void
changes_tell(const struct change_list *list)
{
	char text[256];

	for (size_t i = 0; i < list->count; i++) {
		list->list[i].kind->describe(&list->list[i], text, sizeof(text));
		answer(text);
	}
}

/* Pin the threads that are new since the last time. */
static int
follow_step(struct host *host, struct session *s, struct error *e)
{
	auto_change_list struct change_list list = {0};
	struct tasks now = {0};
	int r = target_look(host, &s->target, &s->tasks, &now, e);

	if (r == 0)
		r = pins_make(&s->pins, &s->target, &now, &s->tasks, &list, e);
	if (r == 0)
		r = changes_check(host, &list, e);
	if (r == 0)
		r = changes_look(host, s->target.pid, &list, e);
	if (r == 0)
		r = changes_do(host, &list, e);
	tasks_done(&s->tasks);
	s->tasks = now;
	return r == -ESRCH ? 0 : r; /* it ends: that is seen at once */
}

/* Threads have no event for who isn't their parent: these are looked for. */
static int
follow(struct host *host, struct session *s, struct error *e)
{
	sigset_t ignored;
	auto_fd int process = (int)syscall(SYS_pidfd_open, s->target.pid, 0), signals = -1;
	struct pollfd fds[] = {{.fd = process, .events = POLLIN}, {.events = POLLIN}};
	int r;

	if (process < 0)
		return errno == ESRCH ? 0 : error_sys(e, errno, NULL, "wait for QEMU's end");
	spawn_ignored_read(&ignored);
	signals = signals_open(&ignored, NULL, e);
	if (signals < 0)
		return signals;
	fds[1].fd = signals;
	do {
		r = follow_step(host, s, e);
	} while (r == 0 && poll(fds, COUNT(fds), FOLLOW_STEP_MS) == 0);
	return r;
}

static int
pin(struct host *host, const struct attach *attach, struct session *s, struct error *e)
{
	static const struct tasks nobody;
	auto_change_list struct change_list list = {0};
	int r = pins_make(&s->pins, &s->target, &s->tasks, &nobody, &list, e);

	if (r == 0)
		r = changes_check(host, &list, e);
	if (r == 0 && attach->dry_run) {
		changes_tell(&list);
		return 0;
	}
	if (r == 0)
		r = changes_look(host, s->target.pid, &list, e);
	if (r == 0 && attach->save != NULL)
		r = saved_write(&list, attach->save, e);
	if (r == 0)
		r = changes_do(host, &list, e);
	return r == 0 && attach->follow ? follow(host, s, e) : r;
}

int
attach_pin(struct host *host, const struct attach *attach, struct error *e)
{
	struct session s = {0};
	struct target_request request = {
		.pid = attach->pid, .qmp = attach->qmp, .name = attach->name};
	int r = pins_load(host, attach->selection, attach->definition, &s.pins, e);

	s.pins.later = attach->follow;
	request.roles = pins_want_roles(&s.pins) || attach->dry_run;
	if (attach->definition != NULL)
		request.smp = &s.pins.plan.smp;
	if (r == 0)
		r = confine(host, CONFINE_ATTACH, attach->confinement, e);
	if (r == 0)
		r = target_find(host, &request, &s.target, &s.tasks, e);
	if (r == 0) {
		roles_tell(&s, attach->dry_run);
		vhost_tell(host, &s, attach->dry_run);
	}
	if (r == 0)
		r = pin(host, attach, &s, e);
	parser_stop();
	session_done(&s);
	return r;
}

int
attach_undo(struct host *host, const char *file, struct error *e)
{
	auto_change_list struct change_list list = {0};
	int r = saved_load(file, &list, e);

	return r < 0 ? r : changes_undo(host, &list, list.count, e);
}
