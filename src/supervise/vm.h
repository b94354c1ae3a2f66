/* SPDX-License-Identifier: MIT */
/* One VM while qpin runs it. */
#ifndef QPIN_SUPERVISE_VM_H
#define QPIN_SUPERVISE_VM_H

#include <signal.h>
#include <stdbool.h>

#include "change/journal.h"
#include "config/definition.h"
#include "host/facts.h"
#include "host/host.h"
#include "plan/plan.h"
#include "qemu/argv.h"
#include "qemu/identity.h"
#include "qemu/qmp.h"
#include "qemu/spawn.h"
#include "qemu/tail.h"
#include "qemu/threads.h"
#include "supervise/census.h"
#include "supervise/confine.h"
#include "supervise/guard.h"
#include "supervise/plug.h"
#include "supervise/seat.h"

/* How far the end has come; each step is told. */
enum stop_stage {
	STOP_NONE,
	STOP_POWERDOWN, /* the power button was pressed */
	STOP_QUIT,      /* QEMU was told to end */
	STOP_KILLED,
};

struct vm {
	const struct definition *definition; /* borrowed */
	struct host host;
	struct facts facts;
	struct plan plan;
	struct journal journal;
	struct identity identity;
	char *binary; /* owned; the program's path */
	struct argv argv;
	sigset_t ignored; /* signals that were ignored when qpin was started */

	enum confinement confinement; /* of ourselves */
	bool attached; /* QEMU ran before us, and runs on after us: it is nobody's child of ours */
	bool adopted;  /* QEMU was started by a qpin that died: it is no child of ours either */
	bool planless; /* of an adopted one: by which plan isn't known, and plan is empty */
	bool released; /* of an attached one: we were told to let it go */
	struct spawned qemu;
	bool running;         /* QEMU was started and not yet reaped */
	struct spawn_end end; /* when it no longer is */
	bool killed;          /* by vm_kill(): it did not end by itself */
	struct qmp qmp;
	struct threads threads;
	int tasks_fd; /* while QEMU starts: tasks_open(); else -1 */
	struct seats seats;
	struct plug plug; /* vCPUs that come and go */
	struct census census;
	struct guard guard;
	struct tail tail; /* of QEMU's standard error */

	int signal_fd;
	int reload_fd; /* signals that ask for new pins */
	int timer_fd;
	enum stop_stage stop;
	bool down;  /* QEMU told that its guest has shut down: it ends, or waits (-no-shutdown) */
	bool owing; /* then, an answer: timer_fd tells when to look whether it hangs */
};

/*
 * vm_init, vm_done - before anything, and after everything; vm_done() touches no host
 *
 * vm_init() has the signals of signals_open() come through signal_fd and reload_fd from then on.
 */
int vm_init(struct vm *vm, const struct definition *definition, struct error *e);

/*
 * vm_init_attached - the same for a QEMU that runs; vm->definition and vm_adopt() come afterwards,
 * before vm_prepare()
 */
int vm_init_attached(struct vm *vm, struct error *e);

/* vm_adopt - @pid is QEMU's process; 0, or -ESRCH when there is none */
int vm_adopt(struct vm *vm, pid_t pid, struct error *e);

void vm_done(struct vm *vm);

/* vm_decide - read the facts and make the plan, by none of the ways that the kernel @refused */
int vm_decide(struct vm *vm, const struct ways *refused, struct error *e);

/*
 * vm_prepare - facts, plan, and the changes before QEMU is started
 *
 * On failure nothing is left behind.
 */
int vm_prepare(struct vm *vm, struct error *e);

/*
 * vm_apply - make all changes of @list, and put right the masks of other tasks, which the kernel
 * may have changed by that; the global lock is held
 *
 * Returns 0 or -errno; what was made before a failure stays.
 */
int vm_apply(struct vm *vm, const struct change_list *list, struct error *e);

/* vm_tell_irqs - warn of the interrupts that stay on @cpus, which were taken at once for quiet */
void vm_tell_irqs(const struct vm *vm, const struct cpus *cpus);

/*
 * vm_start - start QEMU, put its threads in their places, verify, let the guest go
 *
 * Returns 0 when the guest runs (or waits, when the user's own -S says so), -ECANCELED when QEMU
 * ended or was asked to before that, -errno else. QEMU may be running after a failure: vm_kill().
 */
int vm_start(struct vm *vm, struct error *e);

/*
 * vm_verify - what the kernel says now: each vCPU is on its CPU and alone there, and what keeps
 * others off is valid
 *
 * Returns 0, -EINVAL with the first thing that isn't so and the kernel's words, or -errno.
 */
int vm_verify(struct vm *vm, struct error *e);

/* vm_read_threads - ask QEMU for its vCPUs and iothreads */
int vm_read_threads(struct vm *vm, struct error *e);

/*
 * vm_settle - put the threads of vm->threads, and all others, in their places, and verify that, and
 * that all partitions are valid: what else keeps others off was looked at when it was made
 */
int vm_settle(struct vm *vm, struct error *e);

/* vm_note_placed - write down that this is done: who comes after our death may take over now */
int vm_note_placed(struct vm *vm, struct error *e);

enum {
	VM_SUMMARY_BYTES = 2048, /* with a reason and a list of CPUs */
};

/* vm_summary - a line: how many vCPUs are on which host CPUs, and the level */
void vm_summary(const struct vm *vm, char *text, size_t size);

/* vm_tell - which thread is where, and the level */
void vm_tell(const struct vm *vm);

/* vm_put_back - undo all, as far as there is a journal; trouble is warned of */
void vm_put_back(struct vm *vm);

/*
 * vm_wake_for_deadline - before vCPUs in the leaves of @cpus get SCHED_DEADLINE, if they do
 *
 * It is refused to a thread that sleeps since before it was moved: the kernel looks at the CPU that
 * it last ran on. To freeze and thaw its leaf makes it run there without the guest. 0 or -errno.
 */
int vm_wake_for_deadline(struct vm *vm, const struct cpus *cpus, struct error *e);

/* vm_watch - until QEMU has ended, or an attached one is released */
int vm_watch(struct vm *vm, struct error *e);

/* vm_wait_for_greeting - until QEMU speaks; -ECANCELED when it ended, or was asked to, before */
int vm_wait_for_greeting(struct vm *vm, struct error *e);

/* vm_kill - SIGKILL a QEMU that still runs, and reap it */
void vm_kill(struct vm *vm);

/* vm_drain - pass on what QEMU, which has ended, still wrote; not all that others write for it */
void vm_drain(struct vm *vm);

/* vm_ended - fill @e with how QEMU ended, and its last words; returns -ECANCELED */
int vm_ended(const struct vm *vm, const char *what, struct error *e);

#endif
