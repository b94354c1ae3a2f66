/* SPDX-License-Identifier: MIT */
/* From a prepared place to a guest that runs: each vCPU is on its CPU before the guest goes. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/kept.h"
#include "base/log.h"
#include "base/privilege.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "host/unit_cpus.h"
#include "plan/changes.h"
#include "plan/level.h"
#include "qemu/monitor.h"
#include "qemu/sandbox.h"
#include "qemu/scheduling_change.h"
#include "supervise/baselines.h"
#include "supervise/vm.h"

enum {
	QMP_STEP_MS = 10 * 1000, /* QEMU answers in microseconds; a swapping host in seconds */
	PATH_BYTES = LAYOUT_PATH_BYTES + 64,
};

static const char ask_state[] = "query-status";

/* The directory of the cgroup that QEMU is born in; -1 for ours. */
static int
birthplace_open(const struct vm *vm, int *ret_fd, struct error *e)
{
	char path[PATH_BYTES], name[GROUP_PATH_BYTES];

	*ret_fd = -1;
	if (!vm->plan.backend->birthplace(&vm->plan.layout, path, sizeof(path)))
		return 0;
	*ret_fd = openat(vm->host.roots.cgroup.fd, group_name(path, "", name),
		O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? error_sys(e, errno, path, "open QEMU's cgroup") : 0;
}

/* Write down who QEMU is: when we die, nobody may start the VM again beside it. */
static int
qemu_note(void *context, pid_t pid, struct error *e)
{
	struct vm *vm = context;
	struct record_process qemu = {.pid = pid};
	int r = task_read_start(&vm->host.roots.proc, qemu.pid, &qemu.start, e);

	return r < 0 ? r : journal_note(&vm->journal, RECORD_QEMU, &qemu, e);
}

/* A cgroup's cpuset.mems does it where there is one. */
static const struct cpus *
policy_nodes(const struct plan *plan)
{
	return plan->way == WAY_AFFINITY && !cpus_empty(&plan->memory_nodes) ? &plan->memory_nodes
									     : NULL;
}

/* What QEMU is refused; what its command line makes of that is told. */
static int
sandbox_make(
	const struct vm *vm, struct spawn_request *request, struct filter *ret, struct error *e)
{
	const struct identity *identity = &vm->identity;
	const struct sandbox_facts facts = {
		.available = filter_is_available(),
		.may_filter = capabilities_has(CAPABILITY(CAP_SYS_ADMIN)),
		.is_root = (identity->set_user ? identity->uid : geteuid()) == 0,
		.program_gains = sandbox_program_gains(vm->binary),
	};
	struct sandbox sandbox;

	sandbox_decide(vm->definition, &facts, &sandbox);
	for (const char *const *call = sandbox.without; *call != NULL; call++)
		log_info("%s: QEMU may call %s, for its command line asks for that",
			vm->definition->name, *call);
	if (sandbox.why != NULL)
		log_notice("%s: QEMU %s: %s", vm->definition->name,
			sandbox.on ? "is not kept from gaining privileges"
				   : "is refused no system call",
			sandbox.why);
	request->no_new_privs = sandbox.no_new_privs;
	if (!sandbox.on)
		return 0;
	request->filter = ret;
	return sandbox_filter(&sandbox, ret, e);
}

/*
 * All is as planned before QEMU is there; and what is read for that, and written and read again
 * when it tells its threads, is open by then. Not of cgroup v1: read again, a list of tasks is the
 * one of before for a second (Linux kernel/cgroup/cgroup-v1.c, cgroup_pidlist_start()).
 */
static int
verify_before(struct vm *vm, struct error *e)
{
	struct root *tree = &vm->host.roots.cgroup;
	int r;

	root_keep(tree, O_RDWR);
	r = vm_verify(vm, e);
	root_keep_no_more(tree);
	return r;
}

static int
qemu_spawn(struct vm *vm, int *ret_qmp_fd, struct error *e)
{
	const struct definition *d = vm->definition;
	auto_fd int cgroup_fd = -1;
	auto_fd int ours = -1, theirs = -1;
	auto_filter struct filter filter = {0};
	struct spawn_request request = {
		.argv = vm->argv.list,
		.clear_env = d->clear_env,
		.env = d->env,
		.env_count = d->env_count,
		.identity = &vm->identity,
		.ignored = &vm->ignored,
		.caller = privilege_caller(),
		.rlimit_memlock = d->rlimit_memlock,
		.reset_affinity = vm->plan.level > ISOLATION_AFFINITY,
		.own_group = !argv_uses_stdio(d),
		.memory_nodes = policy_nodes(&vm->plan),
		.born = qemu_note,
		.context = vm,
	};
	int r = birthplace_open(vm, &cgroup_fd, e);

	if (r == 0)
		r = monitor_open(&vm->journal.dir, &theirs, &ours, e);
	if (r < 0)
		return r;
	request.cgroup_fd = cgroup_fd;
	request.qmp_fd = theirs;
	r = sandbox_make(vm, &request, &filter, e);
	if (r < 0)
		return r;
	r = spawn(&request, &vm->qemu, e);
	if (r < 0)
		return r;
	vm->running = true;
	*ret_qmp_fd = fd_release(&ours);
	return 0;
}

/* QEMU must not have begun: it hadn't when it was asked, and go_on() hears when it does. */
static int
verify_prelaunch(struct vm *vm, struct error *e)
{
	auto_message struct qmp_message state = {0};
	int r = qmp_command(&vm->qmp, ask_state, QMP_STEP_MS, &state, e);

	if (r < 0 || str_eq(state.name, "prelaunch") || str_eq(state.name, "inmigrate"))
		return r;
	error_refuse(e, ERROR_HOST, NULL, "let the guest go");
	return error_why(
		e, "QEMU is in state %s already", state.name[0] != '\0' ? state.name : "unknown");
}

int
vm_read_threads(struct vm *vm, struct error *e)
{
	const struct threads_question question = {
		.qmp = &vm->qmp,
		.proc = &vm->host.roots.proc,
		.pid = vm->qemu.pid,
		.tasks_fd = vm->tasks_fd,
		.smp = &vm->plan.smp,
		.timeout_ms = QMP_STEP_MS,
	};

	return threads_read(&question, &vm->threads, e);
}

/* Start QEMU, give up what isn't needed any more, and hear it as soon as it speaks: preallocating
 * memory may take it minutes. */
static int
begin(struct vm *vm, struct error *e)
{
	static const char *const asked[] = {
		QMP_BEGIN, THREADS_ASK_VCPUS, THREADS_ASK_IOTHREADS, ask_state, NULL};
	int fd = -1;
	int r = qemu_spawn(vm, &fd, e);

	if (r < 0)
		return r;
	qmp_ask_take(fd, vm->qemu.pidfd, asked, &vm->qmp);
	vm->tasks_fd = tasks_open(&vm->host.roots.proc, vm->qemu.pid, e);
	if (vm->tasks_fd < 0)
		return vm->tasks_fd;
	census_listen(vm);
	r = confine(&vm->host, CONFINE_WATCH, vm->confinement, e);
	if (r == 0)
		r = vm_wait_for_greeting(vm, e);
	return r < 0 ? r : qmp_greet(&vm->qmp, QMP_STEP_MS, e);
}

/* Nothing of it is lost by a stop before the guest runs; and it runs when we let it. */
static int
go_on(struct vm *vm, struct error *e)
{
	struct pollfd fds[] = {
		{.fd = vm->signal_fd, .events = POLLIN}, {.fd = vm->qmp.wire.fd, .events = POLLIN}};
	int r = manager_dispatch(&vm->host.manager, e);

	(void)poll(fds, COUNT(fds), 0);
	if (r != 0 || vm->host.manager.stop_requested || fds[0].revents != 0) {
		error_sys(e, ECANCELED, NULL, "start the guest");
		return error_why(e, "we were told to stop before it ran");
	}
	r = qmp_heard(&vm->qmp, "RESUME", fds[1].revents == 0, e);
	if (r <= 0)
		return r;
	error_refuse(e, ERROR_HOST, NULL, "let the guest go");
	return error_why(e, "somebody did so before its vCPUs had their CPUs");
}

static int
let_go(struct vm *vm, struct error *e)
{
	if (argv_has_flag(vm->definition, "S"))
		return 0;
	return qmp_command(&vm->qmp, "cont", QMP_STEP_MS, NULL, e);
}

static int
start(struct vm *vm, struct error *e)
{
	static int (*const steps[])(struct vm *, struct error *) = {go_on, verify_before, begin,
		vm_read_threads, vm_settle, verify_prelaunch, vm_note_placed, go_on, let_go};
	int r = 0;

	for (size_t i = 0; i < COUNT(steps) && r == 0; i++)
		r = steps[i](vm, e);
	return r;
}

int
vm_start(struct vm *vm, struct error *e)
{
	int r = start(vm, e);

	root_keep_none(&vm->host.roots.cgroup);
	if (vm->tasks_fd >= 0)
		(void)close(vm->tasks_fd);
	vm->tasks_fd = -1;
	if (r == -ECHILD || r == -EPIPE) {
		vm_kill(vm);
		return vm_ended(vm, "start QEMU", e);
	}
	if (r == 0) {
		baselines_keep(vm); /* for which the guest needn't wait */
		vm_tell(vm);
	}
	return r;
}
