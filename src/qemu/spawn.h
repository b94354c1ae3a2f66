/* SPDX-License-Identifier: MIT */
/* Starting QEMU: born in its cgroup, with nothing of ours but what is handed over; and its end. */
#ifndef QPIN_QEMU_SPAWN_H
#define QPIN_QEMU_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cpus.h"
#include "base/filter.h"
#include "config/definition.h"
#include "qemu/identity.h"

/* All pointers are borrowed for the call. */
struct spawn_request {
	char *const *argv;           /* ends in NULL; [0] is the program, for program_find() */
	bool clear_env;              /* start from no environment at all */
	const struct env_entry *env; /* added to the environment, or replaced in it */
	size_t env_count;
	const struct identity *identity; /* NULL: qpin's own */
	const sigset_t *ignored;         /* from spawn_ignored_read(); NULL: none stays ignored */
	const struct caller *caller;     /* gets his limits back; NULL: they are ours */
	bool rlimit_memlock;             /* may lock memory without limit */
	bool reset_affinity;             /* any CPU of its cgroup, not the mask we inherited */
	const struct cpus *memory_nodes; /* all its memory comes from these; NULL: from any */
	bool no_new_privs;               /* no program that it starts gains any by exec */
	const struct filter *filter;     /* of its system calls; NULL: none */
	bool own_group; /* a process group of its own: no Ctrl-C of the terminal's */
	int cgroup_fd;  /* directory of a cgroup (v2) to be born in; -1: ours */
	/* Called when it is born; it does nothing before that has returned 0. NULL: nothing */
	int (*born)(void *context, pid_t pid, struct error *e);
	void *context;
	int qmp_fd; /* becomes MONITOR_SOCKET_FD of the child, for monitor_argv; -1: none */
};

struct error;

struct spawned {
	pid_t pid;
	int pidfd;     /* owned; readable in poll(2) when the process has ended */
	int stderr_fd; /* owned; nonblocking: what QEMU writes to its standard error (tail_copy())
			*/
};

/*
 * spawn_ignored_read - which signals are ignored now
 *
 * Called at the very start of the program, before it changes any: what the parent ignored for us
 * (nohup(1)) stays ignored in QEMU, what we ignore ourselves doesn't. On behalf of another user it
 * is what he ignored.
 */
void spawn_ignored_read(sigset_t *ret);

/*
 * spawn - start the program
 *
 * When it returns 0 the program runs (exec succeeded). Otherwise nothing is left of it, and @e
 * tells what it failed on: the program, the cgroup, the user, … Returns 0 or -errno.
 *
 * The child has standard input and output of ours, a pipe as standard error, with a qmp_fd those
 * of monitor.h, and no other descriptor. Signals are at their default and unblocked. It stays in
 * our session, and without own_group in our process group, so that a console on standard input
 * works: a Ctrl-C on the terminal then reaches both (QEMU with a console on stdio puts the terminal
 * in raw mode, and takes it as input). With own_group it can't read from a terminal. It survives
 * our death, if that is not before born() has returned: then it ends, too.
 *
 * SIGCHLD must not be ignored while it lives (spawn_reap() would find nothing). A kernel or
 * container that has no clone3(2) serves as long as @request has no cgroup.
 */
int spawn(const struct spawn_request *request, struct spawned *ret, struct error *e);

/* spawned_close - close the descriptors; the process is left alone. {0, -1, -1} is fine. */
void spawned_close(struct spawned *spawned);

/*
 * spawn_signal - send signal @number to the process of @pidfd, and never to another that has its id
 *
 * Returns 0, -ESRCH when it was reaped, or another -errno.
 */
int spawn_signal(int pidfd, int number);

/* How a process ended. */
struct spawn_end {
	bool killed; /* by signal `number`; else it exited with status `number` */
	bool core;   /* and left a core dump */
	int number;
};

/*
 * spawn_reap - collect a child that has ended, without waiting
 *
 * Returns 1 with @ret when it had ended; 0 when it still runs; -ECHILD when there is no such child
 * (any more), or another -errno.
 */
int spawn_reap(int pidfd, struct spawn_end *ret, struct error *e);

/* spawn_end_text - "exited with status 1", "was killed by signal 9 (Killed)"; returns @text */
char *spawn_end_text(const struct spawn_end *end, char *text, size_t size);

/* spawn_end_status - as a shell's exit status: the process's own, or 128 + signal */
int spawn_end_status(const struct spawn_end *end);

#endif
