/* SPDX-License-Identifier: MIT */
/* One VM's definition, as read from NAME.yml: how to run and pin it, and QEMU's command line. */
#ifndef QPIN_CONFIG_DEFINITION_H
#define QPIN_CONFIG_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpus.h"
#include "base/error.h"
#include "config/place.h"
#include "config/wishes.h"

/* Ordered: a later one isolates more. AUTO asks for the best that the host gives, but
 * never for QUIET. */
enum isolation {
	ISOLATION_AUTO,
	ISOLATION_AFFINITY,
	ISOLATION_CPUSET,
	ISOLATION_EXCLUSIVE,
	ISOLATION_ISOLATED,
	ISOLATION_QUIET,
};

enum host_tasks {
	HOST_TASKS_AUTO,
	HOST_TASKS_EXCLUDE,
	HOST_TASKS_MIGRATE,
	HOST_TASKS_LEAVE,
};

/* What is done when a running VM no longer has its CPUs as planned. */
enum on_degraded {
	ON_DEGRADED_WARN,
	ON_DEGRADED_PAUSE,
	ON_DEGRADED_STOP,
};

/* By which means, where a definition forces one. */
enum backend_choice {
	BACKEND_AUTO,
	BACKEND_V2,        /* cgroup v2 with partitions, remote or local */
	BACKEND_V2_SHARED, /* cgroup v2 without partitions */
	BACKEND_V1,
	BACKEND_AFFINITY,
};

/* Whether QEMU is refused system calls that it has no need for. */
enum seccomp_choice {
	SECCOMP_AUTO, /* those that its command line doesn't ask for */
	SECCOMP_ON,   /* all of the list */
	SECCOMP_OFF,
};

/* Which NUMA nodes QEMU's memory comes from, where no list says it. */
enum memory_choice {
	MEMORY_UNSET, /* not given: auto where the host has several nodes, unless QEMU's options
			 bind memory themselves */
	MEMORY_AUTO,  /* those of the pinned CPUs */
	MEMORY_LEAVE, /* any */
};

/* How the threads of one role are scheduled. */
struct scheduling {
	bool set;                                    /* false: left as they are */
	int policy;                                  /* SCHED_OTHER, SCHED_FIFO, … */
	unsigned priority;                           /* 1-99 of fifo and rr; 0 for the others */
	uint64_t runtime_ns, deadline_ns, period_ns; /* of SCHED_DEADLINE, else 0 */
	struct place place;
};

/* One entry of vcpu_pinning: the vCPU, and its host CPU. */
struct pin {
	unsigned socket, core, thread;
	unsigned os_cpu;
	struct place place;
};

struct iothread_pin {
	char *id; /* owned */
	struct cpus cpus;
	struct place place;
};

struct env_entry {
	char *name;  /* owned */
	char *value; /* owned */
};

/*
 * One item of `qemu:`: the option without its dashes, and its value, joined with commas. A word
 * that is no option has the name "".
 */
struct qemu_option {
	char *name;      /* owned */
	char *value;     /* owned; NULL of a flag */
	bool two_dashes; /* "--m" instead of "-m", which are the same to QEMU */
	struct place place;
};

struct definition {
	char *name; /* owned; the file's name without ".yml" */
	char *path; /* owned; the file, for messages */

	char *binary;          /* owned */
	struct env_entry *env; /* owned */
	size_t env_count;
	char *user;  /* owned; a name or a number in text; NULL when not given */
	char *group; /* owned; likewise */
	bool clear_env;
	bool debug;
	bool rlimit_memlock;
	bool share_cpus;

	struct scheduling vcpu_scheduling;
	struct scheduling iothread_scheduling;
	struct scheduling emulator_scheduling;

	struct pin *pins; /* owned; in the order socket, core, thread */
	size_t pin_count;
	struct cpus spare_cpus; /* for vCPUs without a pin that are plugged; empty when not given */
	struct place spare_cpus_place;
	struct wishes wishes;               /* how to choose CPUs, where there are no pins */
	struct iothread_pin *iothread_pins; /* owned */
	size_t iothread_pin_count;
	struct cpus emulator_cpus; /* empty when not given */
	struct place emulator_cpus_place;
	enum memory_choice memory_choice;
	struct cpus memory_nodes; /* NUMA node numbers; empty when no list was given */
	struct place memory_nodes_place;
	enum isolation isolation;
	struct place isolation_place;
	char *governor; /* owned; of the pinned CPUs; NULL when not given */
	struct place governor_place;
	unsigned max_idle_latency_us;        /* of the pinned CPUs; 0: no idle state */
	struct place max_idle_latency_place; /* line 0 when it isn't given */
	enum backend_choice backend;
	struct place backend_place;
	enum host_tasks host_tasks;
	struct place host_tasks_place;
	struct cpus housekeeping_cpus; /* empty when not given */
	struct place housekeeping_place;
	enum seccomp_choice seccomp;
	unsigned shutdown_timeout_s;
	enum on_degraded on_degraded;

	struct qemu_option *options; /* owned */
	size_t option_count;
};

/* Who reads a definition. */
enum dialect {
	DIALECT_QPIN,
	/*
	 * As qemu-launcher does it: what that takes no notice of is none, keys that nobody knows
	 * and a scheduler without a priority or the other way round, and vCPUs may have a CPU
	 * together.
	 */
	DIALECT_LAUNCHER,
};

/* What is wrong with one file, in the order of the places. Starts as {0}. */
struct problems {
	struct error *list; /* owned */
	size_t count;
};

void problems_done(struct problems *p);

/*
 * definition_load - read the definition @name
 * @name:     a VM's name, looked up as NAME.yml in the configuration directories; or a path, when
 * it has a slash or ends in ".yml", but not as qemu-launcher
 * @problems: gets every error of the file, when it isn't a whole definition; else what is without
 * effect in this dialect, to be told as warnings
 *
 * The directories: $QPIN_CONFIG_DIR, else $QEMU_LAUNCHER_CONFIG_DIR, else /usr/local/etc/qpin and
 * then /usr/local/etc/qemu-launcher. As qemu-launcher: $QEMU_LAUNCHER_CONFIG_DIR, else
 * /usr/local/etc/qemu-launcher. There, no file may be a symbolic link (-ELOOP); a path may lead to
 * one. On behalf of another user (privilege_caller()) a name alone is taken, and file and
 * directories must be root's, who alone can write to them (-EPERM). Reads the file; touches nothing
 * else of the host. Returns 0; -EINVAL with @problems filled, and @e the first of them; another
 * -errno, or -EINVAL, with @e alone when there is no file to read (-ENOENT: nowhere; a directory;
 * no safe name). The caller calls definition_done() and problems_done() in any case.
 */
int definition_load(const char *name, enum dialect dialect, struct definition *ret,
	struct problems *problems, struct error *e);

/* What a definition is made from. */
struct definition_text {
	const char *text; /* borrowed, as all of these */
	size_t len;       /* bytes */
	const char *path; /* for messages, and the name */
	enum dialect dialect;
};

/* definition_parse - the same of a text in memory */
int definition_parse(const struct definition_text *from, struct definition *ret,
	struct problems *problems, struct error *e);

void definition_done(struct definition *d);

/* isolation_name - "auto", "affinity", …: as in a definition */
const char *isolation_name(enum isolation isolation);
const char *host_tasks_name(enum host_tasks host_tasks);
const char *backend_name(enum backend_choice backend);

#endif
