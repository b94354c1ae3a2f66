/* SPDX-License-Identifier: MIT */
#include "plan/wish.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "plan/hosts.h"
#include "plan/scene.h"

#define GUEST_PATH "/etc/guest.yml:"

struct refusal {
	const struct host_form *host;
	const char *smp, *cpus, *avoid, *near; /* NULL: not wished */
	struct wishes wishes;
	const char *text, *hint; /* the hint: a part of it */
};

static void
refusal_scene(struct scene *s, const struct refusal *row)
{
	struct wishes *w = &s->definition.wishes;

	scene_make(s, NULL, row->smp, "");
	s->facts.topology = host_make(row->host);
	s->facts.cgroup.effective = s->facts.topology.online;
	*w = row->wishes;
	w->set = true;
	w->place = (struct place){5, 17};
	if (row->cpus != NULL) {
		w->cpus = cpus_of(row->cpus);
		w->cpus_place = (struct place){6, 5};
	}
	if (row->avoid != NULL) {
		w->avoid = cpus_of(row->avoid);
		w->avoid_place = (struct place){7, 5};
	}
	if (row->near != NULL) {
		(void)snprintf(w->near, sizeof(w->near), "0000:0b:00.0");
		w->near_place = (struct place){8, 5};
		s->facts.near.found = row->near[0] != '\0';
		s->facts.near.local = cpus_of(row->near);
	}
}

static void
wish_refuses_what_cannot_be_had_at_its_place(void **state)
{
	static const struct refusal row[] = {
		{&host_tiny, "2",
			.text = "5:17: vcpu_pinning: there is room for 1 of the guest's 2 vCPUs on "
				"what is left to choose from, CPUs 1",
			.hint = "CPU 0 and one whole core stay"},
		{&host_one_core, "1",
			.text = "5:17: vcpu_pinning: no CPU is left to choose for the guest's 1 "
				"vCPU",
			.hint = "CPU 0 and one whole core stay"},
		{&host_hybrid, "20",
			.text = "5:17: vcpu_pinning: there is room for 18 of the guest's 20 vCPUs "
				"on what is left to choose from, CPUs 2-19",
			.hint = "{ cpus: LIST }"},
		{&host_tiny, "3", .cpus = "0-1",
			.text = "6:5: cpus: there is room for 2 of the guest's 3 vCPUs on what is "
				"left to choose from, CPUs 0-1",
			.hint = "name more CPUs"},
		{&host_tiny, "1", .cpus = "1-2",
			.text = "6:5: cpus: the host has no CPU 2; online are 0-1", .hint = ""},
		{&host_holes, "5", .avoid = "3",
			.text = "7:5: avoid: there is room for 4 of the guest's 5 vCPUs on what is "
				"left to choose from, CPUs 6,9,12,15",
			.hint = "fewer vCPUs"},
		{&host_two_dies, "4", .near = "",
			.text = "8:5: near: the host has no PCI device 0000:0b:00.0",
			.hint = "lspci -D"},
		{&host_two_dies, "16", .near = "0-7,16-23",
			.text = "8:5: near: there is room for 14 of the guest's 16 vCPUs on what "
				"is left to choose from, CPUs 1-7,17-23",
			.hint = "fewer vCPUs"},
		{&host_two_dies, "4", .wishes = {.node = 1, .node_place = {9, 11}},
			.text = "9:11: node: the host has no CPUs in node 1; nodes with CPUs are 0",
			.hint = ""},
		{&host_server, "18", .wishes = {.node = 1, .node_place = {9, 11}},
			.text = "9:11: node: there is room for 16 of the guest's 18 vCPUs on what "
				"is left to choose from, CPUs 8-15,40-47",
			.hint = "fewer vCPUs"},
		{&host_tiny, "1", .wishes = {.cache_place = {10, 12}},
			.text = "10:12: cache: the host doesn't tell how large its caches are",
			.hint = ""},
		{&host_two_dies, "16", .wishes = {.cache_place = {10, 12}},
			.text = "10:12: cache: there is room for 14 of the guest's 16 vCPUs on "
				"what is left to choose from, CPUs 1-7,17-23",
			.hint = "fewer vCPUs"},
		{&host_two_dies, "1",
			.wishes = {.class = WISH_CLASS_PERFORMANCE, .class_place = {11, 12}},
			.text = "11:12: class: all CPUs of this host are of one kind, as far as it "
				"tells",
			.hint = "take the wish out"},
		{&host_hybrid, "6",
			.wishes = {.class = WISH_CLASS_EFFICIENT, .class_place = {11, 12}},
			.text = "11:12: class: there is room for 4 of the guest's 6 vCPUs on what "
				"is left to choose from, CPUs 16-19",
			.hint = "fewer vCPUs"},
		{&host_hybrid, "4,cores=2,threads=2",
			.wishes = {.smt = WISH_SMT_ALONE, .smt_place = {12, 10}},
			.text = "12:10: smt: alone puts one vCPU on a host core, but a core of the "
				"guest has 2 threads",
			.hint = "threads=1"},
		{&host_hybrid, "12", .wishes = {.smt = WISH_SMT_ALONE, .smt_place = {12, 10}},
			.text = "12:10: smt: there is room for 11 of the guest's 12 vCPUs on what "
				"is left to choose from, CPUs 2-19",
			.hint = "fewer vCPUs"},
		{&host_arm, "4", .wishes = {.smt = WISH_SMT_PAIR, .smt_place = {12, 10}},
			.text = "12:10: smt: pair: no core that is left to choose from has two "
				"threads",
			.hint = "take the wish out"},
		{&host_hybrid, "16,cores=8,threads=2",
			.wishes = {.smt = WISH_SMT_PAIR, .smt_place = {12, 10}},
			.text = "12:10: smt: there is room for 14 of the guest's 16 vCPUs on what "
				"is left to choose from, CPUs 2-15",
			.hint = "fewer vCPUs"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};
		char text[1024];
		int r;

		refusal_scene(&s, &row[i]);
		r = scene_plan(&s, &plan, &e);
		error_text(&e, text, sizeof(text));
		if (r != -EINVAL || e.kind != ERROR_DEFINITION || !str_starts(text, GUEST_PATH) ||
			!str_eq(text + strlen(GUEST_PATH), row[i].text) ||
			strstr(e.hint, row[i].hint) == NULL)
			fail_msg("row %zu: %s\nhint: %s", i, text, e.hint);
		plan_done(&plan);
		scene_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wish_refuses_what_cannot_be_had_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
