/* SPDX-License-Identifier: MIT */
/* A definition and a host, made by hand, to plan with. */
#ifndef QPIN_TESTS_PLAN_SCENE_H
#define QPIN_TESTS_PLAN_SCENE_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "host/topology.h"
#include "plan/plan.h"

enum {
	SCENE_PINS_MAX = 1024,
	SCENE_PIN_LINE = 10, /* of the first pin; the next ones are on the lines below */
	SCENE_PIN_COLUMN = 7,
	SCENE_SMP_LINE = 90,
};

struct scene {
	struct definition definition;
	struct facts facts;
	struct pin pins[SCENE_PINS_MAX];
	struct qemu_option smp;
	struct claim claims[4];
	char smp_value[64];
};

static inline struct cpus
cpus_of(const char *list)
{
	struct cpus cpus;

	assert(cpus_parse(list, &cpus) == 0);
	return cpus;
}

static inline void
scene_pin(struct scene *s, struct pin pin)
{
	assert(s->definition.pin_count < SCENE_PINS_MAX);
	pin.place.line = SCENE_PIN_LINE + (unsigned)s->definition.pin_count;
	pin.place.column = SCENE_PIN_COLUMN;
	s->pins[s->definition.pin_count++] = pin;
}

/*
 * scene_make - VM "guest" on a host that gives everything: root, cgroup v2, a kernel of today
 * @host: hwloc's description, or NULL: then the caller fills facts.topology
 * @smp:  value of `smp`, or NULL for none
 * @pins: "SOCKET.CORE.THREAD=CPU …"
 */
static inline void
scene_make(struct scene *s, const char *host, const char *smp, const char *pins)
{
	static char name[] = "guest", path[] = "/etc/guest.yml", smp_name[] = "smp";
	struct error e;
	struct pin pin = {0};
	int len;

	memset(s, 0, sizeof(*s));
	if (host != NULL)
		assert(topology_synthetic(host, &s->facts.topology, &e) == 0);
	s->facts.root = s->facts.interrupts = s->facts.watchdog = true;
	s->facts.cgroup = (struct cgroup_facts){
		.mode = CGROUP_V2,
		.has_cpuset = true,
		.has_exclusive = true,
		.writable = true,
		.effective = s->facts.topology.online,
		.partition = "/",
		.partition_cpus = s->facts.topology.online,
	};
	s->facts.claims = s->claims;
	s->definition = (struct definition){
		.name = name, .path = path, .pins = s->pins, .isolation_place = {3, 14}};
	if (smp != NULL) {
		(void)snprintf(s->smp_value, sizeof(s->smp_value), "%s", smp);
		s->smp = (struct qemu_option){
			.name = smp_name, .value = s->smp_value, .place = {SCENE_SMP_LINE, 5}};
		s->definition.options = &s->smp;
		s->definition.option_count = 1;
	}
	while (sscanf(pins, " %u.%u.%u=%u%n", &pin.socket, &pin.core, &pin.thread, &pin.os_cpu,
		       &len) == 4) {
		scene_pin(s, pin);
		pins += len;
	}
	assert(*pins == '\0');
}

/* scene_claim - another VM has CPUs */
static inline void
scene_claim(struct scene *s, const char *name, const char *cpus, bool alive)
{
	struct claim *claim = &s->claims[s->facts.claim_count++];

	(void)snprintf(claim->name, sizeof(claim->name), "%s", name);
	claim->cpus = cpus_of(cpus);
	claim->alive = alive;
	cpus_subtract(&s->facts.cgroup.effective, &claim->cpus);
}

static inline void
scene_take_offline(struct scene *s, unsigned os_cpu)
{
	cpus_remove(&s->facts.topology.online, os_cpu);
	cpus_remove(&s->facts.cgroup.effective, os_cpu);
}

static inline int
scene_plan(struct scene *s, struct plan *plan, struct error *e)
{
	return plan_make(&s->definition, &s->facts, NULL, plan, e);
}

static inline void
scene_done(struct scene *s)
{
	topology_done(&s->facts.topology);
}

#endif
