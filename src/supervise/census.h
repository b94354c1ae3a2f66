/* SPDX-License-Identifier: MIT */
/* Looking whether QEMU has other threads than before: when the kernel says so, or now and then. */
#ifndef QPIN_SUPERVISE_CENSUS_H
#define QPIN_SUPERVISE_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct vm;

struct census {
	int fd;            /* readable when census_take() has to do; -1: not begun */
	int timer_fd;      /* -1: as fd */
	int connector_fd;  /* of the kernel's word; -1: there is none */
	bool rests;        /* the kernel's word waits for the timer */
	bool doubts;       /* there is a thread of which the kernel hasn't told */
	unsigned rest_ms;  /* how long it waits, or did last */
	int64_t looked_ms; /* when it came last */
	uint64_t print;    /* tasks_print() of the last look; 0: none yet */
	unsigned looks;    /* since it was to be looked whether all is as planned */
};

#define CENSUS_NONE                                                                                \
	{                                                                                          \
		.fd = -1, .timer_fd = -1, .connector_fd = -1                                       \
	}

/*
 * census_listen - have the kernel tell of threads, where it can; before confine(), for it may take
 * CAP_NET_ADMIN
 */
void census_listen(struct vm *vm);

/*
 * census_begin - have census_take() called: soon after the guest has begun, and then when QEMU
 * makes or loses a thread, and every few minutes; where the kernel doesn't tell that, every second,
 * or four times as often where vCPUs can be plugged; never where nothing is pinned
 *
 * Returns 0 or -errno.
 */
int census_begin(struct vm *vm, struct error *e);

/*
 * census_take - when fd is readable: QEMU is asked for its vCPUs if it has other threads than
 * before
 *
 * Returns whether guard_look() is to look: if it has, and now and then; every 8 s at least where
 * others could move a thread without the guard being told (without partitions of cgroup v2, or
 * where the guard can't watch all).
 */
bool census_take(struct vm *vm);

/* census_again - have plug.again looked at in a while */
void census_again(struct vm *vm);

void census_end(struct vm *vm);

/*
 * census_rest - how long the kernel's next word waits when one came @since_ms after the one before,
 * for which it waited @rest_ms; @most_ms at most
 *
 * What comes alone doesn't wait. A QEMU that makes threads all the time is looked at no more often
 * than one of which the kernel doesn't tell. Pure.
 */
unsigned census_rest(unsigned rest_ms, int64_t since_ms, unsigned most_ms);

#endif
