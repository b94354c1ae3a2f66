/* SPDX-License-Identifier: MIT */
/* What a qpin that talks to a QEMU does without: capabilities, and system calls. */
#ifndef QPIN_SUPERVISE_CONFINE_H
#define QPIN_SUPERVISE_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"

/* What becomes of a system call that isn't in policy/seccomp/supervisor.list or parser.list. */
enum confinement {
	CONFINE_REFUSE, /* EPERM, and the kernel's log tells */
	CONFINE_LOG,    /* it is done, and the kernel's log tells: for debugging */
	CONFINE_NOT,
};

/* What is still to be done. */
enum confine_task {
	CONFINE_WATCH,  /* watching over a QEMU, hot-plugging, undoing */
	CONFINE_ATTACH, /* and before: finding one that runs, and making its place */
};

/* Source: capabilities(7). */
struct confine_facts {
	enum confine_task task;
	bool v1;         /* cgroup v1's cpuset is mounted, or may have to be */
	bool remote;     /* partitions are remote ones, or may be */
	bool proc_hides; /* /proc shows everybody only what is his (hidepid) */
};

/* confine_capabilities - the set that this takes (pure) */
uint64_t confine_capabilities(const struct confine_facts *facts);

/* confine_proc_hides - whether a mountinfo, which is cut to pieces, has a proc with hidepid */
bool confine_proc_hides(char *mountinfo);

/*
 * confine - give up, for good, what @task doesn't need, before the first byte of QMP is read
 *
 * The parser of QMP is started before, for nothing can be any more: parser_stop() ends it. Nothing
 * can be executed from then on, nor a library be loaded: what @task needs of them is before. Where
 * the kernel has no filters, that is told, and the capabilities alone are given up. From then on
 * @host->confined is set. Returns 0 or -errno.
 */
int confine(
	struct host *host, enum confine_task task, enum confinement confinement, struct error *e);

/* confine_narrow - after confine(): @task is all that remains to be done */
int confine_narrow(const struct host *host, enum confine_task task, struct error *e);

#endif
