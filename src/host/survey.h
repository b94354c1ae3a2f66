/* SPDX-License-Identifier: MIT */
/*
 * What of a host disturbs, slows or refuses virtual machines, beside what a plan rests on
 * (host/facts.h). Only read; what can't be read is left out, and said to be unknown.
 */
#ifndef QPIN_HOST_SURVEY_H
#define QPIN_HOST_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "host/facts.h"

struct error;
struct host;
struct root;

enum {
	SURVEY_WORD_BYTES = 32,   /* a governor, a switch of the kernel's */
	SURVEY_VALUE_BYTES = 256, /* of a boot parameter; a longer one is cut */
	SURVEY_IDLE_STATES = 10,  /* Source: Linux include/linux/cpuidle.h, CPUIDLE_STATE_MAX */
	SURVEY_PROGRAMS = 16,     /* as many known programs are told */
	SURVEY_PAGE_POOLS = 512,  /* sizes of huge pages times nodes; more are left out */
	SURVEY_CPUSETS = 8,       /* as many foreign cpusets are told */
	SURVEY_NAME_BYTES = 64,   /* of a cgroup */
};

/* A whole number in a file of the kernel's. */
struct tunable {
	bool is_known;
	int64_t value;
};

/* The kernel's command line. A parameter that isn't there is "". */
struct boot_line {
	bool is_known;
	char isolcpus[SURVEY_VALUE_BYTES];
	char cgroup_disable[SURVEY_VALUE_BYTES];
	char cgroup_no_v1[SURVEY_VALUE_BYTES];
	char unified[SURVEY_WORD_BYTES]; /* systemd.unified_cgroup_hierarchy; "1" without a value */
	bool threadirqs;
	bool idle_poll; /* idle=poll */
};

/* An idle state, by its index; CPUs of two kinds may call it differently: the first one's name. */
struct idle_state {
	char name[SURVEY_WORD_BYTES];
	uint32_t latency_us; /* the longest that any CPU takes to leave it */
	struct cpus enabled; /* CPUs that may enter it */
};

/* How CPUs save power. */
struct saving_facts {
	char driver[SURVEY_WORD_BYTES]; /* of frequencies; "" when the kernel has no say in them */
	struct cpus governed;           /* CPUs that have a governor */
	struct cpus performance;        /* those of them whose governor is that */
	char other[SURVEY_WORD_BYTES];  /* the first other governor; "" when there is none */
	struct idle_state idle[SURVEY_IDLE_STATES];
	size_t idle_count;           /* 0: the kernel has no say in it */
	char smt[SURVEY_WORD_BYTES]; /* on, off, forceoff, notsupported, notimplemented; "" */
};

struct kvm_facts {
	int open_errno; /* why the caller can't open /dev/kvm for reading and writing; 0: he can */
	bool cpu_can;   /* the processor's flags have vmx or svm */
	bool is_amd;    /* svm */
	bool cpu_posts; /* it can post interrupts to guests: posted_intr, avic */
	bool loaded;    /* kvm_intel or kvm_amd is there */
	struct tunable halt_poll_ns;
	char nx_huge_pages[SURVEY_WORD_BYTES]; /* Y, N, …; "" */
	char posts[SURVEY_WORD_BYTES];         /* enable_apicv, avic: Y, N; "" */
};

/* The huge pages of one size in one node. */
struct page_pool {
	uint64_t page_bytes;
	int node; /* -1: of the whole host */
	uint64_t total, free;
};

struct memory_facts {
	struct page_pool *pools; /* owned */
	size_t pool_count;
	uint64_t default_bytes; /* of a huge page, when none is named; 0: there are none */
	char transparent[SURVEY_WORD_BYTES]; /* always, madvise, never; "" */
	struct tunable ksm;                  /* 1: pages are compared and merged */
	struct tunable numa_balancing;
};

/* A program that runs and has its own mind about CPUs, as far as it is known by its name. */
struct program {
	char name[SURVEY_WORD_BYTES]; /* its task's name, of at most 15 bytes */
	pid_t pid;
};

struct irqbalance_facts {
	pid_t pid;       /* 0: it doesn't run */
	bool bans_known; /* its environment could be read */
	bool has_bans;   /* it was told what to ban; else: CPUs isolated or tickless from boot on */
	struct cpus banned; /* by its environment; bans told over its socket aren't seen */
};

/* A cgroup straight below the v2 root, not qpin's, that names CPUs. */
struct foreign_cpuset {
	char name[SURVEY_NAME_BYTES];
	struct cpus cpus;
	bool is_partition;
};

struct tree_facts {
	struct foreign_cpuset cpusets[SURVEY_CPUSETS];
	size_t cpuset_count;
	unsigned managers;  /* users' service managers that run */
	unsigned delegated; /* those of them that have the cpuset controller */
};

/* What the caller's programs may have at most. */
struct limit_facts {
	char user[SURVEY_NAME_BYTES]; /* the caller's name; "" when he has none */
	uint64_t memlock_bytes;       /* hard limit; UINT64_MAX: none */
	uint64_t memlock_soft_bytes;  /* what a program has that doesn't ask for more */
	uint64_t rtprio;              /* hard limit; a privileged caller has none */
	bool may_lock;                /* CAP_IPC_LOCK */
	bool may_schedule;            /* CAP_SYS_NICE */
};

struct survey {
	struct boot_line boot;
	struct saving_facts power;
	struct kvm_facts kvm;
	struct memory_facts memory;
	struct irqbalance_facts irqbalance;
	struct program programs[SURVEY_PROGRAMS];
	size_t program_count;
	bool libvirt_hook; /* libvirt's hook for QEMU has commands that set CPUs */
	bool cset_shield;  /* cgroup v1 has the cpusets of `cset shield` */
	struct tree_facts tree;
	struct limit_facts limits;
	struct tunable rt_runtime_us, rt_period_us;
	struct tunable fair_server; /* 1: tasks without priority don't starve in any case; unknown
				       without debugfs */
	char sched_ext[SURVEY_WORD_BYTES]; /* enabled, disabled; "" */
};

/*
 * survey_load - read all of struct survey
 *
 * @topology tells the CPUs. Changes nothing. Returns 0 or -errno (out of memory, no "/"); the
 * caller calls survey_done() in any case.
 */
int survey_load(
	struct host *host, const struct topology *topology, struct survey *ret, struct error *e);
void survey_done(struct survey *s);

/* tunable_read - a whole number in file @name; unknown when it isn't there, or is none */
struct tunable tunable_read(const struct root *root, const char *name);

/* word_read - the file's only word; "" when it isn't there, or is longer than SURVEY_WORD_BYTES */
void word_read(const struct root *root, const char *name, char *ret);

/* choice_read - of words of which the one in force is in brackets, that one; "" as word_read() */
void choice_read(const struct root *root, const char *name, char *ret);

#endif
