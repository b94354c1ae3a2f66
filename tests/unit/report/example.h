/* SPDX-License-Identifier: MIT */
/* Plans to report, with changes that do nothing. */
#ifndef QPIN_TESTS_REPORT_EXAMPLE_H
#define QPIN_TESTS_REPORT_EXAMPLE_H

#include <stdio.h>

#include "base/cleanup.h"
#include "change/change.h"
#include "plan/scene.h"

static void
example_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "set %s of %s to %s", c->key, c->target, c->value);
}

static const struct change_kind example_kind = {.name = "control", .describe = example_describe};

struct example {
	struct scene scene;
	struct iothread_pin iothread_pin;
	struct change changes[2];
	struct change_list list;
	struct plan plan;
};

/* example_make - a plan with everything in it: two vCPUs that split a guest core, on CPUs 0-1 */
static inline void
example_make(struct example *x)
{
	static char id[] = "disk0", target[] = "/qpin.slice/a", key[] = "cpuset.cpus",
		    value[] = "0-1", role[] = "vCPU 0.0.1";
	struct definition *d = &x->scene.definition;
	struct error e;

	scene_make(&x->scene, "pack:1 [numa(memory=1GB)] l3:2 core:2 pu:2",
		"2,sockets=1,cores=1,threads=2", "0.0.0=0 0.0.1=2");
	d->host_tasks = HOST_TASKS_LEAVE;
	x->iothread_pin = (struct iothread_pin){.id = id, .cpus = cpus_of("4,6")};
	d->iothread_pins = &x->iothread_pin;
	d->iothread_pin_count = 1;
	d->emulator_cpus = cpus_of("5-7");
	d->memory_nodes = cpus_of("0");
	x->changes[0] = (struct change){
		.kind = &example_kind, .target = target, .key = key, .value = value};
	x->changes[1] = x->changes[0];
	x->changes[1].role = role;
	x->list = (struct change_list){.list = x->changes, .count = COUNT(x->changes)};
	assert(scene_plan(&x->scene, &x->plan, &e) == 0);
}

static inline void
example_done(struct example *x)
{
	plan_done(&x->plan);
	scene_done(&x->scene);
}

#endif
