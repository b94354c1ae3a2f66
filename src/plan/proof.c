/* SPDX-License-Identifier: MIT */
/* Whether CPUs were their occupants' alone. */
#include "plan/proof.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"

static const char *const softirqs[SOFTIRQ_COUNT] = {
	[SOFTIRQ_HI] = "HI",
	[SOFTIRQ_TIMER] = "TIMER",
	[SOFTIRQ_NET_TX] = "NET_TX",
	[SOFTIRQ_NET_RX] = "NET_RX",
	[SOFTIRQ_BLOCK] = "BLOCK",
	[SOFTIRQ_IRQ_POLL] = "IRQ_POLL",
	[SOFTIRQ_TASKLET] = "TASKLET",
	[SOFTIRQ_SCHED] = "SCHED",
	[SOFTIRQ_HRTIMER] = "HRTIMER",
	[SOFTIRQ_RCU] = "RCU",
};

static const char *const vectors[VECTOR_COUNT] = {
	[VECTOR_LOCAL_TIMER] = "local timer",
	[VECTOR_RESCHEDULE] = "reschedule",
	[VECTOR_CALL_FUNCTION] = "function call",
	[VECTOR_CALL_FUNCTION_SINGLE] = "single function call",
	[VECTOR_IRQ_WORK] = "IRQ work",
	[VECTOR_PLATFORM_IPI] = "platform IPI",
	[VECTOR_THERMAL] = "thermal event",
	[VECTOR_THRESHOLD] = "machine check threshold",
	[VECTOR_DEFERRED_ERROR] = "deferred error",
	[VECTOR_ERROR] = "APIC error",
	[VECTOR_SPURIOUS] = "spurious interrupt",
};

const char *
proof_verdict_text(enum proof_verdict verdict)
{
	static const char *const texts[PROOF_VERDICTS] = {
		[PROOF_PASS] = "pass",
		[PROOF_UNPROVEN] = "unproven",
		[PROOF_FAIL] = "fail",
	};

	return texts[verdict];
}

const char *
proof_source_text(enum trace_source source)
{
	static const char *const texts[] = {
		[TRACE_TASK] = "task",
		[TRACE_IRQ] = "irq",
		[TRACE_SOFTIRQ] = "softirq",
		[TRACE_VECTOR] = "vector",
		[TRACE_NMI] = "nmi",
		[TRACE_WORK] = "work",
		[TRACE_TIMER] = "timer",
	};

	return texts[source];
}

const char *
proof_who_text(enum who who)
{
	static const char *const texts[] = {
		[WHO_UNKNOWN] = "ended",
		[WHO_ENDED] = "ended",
		[WHO_USER] = "user",
		[WHO_SAME_VM] = "same-vm",
		[WHO_KERNEL] = "kernel",
		[WHO_CPUS_OWN] = "kernel-this-cpu",
		[WHO_NO_TASK] = NULL,
	};

	return texts[who];
}

/* Those that a device's interrupt, or who has to do with one, raises. */
static bool
softirq_is_devices(uint64_t number)
{
	return number == SOFTIRQ_HI || number == SOFTIRQ_NET_TX || number == SOFTIRQ_NET_RX ||
	       number == SOFTIRQ_BLOCK || number == SOFTIRQ_IRQ_POLL || number == SOFTIRQ_TASKLET;
}

bool
proof_is_foreign(const struct disturber *d)
{
	switch (d->source) {
	case TRACE_TASK:
		return d->who != WHO_CPUS_OWN;
	case TRACE_IRQ:
		return true;
	case TRACE_SOFTIRQ:
		return softirq_is_devices(d->id);
	case TRACE_VECTOR:
	case TRACE_NMI:
	case TRACE_WORK:
	case TRACE_TIMER:
		return false;
	}
	return true;
}

/* Source: Linux kernel/time/tick-sched.c and tick-common.c; renamed in 6.8. */
bool
proof_is_tick(const struct disturber *d)
{
	return d->source == TRACE_TIMER &&
	       (str_eq(d->name, "tick_sched_timer") || str_eq(d->name, "tick_nohz_handler"));
}

void
proof_who(const struct disturber *d, struct buf *out)
{
	switch (d->who) {
	case WHO_UNKNOWN:
	case WHO_ENDED:
		buf_add(out, "has ended");
		return;
	case WHO_USER:
		buf_add(out, "a program");
		return;
	case WHO_SAME_VM:
		buf_add(out, "another thread of the same QEMU");
		return;
	case WHO_KERNEL:
		buf_add(out, "a kernel thread that can run elsewhere");
		return;
	case WHO_CPUS_OWN:
		buf_add(out, "a kernel thread of this CPU");
		return;
	case WHO_NO_TASK:
		return;
	}
}

static void
numbered_name(
	const char *kind, const char *const *names, size_t count, uint64_t id, struct buf *out)
{
	if (id < count)
		buf_printf(out, "%s %s", kind, names[id]);
	else
		buf_printf(out, "%s %" PRIu64, kind, id);
}

static void
function_name(const char *kind, const struct disturber *d, struct buf *out)
{
	if (d->name[0] != '\0')
		buf_printf(out, "%s %s", kind, d->name);
	else
		buf_printf(out, "%s 0x%" PRIx64, kind, d->id);
}

