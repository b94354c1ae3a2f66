/* SPDX-License-Identifier: MIT */
/* The keys of `launcher:`, in one table: parser, checks, schema and manual page all read it. */
#include "config/keys.h"

#include <sched.h>

#include "base/cleanup.h"
#include "config/draft.h"

enum {
	PRIORITY_MAX = 255,      /* as the predecessor reads it; policies allow less */
	SHUTDOWN_TIMEOUT_S = 60, /* what a guest's orderly shutdown may take */
	SHUTDOWN_TIMEOUT_MAX_S = 86400,
	DEADLINE_MIN_US = 2, /* the kernel's least is 1,024 ns */
	DEADLINE_MAX_US = 1000000000,
	IDLE_LATENCY_MAX_US = 1000000, /* no idle state takes a second */
};

const struct key_word isolation_words[] = {
	{.name = "auto", .value = ISOLATION_AUTO},
	{.name = "affinity", .value = ISOLATION_AFFINITY},
	{.name = "cpuset", .value = ISOLATION_CPUSET},
	{.name = "exclusive", .value = ISOLATION_EXCLUSIVE},
	{.name = "isolated", .value = ISOLATION_ISOLATED},
	{.name = "quiet", .value = ISOLATION_QUIET},
	{.name = NULL},
};

const struct key_word host_tasks_words[] = {
	{.name = "auto", .value = HOST_TASKS_AUTO},
	{.name = "exclude", .value = HOST_TASKS_EXCLUDE},
	{.name = "migrate", .value = HOST_TASKS_MIGRATE},
	{.name = "leave", .value = HOST_TASKS_LEAVE},
	{.name = NULL},
};

static const struct key_word on_degraded_words[] = {
	{.name = "warn", .value = ON_DEGRADED_WARN},
	{.name = "pause", .value = ON_DEGRADED_PAUSE},
	{.name = "stop", .value = ON_DEGRADED_STOP},
	{.name = NULL},
};

static const struct key_word backend_words[] = {
	{.name = "auto", .value = BACKEND_AUTO},
	{.name = "v2", .value = BACKEND_V2},
	{.name = "v2-shared", .value = BACKEND_V2_SHARED},
	{.name = "v1", .value = BACKEND_V1},
	{.name = "affinity", .value = BACKEND_AFFINITY},
	{.name = NULL},
};

static const struct key_word seccomp_words[] = {
	{.name = "auto", .value = SECCOMP_AUTO},
	{.name = "on", .value = SECCOMP_ON},
	{.name = "off", .value = SECCOMP_OFF},
	{.name = NULL},
};

static const struct key_word vcpu_policies[] = {
	{.name = "batch", .value = SCHED_BATCH},
	{.name = "deadline", .value = SCHED_DEADLINE},
	{.name = "fifo", .value = SCHED_FIFO},
	{.name = "idle", .value = SCHED_IDLE},
	{.name = "other", .value = SCHED_OTHER},
	{.name = "rr", .value = SCHED_RR},
	{.name = NULL},
};

static const struct key_word other_policies[] = {
	{.name = "batch", .value = SCHED_BATCH},
	{.name = "deadline", .value = SCHED_DEADLINE, .refusal = "is for vCPUs alone"},
	{.name = "fifo", .value = SCHED_FIFO},
	{.name = "idle", .value = SCHED_IDLE},
	{.name = "other", .value = SCHED_OTHER},
	{.name = "rr", .value = SCHED_RR},
	{.name = NULL},
};

