/* SPDX-License-Identifier: MIT */
/* Which vCPUs are on which host CPUs now. */
#include "supervise/seated.h"

#include <errno.h>

#include "base/error.h"
#include "host/task.h"
#include "supervise/vm.h"

void
seated_cpus(const struct vm *vm, struct cpus *ret)
{
	*ret = vm->plan.pinned;
	for (size_t i = 0; i < vm->seats.count; i++)
		cpus_add(ret, vm->seats.list[i].vcpu.os_cpu);
}

int
seated_cpu(const struct vm *vm, const struct vcpu_thread *v)
{
	const struct plan_vcpu *named = plan_vcpu_find(&vm->plan, v->socket, v->core, v->thread);

	for (size_t i = 0; i < vm->seats.count; i++) {
		if (vm->seats.list[i].tid == v->tid)
			return (int)vm->seats.list[i].vcpu.os_cpu;
	}
	if (named == NULL || !cpus_has(&vm->plan.pinned, named->os_cpu))
		return -1;
	return (int)named->os_cpu;
}

/* Whether the thread is there; the CPUs that it may run on come to those of @ret. */
static bool
is_there(pid_t tid, struct cpus *ret)
{
	struct cpus cpus = {0};
	struct error ignored;
	int r = task_read_affinity(tid, &cpus, &ignored);

	if (ret != NULL)
		cpus_unite(ret, &cpus);
	return r != -ESRCH;
}

size_t
seated_on(const struct vm *vm, unsigned os_cpu, pid_t *tids, struct cpus *ret)
{
	size_t count = 0;

	if (ret != NULL)
		cpus_clear(ret);
	for (size_t i = 0; i < vm->threads.vcpu_count; i++) {
		const struct vcpu_thread *v = &vm->threads.vcpus[i];

		if (seated_cpu(vm, v) == (int)os_cpu && is_there(v->tid, ret))
			tids[count++] = v->tid;
	}
	return count;
}
