/* SPDX-License-Identifier: MIT */
/* Watching CPUs for a while, to prove that they were their occupants' alone. */
#include "supervise/prove.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/symbols.h"
#include "host/tracer.h"
#include "host/turnout.h"
#include "host/usage.h"
#include "supervise/disturbers.h"
#include "supervise/occupants.h"

enum {
	READ_MS = 100, /* the kernel's buffers, of 1.4 MiB per CPU, hold more events than of that */
	NS_PER_S = 1000 * 1000 * 1000,
	NS_PER_MS = 1000 * 1000,
};

static int64_t
now_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* What the kernel counted up to a moment, of one CPU. */
struct count {
	bool is_known;
	uint64_t all;             /* tasks that were put there */
	struct turns before, own; /* occupants', read before that and afterwards */
};

static void
turns_add(struct turns *sum, const struct turns *more)
{
	sum->count += more->count;
	sum->run_ns += more->run_ns;
	sum->delay_ns += more->delay_ns;
}

/* Of each CPU at least one, also if it's nobody's. */
static size_t
turnouts_of(const struct proof *proof, struct turnout *list)
{
	size_t count = 0;

	for (size_t i = 0; i < proof->count; i++) {
		const struct tally *t = &proof->cpus[i].tally;

		for (size_t j = 0; j < t->occupant_count; j++, count++)
			list[count] = (struct turnout){.os_cpu = t->os_cpu,
				.pid = t->occupants[j].pid,
				.tid = t->occupants[j].tid};
		if (t->occupant_count == 0)
			list[count++] = (struct turnout){.os_cpu = t->os_cpu};
	}
	return count;
}

/* For whom is put there all the time, so that it never settles, counts_compare() has a bound. */
static int
counts_take(const struct root *proc, const struct proof *proof, struct count *list)
{
	size_t room = 0, count, at = 0;
	auto_free struct turnout *turnouts = NULL;
	int r;

	for (size_t i = 0; i < proof->count; i++)
		room += proof->cpus[i].tally.occupant_count + 1;
	turnouts = calloc(room + 1, sizeof(*turnouts));
	if (turnouts == NULL)
		return -ENOMEM;
	count = turnouts_of(proof, turnouts);
	r = turnouts_read(proc, turnouts, count);
	for (size_t i = 0; i < proof->count; i++) {
		size_t end = at + turnouts_of_cpu(&turnouts[at], count - at);

		list[i] = (struct count){
			.is_known = turnouts[at].is_known, .all = turnouts[at].switches};
		for (; at < end; at++) {
			turns_add(&list[i].before, &turnouts[at].before);
			turns_add(&list[i].own, &turnouts[at].after);
		}
	}
	return r;
}

/* At least as many others as there were: none that was there is overlooked. */
static void
counts_compare(struct proof *proof, const struct count *before, const struct count *after)
{
	for (size_t i = 0; i < proof->count; i++) {
		struct proof_cpu *cpu = &proof->cpus[i];
		const struct count *b = &before[i], *a = &after[i];

		cpu->has_switches = b->is_known && a->is_known;
		if (!cpu->has_switches)
			continue;
		cpu->own = a->before.count - b->own.count;
		cpu->run_ns = a->own.run_ns - b->own.run_ns;
		cpu->delay_ns = a->own.delay_ns - b->own.delay_ns;
		cpu->switches = a->all - b->all;
		cpu->others = (a->all - a->before.count) - (b->all - b->own.count);
	}
}

static void
event_add(const struct trace_event *event, void *data)
{
	struct proof *proof = data;
	size_t low = 0, high = proof->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (proof->cpus[middle].tally.os_cpu < event->os_cpu)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < proof->count && proof->cpus[low].tally.os_cpu == event->os_cpu)
		tally_add(&proof->cpus[low].tally, event, proof->begin_ns);
}

/* Until the time is over, or a signal comes. */
static int
trace_loop(const struct root *proc, struct tracer *tracer, int64_t end_ns, int signal_fd,
	struct proof *proof, struct error *e)
{
	struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
	int64_t rest_ns;
	int r = 0;

	while (r == 0 && fd.revents == 0 && (rest_ns = end_ns - now_ns()) > 0) {
		int64_t wait_ms = (rest_ns + NS_PER_MS - 1) / NS_PER_MS;

		(void)poll(&fd, 1, (int)(wait_ms < READ_MS ? wait_ms : READ_MS));
		r = tracer_read(tracer, event_add, proof, e);
		disturbers_look(proc, proof);
	}
	return r;
}

static int
trace_end(const struct root *proc, struct tracer *tracer, struct proof *proof, struct error *e)
{
	int r = tracer_stop(tracer, e);

	if (r == 0)
		r = tracer_read(tracer, event_add, proof, e);
	for (size_t i = 0; i < proof->count && r == 0; i++) {
		struct proof_cpu *cpu = &proof->cpus[i];

		tally_end(&cpu->tally, proof->begin_ns + proof->ns);
		r = tracer_lost(tracer, cpu->tally.os_cpu, &cpu->lost, e);
	}
	disturbers_look(proc, proof);
	return r;
}

/* The NMIs of each CPU since @before. Where the kernel doesn't tell them, nothing else is missing.
 */
