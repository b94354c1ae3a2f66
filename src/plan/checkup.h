/* SPDX-License-Identifier: MIT */
/* What a look at the host found, and what mends it: the list, and the table of all there can be. */
#ifndef QPIN_PLAN_CHECKUP_H
#define QPIN_PLAN_CHECKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ordered: the last is the worst. */
enum verdict {
	VERDICT_UNSEEN, /* the caller may not see it */
	VERDICT_OK,
	VERDICT_ADVICE,  /* virtual machines work, but not as well as they could */
	VERDICT_PROBLEM, /* some don't start, or are not isolated */
	VERDICT_COUNT,
};

/* In the order in which they are told. */
enum check_id {
	CHECK_KERNEL_CGROUP,
	CHECK_KERNEL_CPUSET,
	CHECK_KERNEL_REMOTE,
	CHECK_KERNEL_WORKQUEUES,
	CHECK_KERNEL_NUMA,
	CHECK_LEVEL_AUTO,
	CHECK_LEVEL_V2,
	CHECK_LEVEL_V2_SHARED,
	CHECK_LEVEL_V1,
	CHECK_LEVEL_AFFINITY,
	CHECK_BOOT_ISOLCPUS,
	CHECK_BOOT_NOHZ_FULL,
	CHECK_BOOT_RCU_NOCBS,
	CHECK_BOOT_MANAGED_IRQ,
	CHECK_BOOT_THREADIRQS,
	CHECK_BOOT_CGROUP,
	CHECK_SYSTEMD_DELEGATION,
	CHECK_CGROUP_CPUSETS,
	CHECK_CPU_OFFLINE,
	CHECK_CPU_SMT,
	CHECK_CPU_GOVERNOR,
	CHECK_CPU_IDLE,
	CHECK_SCHED_RT,
	CHECK_SCHED_EXT,
	CHECK_IRQ_IRQBALANCE,
	CHECK_SERVICES_KNOWN,
	CHECK_SERVICES_LIBVIRT_HOOK,
	CHECK_SERVICES_CSET,
	CHECK_KVM_DEVICE,
	CHECK_KVM_HALT_POLL,
	CHECK_KVM_NX_HUGE_PAGES,
	CHECK_KVM_POSTED,
	CHECK_MEMORY_HUGEPAGES,
	CHECK_MEMORY_TRANSPARENT,
	CHECK_MEMORY_KSM,
	CHECK_MEMORY_NUMA_BALANCING,
	CHECK_LIMIT_MEMLOCK,
	CHECK_LIMIT_RTPRIO,
	CHECK_VM_PROGRAM,
	CHECK_VM_PLAN,
	CHECK_VM_LEVEL,
	CHECK_VM_WARNING,
	CHECK_VM_KVM,
	CHECK_VM_HUGEPAGES,
	CHECK_VM_MEMLOCK,
	CHECK_VM_RTPRIO,
	CHECK_VM_RT_THROTTLING,
	CHECK_COUNT,
};

/* One thing that was looked at. */
struct check {
	enum check_id id;
	enum verdict verdict;
	char *text; /* owned; a sentence without a full stop, in one line */
	char *hint; /* owned; what a person does about it, where no command does; NULL */
	char *mend; /* owned; a command for root's shell that does away with it; NULL */
};

/* Starts as {0}. Lack of memory is remembered (failed), and seen once at the end. */
struct checkup {
	struct check *list; /* owned */
	size_t count;
	bool failed;
};

/* check_name - "kernel.cpuset": what it's called for ever; static */
const char *check_name(enum check_id id);

/* check_doc - what is looked at, for the manual page: a noun phrase; static */
const char *check_doc(enum check_id id);

/* verdict_name - "unseen", "ok", "advice", "problem"; static */
const char *verdict_name(enum verdict verdict);

/*
 * checkup_add - append what was found. @text: printf format; control bytes become "?"
 */
void checkup_add(struct checkup *c, enum check_id id, enum verdict verdict, const char *text, ...)
	__attribute__((format(printf, 4, 5)));

/* checkup_hint, checkup_mend - what to do about the one that was added last; no text is none */
void checkup_hint(struct checkup *c, const char *hint, ...) __attribute__((format(printf, 2, 3)));
void checkup_mend(struct checkup *c, const char *mend, ...) __attribute__((format(printf, 2, 3)));

/* checkup_worst - the worst verdict; VERDICT_OK at least */
enum verdict checkup_worst(const struct checkup *c);

void checkup_done(struct checkup *c);

#endif
