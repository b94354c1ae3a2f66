/* SPDX-License-Identifier: MIT */
/* The QEMU that attach is about. */
#include "supervise/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "host/host.h"
#include "qemu/find.h"
#include "qemu/names.h"
#include "qemu/reach.h"

void
target_done(struct target *target)
{
	threads_done(&target->known);
}

/* Ask for the roles: by the socket that was given, whose process is the target; or one found. */
static int
ask(struct host *host, struct target *target, struct error *e)
{
	auto_qmp struct qmp qmp = QMP_CLOSED;
	struct threads_question question = {
		.qmp = &qmp,
		.proc = &host->roots.proc,
		.tasks_fd = -1,
		.smp = target->request.smp,
		.timeout_ms = REACH_MS,
	};
	struct threads known;
	int r = target->request.qmp != NULL
			? reach_given(
				  target->request.qmp, target->pid, REACH_MS, &qmp, &target->pid, e)
			: reach_found(&host->roots.proc, target->pid, REACH_MS, &qmp, e);

	question.pid = target->pid;
	if (r == 0)
		r = threads_read(&question, &known, e);
	if (r < 0)
		return r;
	threads_done(&target->known);
	target->known = known;
	target->by_qmp = true;
	return 0;
}

/* Give @tasks their roles. */
static int
know(struct target *target, struct tasks *tasks, struct error *e)
{
	int r = 0;

	if (!target->by_qmp && target->request.smp != NULL) {
		threads_done(&target->known);
		r = threads_by_name(tasks, target->request.smp, &target->known, e);
	}
	tasks_know(tasks, &target->known);
	return r;
}

/* Without it names must do. */
static void
tell_no_qmp(int r, const struct error *e)
{
	char text[1024];

	error_text(e, text, sizeof(text));
	if (r == -ENOENT)
		log_info("%s; its threads are known by their names", text);
	else
		log_notice("%s; its threads are known by their names", text);
}

/* QEMU's program by its file, which only its own user and root may see; else by a vCPU. */
static bool
is_qemu(const struct host *host, const struct target *target, const struct tasks *tasks)
{
	struct thread_name name;

	if (find_is_qemu(&host->roots.proc, target->pid) || target->by_qmp)
		return true;
	for (size_t i = 0; i < tasks->count; i++) {
		thread_name_parse(tasks->list[i].name, &name);
		if (name.kind == THREAD_VCPU)
			return true;
	}
	return false;
}

static int
tasks_find(struct host *host, const struct target *target, struct tasks *ret, struct error *e)
{
	int r = tasks_read(&host->roots.proc, target->pid, &target->known, ret, e);

	if (r == -ESRCH) {
		error_refuse(
			e, ERROR_HOST, NULL, "pin the threads of process %d", (int)target->pid);
		return error_why(e, "there is no such process");
	}
	if (r < 0 || is_qemu(host, target, ret))
		return r;
	error_refuse(e, ERROR_USAGE, NULL, "pin the threads of process %d", (int)target->pid);
	return error_why(e, "it is no QEMU, but '%s'", ret->list[0].name);
}

int
target_find(struct host *host, const struct target_request *request, struct target *ret,
	struct tasks *ret_tasks, struct error *e)
{
	struct error why;
	int r = 0;

	*ret = (struct target){.request = *request, .pid = request->pid};
	*ret_tasks = (struct tasks){0};
	if (request->qmp != NULL)
		r = ask(host, ret, e);
	else if (request->name != NULL)
		r = find_named(&host->roots.proc, request->name, &ret->pid, e);
	if (r == 0)
		r = tasks_find(host, ret, ret_tasks, e);
	if (r < 0)
		return r;
	if (request->qmp == NULL && request->roles) {
		r = ask(host, ret, &why);
		if (r < 0)
			tell_no_qmp(r, &why);
	}
	return know(ret, ret_tasks, e);
}

static bool
has_others(const struct tasks *tasks, const struct tasks *before)
{
	size_t at = 0;

	for (size_t i = 0; i < tasks->count; i++) { /* both ascend */
		while (at < before->count && before->list[at].tid < tasks->list[i].tid)
			at++;
		if (at == before->count || before->list[at].tid != tasks->list[i].tid)
			return true;
	}
	return false;
}

int
target_look(struct host *host, struct target *target, const struct tasks *before, struct tasks *ret,
	struct error *e)
{
	struct error why;
	int r = tasks_read(&host->roots.proc, target->pid, &target->known, ret, e);

	if (r < 0)
		return r;
	if (target->by_qmp && has_others(ret, before) && ask(host, target, &why) < 0)
		log_failure(LOG_LEVEL_INFO, &why); /* it may be busy, or end */
	return know(target, ret, e);
}

int
target_hint(const struct target *target, const struct tasks *tasks, struct error *e)
{
	if (target->by_qmp)
		return error_code(e);
	for (size_t i = 1; i < tasks->count; i++) {
		if (!str_eq(tasks->list[i].name, tasks->list[0].name))
			return error_code(e);
	}
	return error_hint(e,
		"its threads have no names: start it with -name NAME,debug-threads=on, or give its "
		"QMP by --qmp SOCKET; -p, -q and -t '*:CPUS' work without");
}
