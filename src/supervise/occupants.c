/* SPDX-License-Identifier: MIT */
/* Whose CPUs are: the threads of QEMUs that have one each. */
#include "supervise/occupants.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "host/task.h"
#include "qemu/find.h"
#include "qemu/names.h"
#include "report/status.h"
#include "supervise/view.h"

static int
cpus_set(struct proof *ret, const struct cpus *cpus, struct error *e)
{
	ret->cpus = calloc(cpus_count(cpus) + 1, sizeof(*ret->cpus));
	if (ret->cpus == NULL)
		return error_sys(e, ENOMEM, NULL, "look at CPUs");
	cpus_each (os_cpu, cpus)
		ret->cpus[ret->count++].tally.os_cpu = (unsigned)os_cpu;
	return 0;
}

static struct proof_cpu *
cpu_find(const struct proof *proof, unsigned os_cpu)
{
	for (size_t i = 0; i < proof->count; i++) {
		if (proof->cpus[i].tally.os_cpu == os_cpu)
			return &proof->cpus[i];
	}
	return NULL;
}

void
occupants_cpus(const struct proof *proof, struct cpus *ret)
{
	cpus_clear(ret);
	for (size_t i = 0; i < proof->count; i++)
		cpus_add(ret, proof->cpus[i].tally.os_cpu);
}

static bool
has_one(const struct cpus *cpus)
{
	return cpus_count(cpus) == 1;
}

static bool
thread_counts(const struct status_thread *t)
{
	return (t->role == STATUS_VCPU || t->role == STATUS_IOTHREAD) && has_one(&t->cpus);
}

static int
occupy(struct proof *proof, const struct status_vm *vm, const struct status_thread *t)
{
	struct proof_cpu *cpu;

	if (!thread_counts(t))
		return 0;
	cpu = cpu_find(proof, (unsigned)cpus_next(&t->cpus, 0));
	return cpu != NULL ? tally_occupy(&cpu->tally, vm->qemu, t->tid, t->label) : 0;
}

static int
vms_take(const struct status *status, struct proof *ret, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < status->vm_count; i++) {
		for (size_t j = 0; j < status->vms[i].thread_count && r == 0; j++)
			r = occupy(ret, &status->vms[i], &status->vms[i].threads[j]);
	}
	return r < 0 ? error_sys(e, -r, NULL, "look at CPUs") : 0;
}

static int
vm_take(const struct status *status, struct proof *ret, struct error *e)
{
	const struct status_vm *vm = &status->vms[0];
	struct cpus cpus = {0};
	int r;

	for (size_t i = 0; i < vm->thread_count; i++) {
		if (thread_counts(&vm->threads[i]))
			cpus_unite(&cpus, &vm->threads[i].cpus);
	}
	if (cpus_empty(&cpus)) {
		error_sys(e, ESRCH, NULL, "verify VM %s", vm->name);
		error_why(e, "none of its threads has a CPU of its own");
		return error_hint(e, "qpin status %s", vm->name);
	}
	r = cpus_set(ret, &cpus, e);
	return r < 0 ? r : vms_take(status, ret, e);
}

int
occupants_of_vm(const char *name, struct proof *ret, struct error *e)
{
	char text[65]; /* name_is_safe() */
	char *const names[] = {text};
	const struct view_request request = {.names = names, .name_count = 1};
	struct status status = {0};
	int r;

	(void)snprintf(text, sizeof(text), "%s", name);
	ret->vm = name;
	r = view_look(&request, &status, e);
	if (r == 0 && status.vm_count == 0) {
		error_sys(e, ESRCH, NULL, "verify VM %s", name);
		error_why(e, "it does not run");
		r = error_hint(e, "qpin list");
	}
	if (r == 0)
		r = vm_take(&status, ret, e);
	status_done(&status);
	return r;
}

struct scan {
	const struct root *proc;
	struct proof *ret;
};

static int
thread_look(pid_t pid, pid_t tid, void *data)
{
	const struct scan *scan = data;
	struct thread_name name;
	struct error ignored;
	struct cpus cpus;
	struct proof_cpu *cpu;
	char file[64], text[TASK_NAME_BYTES], label[THREAD_TEXT_BYTES];

	if (task_read_affinity(tid, &cpus, &ignored) < 0 || !has_one(&cpus))
		return 0;
	cpu = cpu_find(scan->ret, (unsigned)cpus_next(&cpus, 0));
	(void)snprintf(file, sizeof(file), "%d/task/%d/comm", (int)pid, (int)tid);
	if (cpu == NULL || file_read(scan->proc, file, text, sizeof(text), &ignored) < 0)
		return 0;
	thread_name_parse(text, &name);
	if ((name.kind != THREAD_VCPU && name.kind != THREAD_IO) || !find_is_qemu(scan->proc, pid))
		return 0;
	if (tally_is_occupant(&cpu->tally, tid))
		return 0;
	(void)snprintf(label, sizeof(label), "%s %s",
		name.kind == THREAD_VCPU ? "vCPU" : "iothread", name.part);
	return tally_occupy(&cpu->tally, pid, tid, label);
}

int
occupants_of_cpus(
	const struct root *proc, const struct cpus *cpus, struct proof *ret, struct error *e)
{
	const struct view_request request = {0};
	struct scan scan = {.proc = proc, .ret = ret};
	struct status status = {0};
	int r = cpus_set(ret, cpus, e);

	if (r == 0)
		r = view_look(&request, &status, e);
	if (r == 0)
		r = vms_take(&status, ret, e);
	status_done(&status);
	return r < 0 ? r : task_each(proc, thread_look, &scan, e);
}

bool
occupants_stay(const struct proof_cpu *cpu)
{
	for (size_t i = 0; i < cpu->tally.occupant_count; i++) {
		struct error ignored;
		struct cpus cpus;

		if (task_read_affinity(cpu->tally.occupants[i].tid, &cpus, &ignored) < 0 ||
			!has_one(&cpus) || !cpus_has(&cpus, cpu->tally.os_cpu))
			return false;
	}
	return true;
}
