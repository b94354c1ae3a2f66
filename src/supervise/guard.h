/* SPDX-License-Identifier: MIT */
/* Watching whether everything is still as planned while the guest runs, and putting it right. */
#ifndef QPIN_SUPERVISE_GUARD_H
#define QPIN_SUPERVISE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct qmp_message;
struct vm;

/* What our pausing of the guest has come to. */
enum guard_pause {
	GUARD_RUNS,    /* not by us */
	GUARD_PAUSING, /* QEMU was told to stop it, and hasn't said that it did */
	GUARD_PAUSED,
};

struct guard {
	int inotify_fd; /* control files of the VM's cgroups, and of those above; -1: none */
	int uevent_fd;  /* CPUs that come and go; -1: none */
	int timer_fd;   /* looks once more: the kernel works on after it told; -1: not begun */
	unsigned looks; /* since something was told, up to a bound */
	bool soon;      /* a look is coming: what is told meanwhile doesn't put it off */
	bool misses;    /* not all could be watched: what isn't told must be looked for */
	bool degraded;  /* it is not as planned */
	bool strangers; /* threads of other processes are in leaves: that was told */
	char told[768]; /* what was told of that last */
	enum guard_pause pause;
};

#define GUARD_NONE                                                                                 \
	{                                                                                          \
		.inotify_fd = -1, .uevent_fd = -1, .timer_fd = -1                                  \
	}

/*
 * guard_begin - watch what can take a vCPU's CPU from it; nothing where no vCPU is pinned
 *
 * By inotify: the control files of the VM's cgroups and of those above them (what others write, and
 * what the kernel tells of partitions and members), and whom others move into or between the VM's;
 * by uevents: CPUs that go offline or online.
 * Source: Linux admin-guide/cgroup-v2.rst, "cpuset.cpus.partition", "cgroup.events"; what each
 * kernel tells was found by experiment. Where neither is to be had the census looks now and then.
 * Returns 0 or -errno.
 */
int guard_begin(struct vm *vm, struct error *e);

/* guard_follow - have the cgroups watched that were made since; for who has made some */
void guard_follow(struct vm *vm);

/* guard_told - take what is in @fd, inotify_fd or uevent_fd, and have guard_look() called soon */
void guard_told(struct vm *vm, int fd);

/*
 * guard_look - is all as planned, and is a leaf swept? What isn't is told, in the kernel's words,
 * and made so again if all CPUs are there; else the guest goes on, or is paused, as on_degraded
 * says
 *
 * When timer_fd says so, or now and then. Returns whether the VM is to be stopped: never for a QEMU
 * that was attached, whose guest is paused then.
 */
bool guard_look(struct vm *vm);

/* guard_heard - look at an event of QEMU's: whether it has paused the guest for us */
void guard_heard(struct vm *vm, const struct qmp_message *message);

/* guard_resume - let the guest go on, if we have paused it: all is as planned again, or we go */
void guard_resume(struct vm *vm);

void guard_end(struct guard *guard);

/* guard_concerns_cpu - whether uevent @text (of @len bytes) is of a CPU that came or went. Pure. */
bool guard_concerns_cpu(const char *text, size_t len);

#endif
