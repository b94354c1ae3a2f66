/* SPDX-License-Identifier: MIT */
/* VMs that run: each of their threads with its place and its counters. Filled by supervise/. */
#ifndef QPIN_REPORT_STATUS_H
#define QPIN_REPORT_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "host/spots.h"
#include "host/usage.h"
#include "qemu/scheduling.h"
#include "report/status_columns.h"

struct error;

enum status_state {
	STATUS_STARTING,
	STATUS_RUNNING,
	STATUS_ENDING,     /* what was done for it is being undone */
	STATUS_ABANDONED,  /* its qpin died, QEMU runs on */
	STATUS_LEFT_OVER,  /* its qpin died, and QEMU has ended */
	STATUS_UNREADABLE, /* its journal is damaged, or may not be read */
	STATUS_STATES,
};

/* In the order in which they are shown. */
enum status_role {
	STATUS_VCPU,
	STATUS_EMULATOR, /* the main loop */
	STATUS_IOTHREAD,
	STATUS_WORKER,
	STATUS_VHOST,
	STATUS_OTHER,
};

struct status_thread {
	enum status_role role;
	char label[80]; /* "vCPU 0.1.0", "iothread disk", "emulator": untrusted bytes */
	char name[64];  /* as QEMU calls it: untrusted bytes */
	pid_t tid;      /* 0: of several threads together */
	int64_t start;  /* task_read_start() */
	bool has_place;
	unsigned socket, core, thread; /* of a vCPU, in the guest */
	struct cpus cpus;              /* that the kernel lets it run on */
	struct spot spot;              /* of that CPU, if it is one */
	char partition[128];           /* of its cgroup, in the kernel's words; "": there is none */
	struct scheduling scheduling;  /* not set: not known */
	struct usage usage;
	int64_t foreign_since_ns; /* USAGE_FOREIGN is counted, by CLOCK_MONOTONIC */
};

/* Something that isn't as it should be. */
struct status_note {
	char *text; /* owned; a sentence without a full stop */
	char *hint; /* owned; "" when there is none */
};

struct status_vm {
	char name[65];
	uid_t uid; /* whose VM it is */
	char user[65];
	enum status_state state;
	bool attached;                 /* QEMU ran before */
	pid_t qemu;                    /* 0: none, or not known */
	struct cpus cpus;              /* claimed */
	char level[32];                /* reached at its start; "": not known */
	char reason[256];              /* why not a better one; "" at the best */
	struct status_thread *threads; /* owned; by role, then by vCPU or tid */
	size_t thread_count;
	struct status_note *notes; /* owned */
	size_t note_count;
};

/* Starts as {0}. */
struct status {
	struct status_vm *vms; /* owned; ours first, by name */
	size_t vm_count;
	int64_t taken_ns; /* when, by CLOCK_MONOTONIC */
};

void status_done(struct status *status);

/* status_state_text - "running", "abandoned", …; static */
const char *status_state_text(enum status_state state);

/* status_role_text - "vcpu", "emulator", …, for programs; static */
const char *status_role_text(enum status_role role);

/* status_note_add - append a note to @vm; texts are copied. 0 or -ENOMEM */
int status_note_add(struct status_vm *vm, const char *text, const char *hint);

/*
 * report_status - write a table for each VM to @out
 * @before: an earlier look: what was counted since then is shown; NULL: since the threads began
 *
 * Threads of one role that are neither vCPUs nor iothreads share a line. Returns 0 or -errno.
 */
int report_status(FILE *out, const struct status *status, const struct status *before,
	const struct status_columns *columns, struct error *e);

#endif