void
proof_name(const struct disturber *d, struct buf *out)
{
	switch (d->source) {
	case TRACE_TASK:
		if (d->id == 0)
			buf_add(out, "tasks beyond those that are listed");
		else
			buf_printf(out, "%s, thread %" PRIu64, d->name, d->id);
		return;
	case TRACE_IRQ:
		buf_printf(out, "IRQ %" PRIu64, d->id);
		if (d->name[0] != '\0')
			buf_printf(out, " (%s)", d->name);
		return;
	case TRACE_SOFTIRQ:
		numbered_name("softirq", softirqs, SOFTIRQ_COUNT, d->id, out);
		return;
	case TRACE_VECTOR:
		numbered_name("interrupt:", vectors, VECTOR_COUNT, d->id, out);
		return;
	case TRACE_NMI:
		if (d->id == 0)
			buf_add(out, "NMI");
		else
			function_name("NMI", d, out);
		return;
	case TRACE_WORK:
		function_name("work", d, out);
		return;
	case TRACE_TIMER:
		function_name("timer", d, out);
		return;
	}
}

static const char *
task_hint(enum who who)
{
	switch (who) {
	case WHO_UNKNOWN:
	case WHO_ENDED:
	case WHO_USER:
		return "isolation: isolated keeps all tasks off that are not put there by hand";
	case WHO_SAME_VM:
		return "give QEMU's other threads other CPUs: emulator_cpus, iothread_pinning";
	case WHO_KERNEL:
		return "isolation: quiet moves kernel threads and unbound workqueues off";
	case WHO_CPUS_OWN:
	case WHO_NO_TASK:
		return NULL;
	}
	return NULL;
}

/* Source: Linux arch/x86/events/core.c, arch/x86/events/amd/ibs.c, arch/x86/kernel/apic/hw_nmi.c.
 */
static const char *
nmi_hint(const struct disturber *d)
{
	if (d->id == 0 || str_starts(d->name, "perf_"))
		return "it is the hard lockup detector's, or perf's: isolation: quiet keeps the "
		       "detector off, kernel.nmi_watchdog=0 ends it";
	if (str_eq(d->name, "nmi_cpu_backtrace_handler"))
		return "a CPU was asked where it is, by SysRq-L or a lockup: the kernel's log "
		       "tells";
	return "it is of hardware, firmware or a debugger: the kernel's log may tell";
}

const char *
proof_hint(const struct disturber *d)
{
	if (d->source == TRACE_NMI)
		return nmi_hint(d);
	if (d->source == TRACE_TASK)
		return task_hint(d->who);
	if (d->source == TRACE_IRQ)
		return "isolation: quiet moves interrupts off; by hand: "
		       "/proc/irq/NUMBER/smp_affinity_list";
	if (d->source == TRACE_SOFTIRQ && softirq_is_devices(d->id))
		return "it is raised by interrupts and sockets of this CPU: isolation: quiet, and "
		       "no rps_cpus or xps_cpus that has it";
	if (d->source == TRACE_SOFTIRQ && d->id == SOFTIRQ_SCHED) /* cgroup/busy.h */
		return "when it idles, it is to balance the load of others: a CPU that qpin run "
		       "isolates isn't, nor one of isolcpus=";
	if (proof_is_tick(d))
		return "nohz_full= at boot stops most of it";
	return NULL;
}

static void
unproven(struct proof_cpu *cpu, const char *reason)
{
	cpu->verdict = PROOF_UNPROVEN;
	cpu->reason = reason;
}

/* Who had the CPU before and all the time is never put there; then no occupant ran. */
static bool
occupant_ran(const struct proof_cpu *cpu, uint64_t ns)
{
	return cpu->own > 0 || cpu->run_ns > ns - ns / 10;
}

/* By the counts alone. */
static void
counted_judge(struct proof_cpu *cpu, uint64_t ns)
{
	if (!cpu->has_switches)
		unproven(cpu, "this kernel does not count what ran");
	else if (cpu->others > 0)
		unproven(cpu, "other tasks were put there, maybe the kernel's own: root can tell");
	else if (!occupant_ran(cpu, ns))
		unproven(cpu, "nothing was put there, and who was there before, is not known");
}

/* What was seen; without all that, no CPU passes. */
static void
traced_judge(struct proof_cpu *cpu)
{
	for (size_t i = 0; i < cpu->tally.count; i++) {
		if (proof_is_foreign(&cpu->tally.list[i])) {
			cpu->verdict = PROOF_FAIL;
			return;
		}
	}
	if (cpu->tally.failed)
		unproven(cpu, "there was no memory to count everything");
	else if (!cpu->tally.is_known)
		unproven(cpu, "the kernel told nothing of it");
	else if (cpu->lost > 0)
		unproven(cpu, "the kernel had no room for all events");
}

static void
cpu_judge(struct proof_cpu *cpu, const struct proof *proof)
{
	cpu->verdict = PROOF_PASS;
	cpu->reason = NULL;
	if (proof->is_traced)
		traced_judge(cpu);
	else
		counted_judge(cpu, proof->ns);
	if (cpu->verdict == PROOF_PASS && cpu->is_unsteady)
		unproven(cpu, "it was offline, or who it belongs to ended or moved meanwhile");
}

enum proof_verdict
proof_judge(struct proof *proof)
{
	proof->verdict = PROOF_PASS;
	for (size_t i = 0; i < proof->count; i++) {
		cpu_judge(&proof->cpus[i], proof);
		if (proof->cpus[i].verdict > proof->verdict)
			proof->verdict = proof->cpus[i].verdict;
	}
	return proof->verdict;
}

void
proof_done(struct proof *proof)
{
	for (size_t i = 0; i < proof->count; i++) {
		tally_done(&proof->cpus[i].tally);
		free(proof->cpus[i].natives);
	}
	free(proof->cpus);
	*proof = (struct proof){0};
}
