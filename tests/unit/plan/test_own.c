/* SPDX-License-Identifier: MIT */
#include "plan/own.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

/* What a VM asks for, on a host of two packages of two cores with two threads, a cache each. */
struct asks {
	const char *pinned, *emulator, *iothread;
	const char *claimed;   /* another VM's */
	const char *partition; /* that qpin runs in; NULL: the host's */
};

/* own_choose() for @asks, as a list; NULL when there is none. */
static const char *
chosen(const struct asks *asks, char *text)
{
	static struct scene s;
	struct iothread_pin io = {0};
	struct plan plan = {.definition = &s.definition, .facts = &s.facts};
	struct cpus cpus;
	bool found;

	scene_make(&s, "pack:2 l3:1 core:2 pu:2", "1", "");
	plan.pinned = cpus_of(asks->pinned);
	plan.pool = s.facts.topology.online;
	cpus_subtract(&plan.pool, &plan.pinned);
	if (asks->claimed != NULL) {
		cpus = cpus_of(asks->claimed);
		cpus_subtract(&plan.pool, &cpus);
	}
	if (asks->partition != NULL) {
		(void)snprintf(s.facts.cgroup.partition, sizeof(s.facts.cgroup.partition), "/p");
		cpus = cpus_of(asks->partition);
		cpus_keep(&plan.pool, &cpus);
	}
	if (asks->emulator != NULL)
		s.definition.emulator_cpus = cpus_of(asks->emulator);
	if (asks->iothread != NULL) {
		io.cpus = cpus_of(asks->iothread);
		s.definition.iothread_pins = &io;
		s.definition.iothread_pin_count = 1;
	}
	found = own_choose(&plan, &cpus);
	scene_done(&s);
	return found ? cpus_format(&cpus, text) : NULL;
}

static void
own_is_the_nearest_that_the_host_can_spare(void **state)
{
	static const struct {
		struct asks asks;
		const char *want;
	} row[] = {
		{{.pinned = "2"}, "3"},                      /* its sibling */
		{{.pinned = "2-3"}, "1"},                    /* its cache, though the host's */
		{{.pinned = "4-5"}, "7"},                    /* its cache */
		{{.pinned = "4-7"}, "3"},                    /* none near: not the host's */
		{{.pinned = "4-7", .claimed = "2-3"}, "1"},  /* what there is */
		{{.pinned = "0"}, "1"},                      /* its sibling */
		{{.pinned = "2", .claimed = "3"}, "1"},      /* of nobody else */
		{{.pinned = "2", .emulator = "6-7"}, "6-7"}, /* as it is written */
		{{.pinned = "2", .iothread = "3"}, "1"},     /* not the iothread's */
		{{.pinned = "2-7", .iothread = "1"}, "1"},   /* the iothread's: no other */
		{{.pinned = "4", .emulator = "5", .iothread = "6"}, "5"},
		{{.pinned = "2-4", .partition = "2-5"}, "5"}, /* all of it */
		{{.pinned = "2-3", .emulator = "4-5", .partition = "2-5"}, "4-5"},
	};
	char text[CPUS_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const char *got = chosen(&row[i].asks, text);

		if (got == NULL || strcmp(got, row[i].want) != 0)
			fail_msg("row %zu: %s", i, got != NULL ? got : "none");
	}
}

static void
own_never_leaves_the_host_without_a_cpu(void **state)
{
	static const struct asks row[] = {
		{.pinned = "1-7"}, {.pinned = "2-7", .emulator = "0-1"},
		{.pinned = "2-7", .emulator = "0", .iothread = "1"},
		{.pinned = "4-7", .claimed = "1-3"},
		{.pinned = "2-5", .partition = "2-5"}, /* nor itself */
	};
	char text[CPUS_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (chosen(&row[i], text) != NULL)
			fail_msg("row %zu: %s", i, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_is_the_nearest_that_the_host_can_spare),
		cmocka_unit_test(own_never_leaves_the_host_without_a_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
