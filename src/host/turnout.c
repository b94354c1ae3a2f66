/* SPDX-License-Identifier: MIT */
/* How often tasks were put on CPUs, and how many of those times it was the threads whose CPUs they
 * are. */
#include "host/turnout.h"

#include <errno.h>

#include "base/cpus.h"
#include "base/error.h"
#include "base/files.h"

enum {
	TRIES = 16,
};

size_t
turnouts_of_cpu(const struct turnout *list, size_t count)
{
	size_t i = 1;

	while (i < count && list[i].os_cpu == list[0].os_cpu)
		i++;
	return i < count ? i : count;
}

/* One that isn't known needs no further look; nor does one that is settled. */
static bool
is_open(const struct turnout *t)
{
	return t->is_known && !t->is_settled;
}

static void
thread_count(const struct root *proc, struct turnout *t, struct turns *ret)
{
	struct error ignored;

	if (is_open(t) && t->tid != 0 && turns_read(proc, t->pid, t->tid, ret, &ignored) < 0)
		t->is_known = false;
}

/* What is known of a CPU is known of all its threads. */
static void
cpu_judge(struct turnout *list, size_t count)
{
	bool known = true, settled = true;

	for (size_t i = 0; i < count; i++) {
		known = known && list[i].is_known;
		settled = settled && list[i].before.count == list[i].after.count;
	}
	for (size_t i = 0; i < count; i++) {
		list[i].is_known = known;
		list[i].is_settled = known && settled;
	}
}

static int
read_once(const struct root *proc, struct turnout *list, size_t count)
{
	struct switches switches = {0};
	struct error ignored;
	int r;

	for (size_t i = 0; i < count; i++)
		thread_count(proc, &list[i], &list[i].before);
	r = switches_load(proc, &switches, &ignored);
	for (size_t i = 0; i < count; i++) {
		struct turnout *t = &list[i];

		if (!is_open(t))
			continue;
		t->is_known = r == 0 && cpus_has(&switches.known, t->os_cpu);
		t->switches = t->is_known ? switches.count[t->os_cpu] : 0;
		thread_count(proc, t, &t->after);
	}
	switches_done(&switches);
	for (size_t i = 0; i < count; i += turnouts_of_cpu(&list[i], count - i))
		cpu_judge(&list[i], turnouts_of_cpu(&list[i], count - i));
	return r == -ENOMEM ? r : 0;
}

int
turnouts_read(const struct root *proc, struct turnout *list, size_t count)
{
	bool again = count > 0;
	int r = 0;

	for (size_t i = 0; i < count; i++)
		list[i] = (struct turnout){.os_cpu = list[i].os_cpu,
			.pid = list[i].pid,
			.tid = list[i].tid,
			.is_known = true};
	for (int i = 0; i < TRIES && r == 0 && again; i++) {
		r = read_once(proc, list, count);
		again = false;
		for (size_t j = 0; j < count; j++)
			again = again || is_open(&list[j]);
	}
	return r;
}
