/* SPDX-License-Identifier: MIT */
/* From a prepared place to a guest that runs: each vCPU is on its CPU before the guest goes. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/task.h"
#include "host/unit_cpus.h"
#include "plan/changes.h"
#include "plan/level.h"
#include "qemu/scheduling_change.h"
#include "supervise/vm.h"

enum {
	QMP_STEP_MS = 10 * 1000, /* QEMU answers in microseconds; a swapping host in seconds */
	PATH_BYTES = LAYOUT_PATH_BYTES + 64,
};

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
qemu_note(struct vm *vm, struct error *e)
{
	struct record_process qemu = {.pid = vm->qemu.pid};
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

static int
qemu_spawn(struct vm *vm, int *ret_qmp_fd, struct error *e)
{
	const struct definition *d = vm->definition;
	auto_fd int cgroup_fd = -1;
	auto_fd int ours = -1, theirs = -1;
	struct spawn_request request = {
		.argv = vm->argv.list,
		.clear_env = d->clear_env,
		.env = d->env,
		.env_count = d->env_count,
		.identity = &vm->identity,
		.ignored = &vm->ignored,
		.rlimit_memlock = d->rlimit_memlock,
		.reset_affinity = vm->plan.level > ISOLATION_AFFINITY,
		.own_group = !argv_uses_stdio(d),
		.memory_nodes = policy_nodes(&vm->plan),
	};
	int pair[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_sys(e, errno, NULL, "make a socket for QEMU's monitor");
	ours = pair[0];
	theirs = pair[1];
	r = birthplace_open(vm, &cgroup_fd, e);
	if (r < 0)
		return r;
	request.cgroup_fd = cgroup_fd;
	request.qmp_fd = theirs;
	r = spawn(&request, &vm->qemu, e);
	if (r < 0)
		return r;
	vm->running = true;
	r = qemu_note(vm, e);
	if (r == 0)
		*ret_qmp_fd = fd_release(&ours);
	return r;
}

/*
 * SCHED_DEADLINE is refused to a thread that sleeps since before it was moved: the kernel looks at
 * the CPU that it last ran on. To freeze and thaw its leaf makes it run there without the guest.
 */
static int
deadline_wake(struct vm *vm, struct error *e)
{
	char path[PATH_BYTES];
	int r = 0;

	if (vm->definition->vcpu_scheduling.policy != SCHED_DEADLINE)
		return 0;
	cpus_each (os_cpu, &vm->plan.pinned) {
		if (r == 0 && vm->plan.backend->leaf(
				      &vm->plan.layout, (unsigned)os_cpu, path, sizeof(path)))
			r = group_rouse(&vm->host, path, e);
	}
	return r;
}

/* A worker may end while it is looked at: that one needs no place any more. */
static bool
may_be_gone(const struct change *c, int r)
{
	return r == -ESRCH && !str_starts(c->role, "vCPU ") && !str_starts(c->role, "iothread ");
}

static int
place_threads(struct vm *vm, struct error *e)
{
	auto_change_list struct change_list list = {0};
	__attribute__((cleanup(tasks_done))) struct tasks tasks = {0};
	bool roused = false;
	int r = tasks_read(&vm->host.roots.proc, vm->qemu.pid, &vm->threads, &tasks, e);

	if (r == 0)
		r = plan_place(&vm->plan, &vm->threads, &tasks, &list, e);
	for (size_t i = 0; i < list.count && r >= 0; i++) {
		const struct change *c = &list.list[i];

		if (c->kind == &change_scheduling && str_starts(c->role, "vCPU ") && !roused) {
			roused = true;
			r = deadline_wake(vm, e);
		}
		if (r >= 0)
			r = journal_apply(&vm->journal, &vm->host, c, e);
		if (may_be_gone(c, r))
			r = 0;
	}
	return r < 0 ? r : 0;
}

/* The threads that are planned for @os_cpu; @tids has room for all vCPUs. */
static size_t
threads_of(const struct vm *vm, unsigned os_cpu, pid_t *tids)
{
	size_t count = 0;

	for (size_t i = 0; i < vm->plan.vcpu_count; i++) {
		const struct plan_vcpu *v = &vm->plan.vcpus[i];
		const struct vcpu_thread *t =
			threads_find_vcpu(&vm->threads, v->socket, v->core, v->thread);

		if (v->os_cpu == os_cpu && t != NULL)
			tids[count++] = t->tid;
	}
	return count;
}

/* What the kernel says now of one pinned CPU: its leaf, and the masks of its threads. */
static int
verify_cpu(struct vm *vm, unsigned os_cpu, const pid_t *tids, size_t count, struct error *e)
{
	char path[PATH_BYTES], text[CPUS_TEXT_BYTES];
	struct cpus wanted = {0}, now;
	int r = 0;

	cpus_add(&wanted, os_cpu);
	if (vm->plan.backend->leaf(&vm->plan.layout, os_cpu, path, sizeof(path)))
		r = group_has_only(&vm->host, path, tids, count, e);
	for (size_t i = 0; i < count && r == 0; i++) {
		r = task_read_affinity(tids[i], &now, e);
		if (r < 0 || cpus_equal(&wanted, &now))
			continue;
		error_refuse(e, ERROR_HOST, NULL, "keep thread %d on CPU %u", (int)tids[i], os_cpu);
		r = error_why(e, "the kernel allows it %s", cpus_format(&now, text));
	}
	return r;
}

static int
verify_cpus(struct vm *vm, struct error *e)
{
	pid_t *tids = calloc(vm->plan.vcpu_count + 1, sizeof(*tids));
	int r = 0;

	if (tids == NULL)
		return error_sys(e, ENOMEM, NULL, "verify the vCPUs' places");
	cpus_each (os_cpu, &vm->plan.pinned) {
		size_t count = threads_of(vm, (unsigned)os_cpu, tids);

		r = verify_cpu(vm, (unsigned)os_cpu, tids, count, e);
		if (r < 0)
			break;
	}
	free(tids); /* by hand: clang's analyzer loses an array of ints in a cleanup function */
	return r;
}

/* What keeps others off the pinned CPUs: it is looked at once more when all are in their places. */
static bool
keeps_others_off(const struct change *c)
{
	return c->kind == &change_partition || c->kind == &change_override ||
	       c->kind == &change_without || c->kind == &change_limit;
}

static int
verify(struct vm *vm, struct error *e)
{
	const struct layout *l = &vm->plan.layout;
	int r = verify_cpus(vm, e);

	for (size_t i = 0; i < vm->journal.changes.count && r == 0; i++) {
		const struct change *c = &vm->journal.changes.list[i];

		if (keeps_others_off(c))
			r = c->kind->verify(&vm->host, c, e);
	}
	if (r == 0 && l->chain == CHAIN_LOCAL && !str_eq(l->base, "/"))
		r = partition_check(&vm->host, l->base, e);
	return r;
}

static void
tell_mapping(const struct vm *vm)
{
	char pool[CPUS_TEXT_BYTES];

	for (size_t i = 0; i < vm->plan.vcpu_count; i++) {
		const struct plan_vcpu *v = &vm->plan.vcpus[i];
		const struct host_cpu *cpu = topology_find(&vm->facts.topology, v->os_cpu);
		const struct vcpu_thread *t =
			threads_find_vcpu(&vm->threads, v->socket, v->core, v->thread);

		if (t != NULL && cpu != NULL)
			log_info("vCPU %u.%u.%u (thread %d) is on host CPU %u (core %d, cache %d, "
				 "node %d)",
				v->socket, v->core, v->thread, (int)t->tid, v->os_cpu, cpu->core,
				cpu->cache, cpu->node);
	}
	for (size_t i = 0; i < vm->threads.iothread_count; i++)
		log_info("iothread %s is thread %d", vm->threads.iothreads[i].id,
			(int)vm->threads.iothreads[i].tid);
	log_info("QEMU's other threads are on host CPUs %s",
		cpus_format(cpus_empty(&vm->plan.emulator) ? &vm->plan.pool : &vm->plan.emulator,
			pool));
}

static void
tell_started(const struct vm *vm)
{
	const struct plan *p = &vm->plan;
	char cpus[CPUS_TEXT_BYTES];

	tell_mapping(vm);
	if (p->vcpu_count == 0)
		log_notice("%s: QEMU is process %d; nothing is pinned", vm->definition->name,
			(int)vm->qemu.pid);
	else
		log_notice("%s: QEMU is process %d; %zu %s on host %s %s, level %s%s%s%s%s%s",
			vm->definition->name, (int)vm->qemu.pid, p->vcpu_count,
			p->vcpu_count == 1 ? "vCPU" : "vCPUs",
			cpus_count(&p->pinned) == 1 ? "CPU" : "CPUs", cpus_format(&p->pinned, cpus),
			level_text(p), p->way != WAY_AFFINITY ? " by " : "",
			p->way != WAY_AFFINITY ? way_name(p->way) : "",
			p->level_reason[0] != '\0' ? " (" : "", p->level_reason,
			p->level_reason[0] != '\0' ? ")" : "");
	if (p->level_hint[0] != '\0')
		log_notice("%s: for more isolation: %s", vm->definition->name, p->level_hint);
}

/* QEMU's state, by query-status: it must not have begun. */
static int
verify_prelaunch(struct vm *vm, struct error *e)
{
	auto_json cJSON *answer = NULL;
	const char *status;
	int r = qmp_command_take(&vm->qmp, "query-status", NULL, QMP_STEP_MS, &answer, e);

	if (r < 0)
		return r;
	status = json_string(answer, "status");
	if (status != NULL && (str_eq(status, "prelaunch") || str_eq(status, "inmigrate")))
		return 0;
	error_refuse(e, ERROR_HOST, NULL, "let the guest go");
	return error_why(e, "QEMU is in state %s already", status != NULL ? status : "unknown");
}

static int
read_threads(struct vm *vm, struct error *e)
{
	const struct threads_question question = {
		.qmp = &vm->qmp,
		.proc = &vm->host.roots.proc,
		.pid = vm->qemu.pid,
		.smp = &vm->plan.smp,
		.timeout_ms = QMP_STEP_MS,
	};

	return threads_read(&question, &vm->threads, e);
}

/* Start QEMU, and talk to it as soon as it speaks: preallocating memory may take it minutes. */
static int
begin(struct vm *vm, struct error *e)
{
	int fd = -1;
	int r = qemu_spawn(vm, &fd, e);

	if (r < 0)
		return r;
	vm->qmp.wire.fd = fd;
	r = vm_wait_for_greeting(vm, e);
	if (r < 0)
		return r;
	vm->qmp.wire.fd = -1;
	return qmp_open_take(fd, vm->qemu.pidfd, QMP_STEP_MS, &vm->qmp, e);
}

/* Nothing of it is lost by a stop before the guest runs. */
static int
go_on(struct vm *vm, struct error *e)
{
	struct pollfd signals = {.fd = vm->signal_fd, .events = POLLIN};

	if (manager_dispatch(&vm->host.manager, e) == 0 && !vm->host.manager.stop_requested &&
		poll(&signals, 1, 0) <= 0)
		return 0;
	error_sys(e, ECANCELED, NULL, "start the guest");
	return error_why(e, "we were told to stop before it ran");
}

static int
let_go(struct vm *vm, struct error *e)
{
	if (argv_has_flag(vm->definition, "S"))
		return 0;
	return qmp_command_take(&vm->qmp, "cont", NULL, QMP_STEP_MS, NULL, e);
}

static int
start(struct vm *vm, struct error *e)
{
	static int (*const steps[])(struct vm *, struct error *) = {
		begin, read_threads, place_threads, verify, verify_prelaunch, let_go};
	int r = 0;

	for (size_t i = 0; i < COUNT(steps) && r == 0; i++) {
		r = go_on(vm, e);
		if (r == 0)
			r = steps[i](vm, e);
	}
	return r;
}

int
vm_start(struct vm *vm, struct error *e)
{
	int r = start(vm, e);

	if (r == -ECHILD || r == -EPIPE) {
		vm_kill(vm);
		return vm_ended(vm, "start QEMU", e);
	}
	if (r == 0)
		tell_started(vm);
	return r;
}