static void
nmis_count(const struct root *proc, const struct irq_counts *before, struct proof *proof)
{
	struct irq_counts after = {0};
	struct error ignored;
	bool known = before->nmi != NULL && irq_counts_load(proc, &after, &ignored) == 0 &&
		     after.nmi != NULL;

	for (size_t i = 0; i < proof->count && known; i++) {
		struct proof_cpu *cpu = &proof->cpus[i];
		unsigned os_cpu = cpu->tally.os_cpu;

		/* of a CPU that went offline there are none any more */
		cpu->has_nmis = after.nmi[os_cpu] >= before->nmi[os_cpu];
		cpu->nmis = cpu->has_nmis ? after.nmi[os_cpu] - before->nmi[os_cpu] : 0;
	}
	irq_counts_done(&after);
}

static void
wait_untraced(int64_t end_ns, int signal_fd)
{
	struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
	int64_t rest_ns;

	while (fd.revents == 0 && (rest_ns = end_ns - now_ns()) > 0)
		(void)poll(&fd, 1, (int)((rest_ns + NS_PER_MS - 1) / NS_PER_MS));
}

static int
watch(const struct root *proc, int64_t ms, int signal_fd, struct proof *proof, struct error *e)
{
	struct tracer tracer = TRACER_CLOSED;
	struct irq_counts irqs = {0};
	struct error ignored;
	struct cpus cpus;
	int64_t end_ns;
	int r;

	occupants_cpus(proof, &cpus);
	if (disturbers_know(proc, proof) < 0)
		return error_sys(e, ENOMEM, NULL, "watch CPUs");
	r = tracer_open(&tracer, &cpus, e);
	proof->is_traced = r == 0;
	/* Both times while it is traced: what is counted was traced, too. */
	(void)irq_counts_load(proc, &irqs, &ignored);
	proof->begin_ns = (uint64_t)now_ns();
	end_ns = (int64_t)proof->begin_ns + ms * NS_PER_MS;
	if (r == 0)
		r = trace_loop(proc, &tracer, end_ns, signal_fd, proof, e);
	else if (r != -ENOMEM)
		wait_untraced(end_ns, signal_fd);
	proof->ns = (uint64_t)now_ns() - proof->begin_ns;
	nmis_count(proc, &irqs, proof);
	irq_counts_done(&irqs);
	if (proof->is_traced && r == 0)
		r = trace_end(proc, &tracer, proof, e);
	for (size_t i = 0; i < proof->count; i++)
		tally_count_nmis(&proof->cpus[i].tally, proof->cpus[i].nmis);
	tracer_close(&tracer);
	if (proof->is_traced || r == -ENOMEM)
		return r;
	error_text(e, proof->untraced, sizeof(proof->untraced));
	return 0;
}

/* The functions of all CPUs at once: it's a long list. */
static int
functions_name(const struct root *proc, struct proof *proof, struct error *e)
{
	auto_free struct symbol *list = NULL;
	size_t count = 0, at = 0;

	for (size_t i = 0; i < proof->count; i++)
		count += proof->cpus[i].tally.count;
	list = calloc(count + 1, sizeof(*list));
	if (list == NULL)
		return error_sys(e, ENOMEM, NULL, "name functions");
	for (size_t i = 0; i < proof->count; i++) {
		const struct tally *t = &proof->cpus[i].tally;

		for (size_t j = 0; j < t->count; j++)
			list[at++].address = t->list[j].source >= TRACE_NMI ? t->list[j].id : 0;
	}
	symbols_find(proc, list, count);
	at = 0;
	for (size_t i = 0; i < proof->count; i++) {
		struct tally *t = &proof->cpus[i].tally;

		for (size_t j = 0; j < t->count; j++, at++) {
			if (list[at].name[0] != '\0')
				(void)snprintf(t->list[j].name, sizeof(t->list[j].name), "%s",
					list[at].name);
		}
	}
	return 0;
}

/* @before: room for the counts of each CPU, twice */
static int
watch_counted(const struct root *proc, int64_t ms, int signal_fd, struct proof *proof,
	struct count *before, struct error *e)
{
	struct count *after = before + proof->count;
	int r;

	if (counts_take(proc, proof, before) < 0)
		return error_sys(e, ENOMEM, NULL, "count what runs");
	r = watch(proc, ms, signal_fd, proof, e);
	if (r < 0)
		return r;
	if (counts_take(proc, proof, after) < 0)
		return error_sys(e, ENOMEM, NULL, "count what runs");
	counts_compare(proof, before, after);
	for (size_t i = 0; i < proof->count; i++)
		proof->cpus[i].is_unsteady =
			before[i].is_known != after[i].is_known || !occupants_stay(&proof->cpus[i]);
	return functions_name(proc, proof, e);
}

int
prove(const struct root *proc, int64_t ms, int signal_fd, struct proof *proof, struct error *e)
{
	struct count *counts = calloc(2 * proof->count + 1, sizeof(*counts));
	int r;

	if (counts == NULL)
		return error_sys(e, ENOMEM, NULL, "count what runs");
	r = watch_counted(proc, ms, signal_fd, proof, counts, e);
	free(counts);
	return r;
}