static const struct key keys[] = {
	{.name = "binary",
		.type = KEY_TEXT,
		.mandatory = true,
		.doc = "QEMU's program: a name that is looked up in $PATH, or a path.",
		.offset = offsetof(struct draft, d.binary)},
	{.name = "clear_env",
		.type = KEY_BOOL,
		.doc = "Start QEMU with an empty environment, apart from what env gives it.",
		.offset = offsetof(struct draft, d.clear_env)},
	{.name = "env",
		.type = KEY_ENV,
		.doc = "Environment variables for QEMU: a mapping of names to values. Numbers and "
		       "booleans are passed as they are written.",
		.offset = offsetof(struct draft, d.env)},
	{.name = "debug",
		.type = KEY_BOOL,
		.doc = "Tell in detail what is done, such as which thread runs on which CPU.",
		.offset = offsetof(struct draft, d.debug)},
	{.name = "user",
		.type = KEY_ID,
		.doc = "Run QEMU as this user: a number or a name.",
		.offset = offsetof(struct draft, d.user)},
	{.name = "group",
		.type = KEY_ID,
		.doc = "Run QEMU with this group: a number or a name.",
		.offset = offsetof(struct draft, d.group)},
	{.name = "scheduler",
		.type = KEY_WORD,
		.words = vcpu_policies,
		.doc = "Scheduling policy of the vCPU threads. fifo and rr need priority as well; "
		       "deadline needs sched_runtime_us and sched_deadline_us.",
		.offset = offsetof(struct draft, vcpu.policy),
		.place_offset = offsetof(struct draft, vcpu.policy_place)},
	{.name = "priority",
		.type = KEY_INT,
		.max = PRIORITY_MAX,
		.needs = "scheduler",
		.doc = "Priority of the vCPU threads, only together with scheduler: 1 to 99 for "
		       "fifo and rr, 0 for the other policies.",
		.offset = offsetof(struct draft, vcpu.priority),
		.place_offset = offsetof(struct draft, vcpu.priority_place)},
	{.name = "sched_runtime_us",
		.type = KEY_INT,
		.min = DEADLINE_MIN_US,
		.max = DEADLINE_MAX_US,
		.unit = "microseconds",
		.needs = "scheduler",
		.doc = "For scheduler: deadline, the CPU time that a vCPU gets in each period. Not "
		       "more than sched_deadline_us.",
		.offset = offsetof(struct draft, vcpu.runtime_us),
		.place_offset = offsetof(struct draft, vcpu.runtime_place)},
	{.name = "sched_deadline_us",
		.type = KEY_INT,
		.min = DEADLINE_MIN_US,
		.max = DEADLINE_MAX_US,
		.unit = "microseconds",
		.needs = "scheduler",
		.doc = "For scheduler: deadline, the time within which a vCPU gets its runtime. "
		       "Not more than sched_period_us.",
		.offset = offsetof(struct draft, vcpu.deadline_us),
		.place_offset = offsetof(struct draft, vcpu.deadline_place)},
	{.name = "sched_period_us",
		.type = KEY_INT,
		.min = DEADLINE_MIN_US,
		.max = DEADLINE_MAX_US,
		.unit = "microseconds",
		.needs = "scheduler",
		.doc = "For scheduler: deadline, the period; as long as sched_deadline_us when it "
		       "isn't given.",
		.offset = offsetof(struct draft, vcpu.period_us),
		.place_offset = offsetof(struct draft, vcpu.period_place)},
	{.name = "vcpu_pinning",
		.type = KEY_PINNING,
		.max = CPUS_MAX - 1,
		.doc = "Which host CPU each vCPU runs on: a mapping of socket to core to thread to "
		       "the host CPU's Linux number, all counted from 0. Or auto: qpin chooses, "
		       "and plan shows what. It takes whole cores, of one cache and one NUMA node "
		       "when they suffice, and keeps CPU 0 and one whole core at least for the "
		       "host. The threads of a guest core get one host core, where there are "
		       "such; guest sockets of several vCPUs get a package or a node each, where "
		       "that fits. Or a mapping of wishes, with which qpin chooses likewise.",
		.offset = offsetof(struct draft, d.pins)},
	{.name = "vcpu_spare_cpus",
		.type = KEY_CPUS,
		.needs = "vcpu_pinning",
		.doc = "Host CPUs for vCPUs that are plugged while the VM runs and have none in "
		       "vcpu_pinning: a CPU list. Each such vCPU gets the first that is free. No "
		       "other VM gets these CPUs meanwhile, nor those of vcpu_pinning for vCPUs "
		       "that smp lets come later (maxcpus); until one is plugged, and after it is "
		       "unplugged, its CPU is the host's.",
		.offset = offsetof(struct draft, d.spare_cpus),
		.place_offset = offsetof(struct draft, d.spare_cpus_place)},
	{.name = "share_cpus",
		.type = KEY_BOOL,
		.doc = "Allow vcpu_pinning to name a host CPU for more than one vCPU.",
		.offset = offsetof(struct draft, d.share_cpus)},
	{.name = "iothread_pinning",
		.type = KEY_IOTHREADS,
		.doc = "Which host CPUs QEMU's iothreads run on: a mapping of an iothread's id to "
		       "a CPU list.",
		.offset = offsetof(struct draft, d.iothread_pins)},
	{.name = "iothread_scheduler",
		.type = KEY_WORD,
		.words = other_policies,
		.doc = "Scheduling policy of the iothreads; fifo and rr need iothread_priority.",
		.offset = offsetof(struct draft, iothread.policy),
		.place_offset = offsetof(struct draft, iothread.policy_place)},
	{.name = "iothread_priority",
		.type = KEY_INT,
		.max = PRIORITY_MAX,
		.needs = "iothread_scheduler",
		.doc = "Priority of the iothreads, only together with iothread_scheduler.",
		.offset = offsetof(struct draft, iothread.priority),
		.place_offset = offsetof(struct draft, iothread.priority_place)},
	{.name = "emulator_cpus",
		.type = KEY_CPUS,
		.doc = "Host CPUs for all other threads of QEMU: a CPU list. Without it, they run "
		       "where the host's other tasks run, or, in a local partition, on one CPU "
		       "that is "
		       "chosen and kept for them.",
		.offset = offsetof(struct draft, d.emulator_cpus),
		.place_offset = offsetof(struct draft, d.emulator_cpus_place)},
	{.name = "emulator_scheduler",
		.type = KEY_WORD,
		.words = other_policies,
		.doc = "Scheduling policy of QEMU's other threads; fifo and rr need "
		       "emulator_priority.",
		.offset = offsetof(struct draft, emulator.policy),
		.place_offset = offsetof(struct draft, emulator.policy_place)},
	{.name = "emulator_priority",
		.type = KEY_INT,
		.max = PRIORITY_MAX,
		.needs = "emulator_scheduler",
		.doc = "Priority of QEMU's other threads, only together with emulator_scheduler.",
		.offset = offsetof(struct draft, emulator.priority),
		.place_offset = offsetof(struct draft, emulator.priority_place)},
	{.name = "memory_nodes",
		.type = KEY_NODES,
		.doc = "NUMA nodes that QEMU's memory comes from: a list in the format of a CPU "
		       "list; auto, for the nodes of the pinned CPUs; leave, for any node. Without "
		       "it, it is auto where the host has several nodes and vcpu_pinning is given, "
		       "unless an object of QEMU's has host-nodes. Memory is bound before QEMU "
		       "allocates it, and must then fit into these nodes.",
		.offset = offsetof(struct draft, d.memory_nodes),
		.place_offset = offsetof(struct draft, d.memory_nodes_place)},
	{.name = "isolation",
		.type = KEY_WORD,
		.words = isolation_words,
		.doc = "How well the pinned CPUs must be isolated. A named level is a requirement: "
		       "where the host gives less, the guest does not start. auto, the default, "
		       "takes the best that the host gives, up to isolated. quiet, which is for "
		       "root and never taken by itself, keeps interrupts, irqbalance, unbound "
		       "workqueues, the lockup detector and movable threads of the kernel off "
		       "them as well; interrupts that can't be moved are named in a warning.",
		.offset = offsetof(struct draft, d.isolation),
		.place_offset = offsetof(struct draft, d.isolation_place)},
	{.name = "governor",
		.type = KEY_TEXT,
		.needs = "vcpu_pinning",
		.doc = "What chooses the frequency of the pinned CPUs while the VM runs: one of "
		       "the host's scaling governors, such as performance. For root, on a host "
		       "with cpufreq, and CPUs whose frequency no other CPU shares.",
		.offset = offsetof(struct draft, d.governor),
		.place_offset = offsetof(struct draft, d.governor_place)},
	{.name = "max_idle_latency_us",
		.type = KEY_INT,
		.max = IDLE_LATENCY_MAX_US,
		.unit = "microseconds",
		.needs = "vcpu_pinning",
		.doc = "How long a pinned CPU may take to wake from an idle state while the VM "
		       "runs: deeper ones are not entered (PM QoS); 0 allows none at all. For "
		       "root. Without it, nothing is limited.",
		.offset = offsetof(struct draft, d.max_idle_latency_us),
		.place_offset = offsetof(struct draft, d.max_idle_latency_place)},
	{.name = "backend",
		.type = KEY_WORD,
		.words = backend_words,
		.doc = "By which means vCPUs are kept on their CPUs: v2 takes partitions of cgroup "
		       "v2, v2-shared cpusets of it without partitions, v1 cpusets of cgroup v1, "
		       "affinity no cgroup at all. A named one is a requirement. auto, the "
		       "default, takes the one that isolates best here.",
		.offset = offsetof(struct draft, d.backend),
		.place_offset = offsetof(struct draft, d.backend_place)},
	{.name = "host_tasks",
		.type = KEY_WORD,
		.words = host_tasks_words,
		.doc = "What happens to the host's own tasks on the pinned CPUs: exclude moves "
		       "none, for a partition keeps them all off by itself; migrate moves every "
		       "one that can be into a cgroup of their own, the pool, and back after the "
		       "last VM; leave lets them be. auto, the default, is migrate with cgroup "
		       "v1 and where no service manager has the tasks, else exclude.",
		.offset = offsetof(struct draft, d.host_tasks),
		.place_offset = offsetof(struct draft, d.host_tasks_place)},
	{.name = "housekeeping_cpus",
		.type = KEY_CPUS,
		.doc = "With host_tasks: migrate, host CPUs for the kernel's own threads and "
		       "QEMU's other threads: a CPU list. The pool becomes a partition with the "
		       "rest, so that the host's tasks stay off them. Before Linux 6.7 QEMU's "
		       "other threads have CPUs of their own instead; Linux 7.2 keeps of the "
		       "kernel's threads only workqueues there.",
		.offset = offsetof(struct draft, d.housekeeping_cpus),
		.place_offset = offsetof(struct draft, d.housekeeping_place)},
	{.name = "on_degraded",
		.type = KEY_WORD,
		.words = on_degraded_words,
		.doc = "What to do when a vCPU's CPU is no longer its own while the guest runs, as "
		       "when the CPU goes offline or another program takes the partition away, "
		       "and it can't be made so again: warn, the default, lets the guest go on "
		       "with less; pause stops its vCPUs until all is as planned again; stop "
		       "shuts it down, but for a QEMU that qpin attach took over, which is not "
		       "qpin's to end: there it is as pause.",
		.offset = offsetof(struct draft, d.on_degraded)},
	{.name = "rlimit_memlock",
		.type = KEY_BOOL,
		.doc = "Let QEMU lock any amount of memory, as device assignment needs it.",
		.offset = offsetof(struct draft, d.rlimit_memlock)},
	{.name = "seccomp",
		.type = KEY_WORD,
		.words = seccomp_words,
		.doc = "Whether QEMU is refused system calls that could undo its pinning, or that "
		       "help a guest which broke out: setting CPUs and scheduling of threads, "
		       "namespaces, mounts, other processes' memory, the kernel's modules, keys "
		       "and programs, the host's clock. They fail with EPERM, and no program that "
		       "QEMU starts gains privileges. QEMU's own sandbox (-sandbox) may come on "
		       "top of it. on refuses them all; auto, the default, lets QEMU have what "
		       "its command line asks for: chroot, an object thread-context or "
		       "secret_keyring, af-xdp, rss=on. An ordinary user's QEMU that may start a "
		       "set-uid program (netdev bridge, helper=, tap with a script), or whose own "
		       "program gains privileges, can start it with auto; without root it has no "
		       "filter then. off suits what QEMU is told by a file (-readconfig) or a "
		       "monitor to do in such a way, and FUSE exports.",
		.offset = offsetof(struct draft, d.seccomp)},
	{.name = "shutdown_timeout",
		.type = KEY_INT,
		.max = SHUTDOWN_TIMEOUT_MAX_S,
		.initial = SHUTDOWN_TIMEOUT_S,
		.unit = "seconds",
		.doc = "How long the guest may take to shut down before QEMU is ended.",
		.offset = offsetof(struct draft, d.shutdown_timeout_s)},
};

const struct key *
keys_of_launcher(size_t *ret_count)
{
	*ret_count = COUNT(keys);
	return keys;
}

const char *
key_word_name(const struct key_word *words, int value)
{
	for (; words->name != NULL; words++) {
		if (words->value == value)
			return words->name;
	}
	return "?";
}

const char *
isolation_name(enum isolation isolation)
{
	return key_word_name(isolation_words, (int)isolation);
}

const char *
host_tasks_name(enum host_tasks host_tasks)
{
	return key_word_name(host_tasks_words, (int)host_tasks);
}

const char *
backend_name(enum backend_choice backend)
{
	return key_word_name(backend_words, (int)backend);
}
