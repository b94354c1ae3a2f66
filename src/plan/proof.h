/* SPDX-License-Identifier: MIT */
/*
 * Whether CPUs were their occupants' alone, judged by what was counted there. Pure.
 *
 * The kernel has work of its own on each CPU, in threads that run nowhere else, in timers and in
 * interrupts between CPUs. That is told, and is no reason to fail.
 */
#ifndef QPIN_PLAN_PROOF_H
#define QPIN_PLAN_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpus.h"
#include "plan/tally.h"

struct buf;

/* Ordered: the last is the worst. */
enum proof_verdict {
	PROOF_PASS,
	PROOF_UNPROVEN, /* it can't be told */
	PROOF_FAIL,     /* something else was there */
	PROOF_VERDICTS,
};

struct proof_cpu {
	struct tally tally;
	pid_t *natives; /* owned; the kernel's threads that ran there alone when it began */
	size_t native_count;
	uint64_t lost;     /* events for which there was no room */
	bool has_switches; /* the kernel counted how often tasks were put on the CPU */
	uint64_t switches; /* that */
	uint64_t others;   /* without those of the occupants */
	uint64_t own;      /* those of the occupants */
	uint64_t run_ns;   /* occupants ran */
	uint64_t delay_ns; /* occupants could run, and waited for a CPU */
	bool has_nmis;     /* the kernel counted them */
	uint64_t nmis;     /* non-maskable interrupts */
	bool is_unsteady;  /* it was offline, or an occupant ended or moved meanwhile */
	enum proof_verdict verdict;
	const char *reason; /* why it is not proven; static; NULL */
};

/* Starts as {0}. */
struct proof {
	const char *vm; /* borrowed; NULL: of CPUs, whoever has them */
	bool is_traced;
	char untraced[512];     /* why it isn't */
	uint64_t begin_ns;      /* by CLOCK_MONOTONIC */
	uint64_t ns;            /* how long it took */
	struct proof_cpu *cpus; /* owned; ascending */
	size_t count;
	enum proof_verdict verdict; /* the worst of theirs */
};

/* proof_judge - give @proof and each of its CPUs a verdict; returns that of @proof */
enum proof_verdict proof_judge(struct proof *proof);

/* proof_verdict_text - "pass", "unproven", "fail"; static */
const char *proof_verdict_text(enum proof_verdict verdict);

/* proof_is_foreign - whether @d is a reason to fail */
bool proof_is_foreign(const struct disturber *d);

/* proof_is_tick - whether @d is the timer tick, as its function is called */
bool proof_is_tick(const struct disturber *d);

/* proof_who - what @d is, for a person: "a program (process 4711)", "interrupt"; appended */
void proof_who(const struct disturber *d, struct buf *out);

/* proof_name - how @d is called: "stress-ng", "IRQ 24 (virtio0)", "softirq NET_RX"; appended */
void proof_name(const struct disturber *d, struct buf *out);

/* proof_hint - what would keep @d off; static; NULL where nothing does */
const char *proof_hint(const struct disturber *d);

/* proof_source_text - "task", "irq", "softirq", …, for programs; static */
const char *proof_source_text(enum trace_source source);

/* proof_who_text - "user", "same-vm", …, for programs; static; NULL of what is no task */
const char *proof_who_text(enum who who);

void proof_done(struct proof *proof);

#endif
