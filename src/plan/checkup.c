/* SPDX-License-Identifier: MIT */
/* What a look at the host found, and what mends it: the list, and the table of all there can be. */
#include "plan/checkup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static const struct {
	const char *name, *doc;
} table[CHECK_COUNT] = {
	[CHECK_KERNEL_CGROUP] = {"kernel.cgroup", "which cgroup hierarchies are mounted"},
	[CHECK_KERNEL_CPUSET] = {"kernel.cpuset", "the cpuset controller, and in which hierarchy"},
	[CHECK_KERNEL_REMOTE] = {"kernel.remote-partitions",
		"partitions that need no partition above them"},
	[CHECK_KERNEL_WORKQUEUES] = {"kernel.workqueues",
		"whether isolated partitions keep unbound workqueues off"},
	[CHECK_KERNEL_NUMA] = {"kernel.memory-policy", "whether memory can be bound to NUMA nodes"},
	[CHECK_LEVEL_AUTO] = {"level.auto",
		"the isolation that a VM of one vCPU gets here, from whoever calls"},
	[CHECK_LEVEL_V2] = {"level.v2", "the same with `backend: v2`"},
	[CHECK_LEVEL_V2_SHARED] = {"level.v2-shared", "the same with `backend: v2-shared`"},
	[CHECK_LEVEL_V1] = {"level.v1", "the same with `backend: v1`"},
	[CHECK_LEVEL_AFFINITY] = {"level.affinity", "the same with `backend: affinity`"},
	[CHECK_BOOT_ISOLCPUS] = {"boot.isolcpus",
		"CPUs isolated at boot, and whether other tasks keep off them"},
	[CHECK_BOOT_NOHZ_FULL] = {"boot.nohz_full", "CPUs that can do without a tick"},
	[CHECK_BOOT_RCU_NOCBS] = {"boot.rcu_nocbs", "CPUs whose RCU callbacks run elsewhere"},
	[CHECK_BOOT_MANAGED_IRQ] = {"boot.managed_irq",
		"whether managed interrupts keep off CPUs isolated at boot"},
	[CHECK_BOOT_THREADIRQS] = {"boot.threadirqs", "whether interrupts are handled in threads"},
	[CHECK_BOOT_CGROUP] = {"boot.cgroup", "boot parameters that take cgroup v2's cpuset away"},
	[CHECK_SYSTEMD_DELEGATION] = {"systemd.delegation",
		"whether systemd passes the cpuset controller on to users"},
	[CHECK_CGROUP_CPUSETS] = {"cgroup.cpusets",
		"cgroups at the top, not qpin's, that name CPUs"},
	[CHECK_CPU_OFFLINE] = {"cpu.offline", "CPUs that are offline"},
	[CHECK_CPU_SMT] = {"cpu.smt", "hardware threads that share a core"},
	[CHECK_CPU_GOVERNOR] = {"cpu.governor", "the governor of CPU frequencies"},
	[CHECK_CPU_IDLE] = {"cpu.idle", "how long CPUs take to wake up"},
	[CHECK_SCHED_RT] = {"sched.rt-throttling", "what real-time tasks may have of a CPU"},
	[CHECK_SCHED_EXT] = {"sched.ext", "whether a scheduler was loaded as a BPF program"},
	[CHECK_IRQ_IRQBALANCE] = {"irq.irqbalance",
		"irqbalance, and the CPUs that it was told to ban"},
	[CHECK_SERVICES_KNOWN] = {"services.known",
		"other programs that are known to set CPUs, cgroups or priorities of others"},
	[CHECK_SERVICES_LIBVIRT_HOOK] = {"services.libvirt-hook",
		"a hook of libvirt's that sets CPUs by itself"},
	[CHECK_SERVICES_CSET] = {"services.cset", "cpusets of `cset shield`"},
	[CHECK_KVM_DEVICE] = {"kvm.device", "/dev/kvm, and whether the caller may have it"},
	[CHECK_KVM_HALT_POLL] = {"kvm.halt_poll_ns",
		"how long KVM waits for a halted vCPU before its thread sleeps"},
	[CHECK_KVM_NX_HUGE_PAGES] = {"kvm.nx_huge_pages",
		"whether KVM splits huge pages that guests execute"},
	[CHECK_KVM_POSTED] = {"kvm.posted-interrupts",
		"whether guests get interrupts without an exit (APICv, AVIC)"},
	[CHECK_MEMORY_HUGEPAGES] = {"memory.hugepages", "huge pages that are reserved, and free"},
	[CHECK_MEMORY_TRANSPARENT] = {"memory.transparent-hugepages",
		"whether other memory can be of huge pages"},
	[CHECK_MEMORY_KSM] = {"memory.ksm", "whether the kernel merges pages that are the same"},
	[CHECK_MEMORY_NUMA_BALANCING] = {"memory.numa-balancing",
		"whether the kernel moves memory between nodes"},
	[CHECK_LIMIT_MEMLOCK] = {"limit.memlock", "how much memory the caller's QEMU may lock"},
	[CHECK_LIMIT_RTPRIO] = {"limit.rtprio", "the real-time priority that the caller may give"},
	[CHECK_VM_PROGRAM] = {"vm.program", "QEMU's program and user"},
	[CHECK_VM_PLAN] = {"vm.plan", "whether `run` would start it, and on which CPUs"},
	[CHECK_VM_LEVEL] = {"vm.level", "the isolation it would get, and why no more"},
	[CHECK_VM_WARNING] = {"vm.warning", "what `plan` warns of; there may be several"},
	[CHECK_VM_KVM] = {"vm.kvm", "KVM, if it asks for that"},
	[CHECK_VM_HUGEPAGES] = {"vm.hugepages", "the huge pages that its memory takes"},
	[CHECK_VM_MEMLOCK] = {"vm.memlock",
		"the memory that it locks: mem-lock=on, and passed-through devices"},
	[CHECK_VM_RTPRIO] = {"vm.rtprio", "the priorities of its schedulers"},
	[CHECK_VM_RT_THROTTLING] = {"vm.rt-throttling",
		"whether real-time vCPUs are stopped now and then"},
};

