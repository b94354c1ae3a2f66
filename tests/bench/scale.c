/* SPDX-License-Identifier: MIT */
/*
 * scale WHAT CPUS: do that once, for a host of so many CPUs that nobody has (8 or more, a multiple
 * of 8), under a counter of instructions: see host/scale. A VM has a vCPU for every second CPU.
 * WHAT is "plan" (each vCPU has a pin: plan_make), "choose" (vcpu_pinning: auto: plan_make),
 * "prepare" (the list of changes: plan_prepare) or "parse" (the definition: definition_parse).
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plan/changes.h"
#include "plan/scene.h"

static int
fail(const struct error *e)
{
	(void)fprintf(stderr, "scale: cannot %s: %s %s\n", e->what, e->where, e->why);
	return 1;
}

/* A scene of CPUS CPUs: 8 to a last-level cache, two threads to a core. */
static void
host_make(struct scene *s, unsigned cpus, bool pinned)
{
	char host[80], smp[sizeof(s->smp_value)];

	(void)snprintf(host, sizeof(host), "pack:1 [numa(memory=1GB)] l3:%u core:4 pu:2", cpus / 8);
	(void)snprintf(smp, sizeof(smp), "%u,sockets=1,cores=%u,threads=2", cpus / 2, cpus / 4);
	scene_make(s, host, smp, "");
	for (unsigned i = 0; i < cpus / 2 && pinned; i++)
		scene_pin(s, (struct pin){
				     .core = i / 2, .thread = i % 2, .os_cpu = cpus / 4 + i});
	s->definition.wishes.set = !pinned;
}

static int
plan_run(unsigned cpus, bool pinned, bool prepare)
{
	auto_change_list struct change_list list = {0};
	static struct scene s;
	struct plan plan;
	struct error e;
	int r;

	host_make(&s, cpus, pinned);
	r = scene_plan(&s, &plan, &e);
	if (r == 0 && prepare)
		r = plan_prepare(&plan, &list, &e);
	if (r == 0 && plan.vcpu_count != cpus / 2)
		r = 1;
	plan_done(&plan);
	scene_done(&s);
	return r < 0 ? fail(&e) : r;
}

static int
parse_run(unsigned cpus)
{
	struct buf text = {0};
	struct definition definition = {0};
	struct problems problems = {0};
	struct definition_text from = {.path = "scale.yml", .dialect = DIALECT_QPIN};
	struct error e;
	int r;

	buf_add(&text, "launcher:\n  binary: qemu-system-x86_64\n  vcpu_pinning:\n    0:\n");
	for (unsigned i = 0; i < cpus / 4; i++)
		buf_printf(&text, "      %u: { 0: %u, 1: %u }\n", i, cpus / 4 + 2 * i,
			cpus / 4 + 2 * i + 1);
	buf_printf(&text, "qemu:\n- name: scale\n- smp: [ %u, sockets: 1, cores: %u, threads: 2 ]\n",
		cpus / 2, cpus / 4);
	from.text = text.text;
	from.len = strlen(text.text);
	r = definition_parse(&from, &definition, &problems, &e);
	if (r == 0 && definition.pin_count != cpus / 2)
		r = 1;
	definition_done(&definition);
	problems_done(&problems);
	buf_done(&text);
	return r < 0 ? fail(&e) : r;
}

int
main(int argc, char **argv)
{
	const char *what = argc == 3 ? argv[1] : "";
	unsigned long cpus = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (cpus < 8 || cpus > 1024 || cpus % 8 != 0)
		return 2;
	if (str_eq(what, "parse"))
		return parse_run((unsigned)cpus);
	if (str_eq(what, "plan") || str_eq(what, "prepare"))
		return plan_run((unsigned)cpus, true, str_eq(what, "prepare"));
	return str_eq(what, "choose") ? plan_run((unsigned)cpus, false, false) : 2;
}