const char *
check_name(enum check_id id)
{
	return table[id].name;
}

const char *
check_doc(enum check_id id)
{
	return table[id].doc;
}

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_UNSEEN] = "unseen",
		[VERDICT_OK] = "ok",
		[VERDICT_ADVICE] = "advice",
		[VERDICT_PROBLEM] = "problem",
	};

	return names[verdict];
}

/* Names of programs and cgroups are others' to choose. */
static char *__attribute__((format(printf, 1, 0))) text_make(const char *format, va_list args)
{
	char *text = NULL;

	return vasprintf(&text, format, args) >= 0 ? str_clean(text) : NULL;
}

void
checkup_add(struct checkup *c, enum check_id id, enum verdict verdict, const char *text, ...)
{
	struct check *list = reallocarray(c->list, c->count + 1, sizeof(*list));
	va_list args;

	c->failed |= list == NULL;
	if (list == NULL)
		return;
	c->list = list;
	list[c->count] = (struct check){.id = id, .verdict = verdict};
	va_start(args, text);
	list[c->count].text = text_make(text, args);
	va_end(args);
	if (list[c->count].text != NULL)
		c->count++;
	else
		c->failed = true;
}

/* Put @text, which is owned, in the place that one is in; no text is none. */
static void
text_put(struct checkup *c, char **place, char *text)
{
	c->failed |= text == NULL;
	free(*place);
	*place = text;
	if (text == NULL || text[0] != '\0')
		return;
	free(text);
	*place = NULL;
}

void
checkup_hint(struct checkup *c, const char *hint, ...)
{
	va_list args;

	if (c->failed || c->count == 0)
		return;
	va_start(args, hint);
	text_put(c, &c->list[c->count - 1].hint, text_make(hint, args));
	va_end(args);
}

void
checkup_mend(struct checkup *c, const char *mend, ...)
{
	va_list args;

	if (c->failed || c->count == 0)
		return;
	va_start(args, mend);
	text_put(c, &c->list[c->count - 1].mend, text_make(mend, args));
	va_end(args);
}

enum verdict
checkup_worst(const struct checkup *c)
{
	enum verdict worst = VERDICT_OK;

	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].verdict > worst)
			worst = c->list[i].verdict;
	}
	return worst;
}

void
checkup_done(struct checkup *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].text);
		free(c->list[i].hint);
		free(c->list[i].mend);
	}
	free(c->list);
	*c = (struct checkup){0};
}
