/* SPDX-License-Identifier: MIT */
#include "plan/choose.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "plan/hosts.h"
#include "plan/pinning.h"
#include "plan/scene.h"

#define KEY "vcpu_pinning: "
#define AT(n)                                                                                      \
	{                                                                                          \
		(n), 21                                                                            \
	}
#define WISH_NODE(n)  .node = (n), .node_place = AT(11)
#define WISH_LARGEST  .cache_place = AT(12)
#define WISH_CLASS(c) .class = (c), .class_place = AT(13)
#define WISH_SMT(s)   .smt = (s), .smt_place = AT(14)

struct golden {
	const struct host_form *host;
	const char *smp;
	const char *cpus, *avoid, *claim, *near; /* NULL: none */
	struct wishes wishes;
	const char *want;
};

static void
golden_scene(struct scene *s, const struct golden *row)
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
		w->cpus_place = (struct place)AT(8);
	}
	if (row->avoid != NULL) {
		w->avoid = cpus_of(row->avoid);
		w->avoid_place = (struct place)AT(9);
	}
	if (row->near != NULL) {
		w->near_place = (struct place)AT(10);
		s->facts.near.found = true;
		s->facts.near.local = cpus_of(row->near);
	}
	if (row->claim != NULL)
		scene_claim(s, "other", row->claim, true);
}

static bool
golden_holds(const struct golden *row)
{
	struct scene s;
	struct plan plan;
	struct error e;
	auto_free char *text = NULL;
	bool same;

	golden_scene(&s, row);
	if (scene_plan(&s, &plan, &e) == 0)
		text = pinning_text(&plan, NULL);
	same = text != NULL && str_starts(text, KEY) && str_eq(text + strlen(KEY), row->want);
	if (!same)
		print_error("%s, smp %s:\n  want %s\n  got  %s\n", row->host->name, row->smp,
			row->want, text != NULL ? text + strlen(KEY) : e.why);
	plan_done(&plan);
	scene_done(&s);
	return same;
}

static void
golden_check(const struct golden *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !golden_holds(&rows[i]);
	if (wrong > 0)
		fail_msg("%zu of %zu plans differ", wrong, count);
}

static void
choose_takes_cores_of_one_kind(void **state)
{
	static const struct golden row[] = {
		{&host_hybrid, "4,cores=2,threads=2",
			.want = "{0: {0: {0: 2, 1: 3}, 1: {0: 4, 1: 5}}}"},
		{&host_hybrid, "4", .want = "{0: {0: {0: 2}, 1: {0: 3}, 2: {0: 4}, 3: {0: 5}}}"},
		{&host_hybrid, "4", .wishes = {WISH_SMT(WISH_SMT_ALONE)},
			.want = "{0: {0: {0: 2}, 1: {0: 4}, 2: {0: 6}, 3: {0: 8}}}"},
		{&host_hybrid, "4", .wishes = {WISH_CLASS(WISH_CLASS_EFFICIENT)},
			.want = "{0: {0: {0: 16}, 1: {0: 17}, 2: {0: 18}, 3: {0: 19}}}"},
		{&host_hybrid, "2,cores=1,threads=2", .wishes = {WISH_CLASS(WISH_CLASS_EFFICIENT)},
			.want = "{0: {0: {0: 16, 1: 17}}}"},
		{&host_hybrid, "2", .claim = "2-15", .want = "{0: {0: {0: 16}, 1: {0: 17}}}"},
		{&host_hybrid, "18",
			.want = "{0: {0: {0: 2}, 1: {0: 3}, 2: {0: 4}, 3: {0: 5}, 4: {0: 6}, 5: "
				"{0: 7}, 6: {0: 8}, 7: {0: 9}, 8: {0: 10}, 9: {0: 11}, 10: {0: "
				"12}, 11: {0: 13}, 12: {0: 14}, 13: {0: 15}, 14: {0: 16}, 15: {0: "
				"17}, 16: {0: 18}, 17: {0: 19}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

static void
choose_takes_one_cache_away_from_the_host(void **state)
{
	static const struct golden row[] = {
		{&host_two_dies, "8,cores=4,threads=2",
			.want = "{0: {0: {0: 8, 1: 24}, 1: {0: 9, 1: 25}, 2: {0: 10, 1: 26}, 3: "
				"{0: 11, 1: 27}}}"},
		{&host_two_dies, "16,cores=8,threads=2",
			.want = "{0: {0: {0: 8, 1: 24}, 1: {0: 9, 1: 25}, 2: {0: 10, 1: 26}, 3: "
				"{0: 11, 1: 27}, 4: {0: 12, 1: 28}, 5: {0: 13, 1: 29}, 6: {0: 14, "
				"1: 30}, 7: {0: 15, 1: 31}}}"},
		{&host_two_dies, "8,cores=4,threads=2", .wishes = {WISH_LARGEST},
			.want = "{0: {0: {0: 1, 1: 17}, 1: {0: 2, 1: 18}, 2: {0: 3, 1: 19}, 3: {0: "
				"4, 1: 20}}}"},
		{&host_two_dies, "8,cores=4,threads=2", .claim = "8-13,24-29",
			.want = "{0: {0: {0: 1, 1: 17}, 1: {0: 2, 1: 18}, 2: {0: 3, 1: 19}, 3: {0: "
				"4, 1: 20}}}"},
		{&host_two_dies, "20,cores=10,threads=2",
			.want = "{0: {0: {0: 1, 1: 17}, 1: {0: 2, 1: 18}, 2: {0: 8, 1: 24}, 3: {0: "
				"9, 1: 25}, 4: {0: 10, 1: 26}, 5: {0: 11, 1: 27}, 6: {0: 12, 1: "
				"28}, 7: {0: 13, 1: 29}, 8: {0: 14, 1: 30}, 9: {0: 15, 1: 31}}}"},
		{&host_two_dies, "4", .near = "0-7,16-23", .avoid = "1,18",
			.want = "{0: {0: {0: 3}, 1: {0: 19}, 2: {0: 4}, 3: {0: 20}}}"},
		{&host_two_dies, "3", .want = "{0: {0: {0: 8}, 1: {0: 24}, 2: {0: 9}}}"},
		{&host_wide, "4,cores=2,threads=2",
			.want = "{0: {0: {0: 16, 1: 144}, 1: {0: 17, 1: 145}}}"},
		{&host_wide, "12,cores=6,threads=2", .claim = "32-41,160-169",
			.want = "{0: {0: {0: 42, 1: 170}, 1: {0: 43, 1: 171}, 2: {0: 44, 1: 172}, "
				"3: {0: 45, 1: 173}, 4: {0: 46, 1: 174}, 5: {0: 47, 1: 175}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

static void
choose_gives_guest_sockets_packages(void **state)
{
	static const struct golden row[] = {
		{&host_server, "8,sockets=2,cores=2,threads=2",
			.want = "{0: {0: {0: 16, 1: 48}, 1: {0: 17, 1: 49}}, 1: {0: {0: 8, 1: 40}, "
				"1: {0: 9, 1: 41}}}"},
		{&host_server, "16,sockets=4,cores=2,threads=2",
			.want = "{0: {0: {0: 8, 1: 40}, 1: {0: 9, 1: 41}}, 1: {0: {0: 16, 1: 48}, "
				"1: {0: 17, 1: 49}}, 2: {0: {0: 24, 1: 56}, 1: {0: 25, 1: 57}}, 3: "
				"{0: {0: 1, 1: 33}, 1: {0: 2, 1: 34}}}"},
		{&host_server, "8,sockets=2,cores=2,threads=2", .wishes = {WISH_NODE(1)},
			.want = "{0: {0: {0: 8, 1: 40}, 1: {0: 9, 1: 41}}, 1: {0: {0: 10, 1: 42}, "
				"1: {0: 11, 1: 43}}}"},
		{&host_server, "4,sockets=4",
			.want = "{0: {0: {0: 8}}, 1: {0: {0: 40}}, 2: {0: {0: 9}}, 3: {0: {0: "
				"41}}}"},
		{&host_server, "12,cores=6,threads=2",
			.want = "{0: {0: {0: 8, 1: 40}, 1: {0: 9, 1: 41}, 2: {0: 10, 1: 42}, 3: "
				"{0: 11, 1: 43}, 4: {0: 12, 1: 44}, 5: {0: 13, 1: 45}}}"},
		{&host_server, "20,cores=10,threads=2",
			.want = "{0: {0: {0: 16, 1: 48}, 1: {0: 17, 1: 49}, 2: {0: 18, 1: 50}, 3: "
				"{0: 19, 1: 51}, 4: {0: 20, 1: 52}, 5: {0: 21, 1: 53}, 6: {0: 22, "
				"1: 54}, 7: {0: 23, 1: 55}, 8: {0: 24, 1: 56}, 9: {0: 25, 1: "
				"57}}}"},
		{&host_server, "36,cores=18,threads=2",
			.want = "{0: {0: {0: 8, 1: 40}, 1: {0: 9, 1: 41}, 2: {0: 16, 1: 48}, 3: "
				"{0: 17, 1: 49}, 4: {0: 18, 1: 50}, 5: {0: 19, 1: 51}, 6: {0: 20, "
				"1: 52}, 7: {0: 21, 1: 53}, 8: {0: 22, 1: 54}, 9: {0: 23, 1: 55}, "
				"10: {0: 24, 1: 56}, 11: {0: 25, 1: 57}, 12: {0: 26, 1: 58}, 13: "
				"{0: 27, 1: 59}, 14: {0: 28, 1: 60}, 15: {0: 29, 1: 61}, 16: {0: "
				"30, 1: 62}, 17: {0: 31, 1: 63}}}"},
		{&host_interleaved, "4,sockets=2,cores=2",
			.want = "{0: {0: {0: 1}, 1: {0: 3}}, 1: {0: {0: 2}, 1: {0: 4}}}"},
		{&host_interleaved, "4",
			.want = "{0: {0: {0: 1}, 1: {0: 3}, 2: {0: 5}, 3: {0: 7}}}"},
		{&host_interleaved, "6",
			.want = "{0: {0: {0: 2}, 1: {0: 4}, 2: {0: 1}, 3: {0: 3}, 4: {0: 5}, 5: "
				"{0: 7}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

static void
choose_copes_with_what_the_host_does_not_tell(void **state)
{
	static const struct golden row[] = {
		{&host_arm, "4", .want = "{0: {0: {0: 1}, 1: {0: 2}, 2: {0: 3}, 3: {0: 4}}}"},
		{&host_arm, "4,cores=2,threads=2",
			.want = "{0: {0: {0: 1, 1: 2}, 1: {0: 3, 1: 4}}}"},
		{&host_arm, "4,sockets=2,cores=2",
			.want = "{0: {0: {0: 1}, 1: {0: 2}}, 1: {0: {0: 3}, 1: {0: 4}}}"},
		{&host_holes, "4", .want = "{0: {0: {0: 3}, 1: {0: 6}, 2: {0: 9}, 3: {0: 12}}}"},
		{&host_holes, "3", .claim = "3", .want = "{0: {0: {0: 6}, 1: {0: 9}, 2: {0: 12}}}"},
		{&host_tiny, "1", .want = "{0: {0: {0: 1}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

static void
choose_takes_listed_cpus_in_guest_order(void **state)
{
	static const struct golden row[] = {
		{&host_two_dies, "4", .cpus = "2-5",
			.want = "{0: {0: {0: 2}, 1: {0: 3}, 2: {0: 4}, 3: {0: 5}}}"},
		{&host_two_dies, "4,cores=2,threads=2", .cpus = "2-3,18-19",
			.want = "{0: {0: {0: 2, 1: 18}, 1: {0: 3, 1: 19}}}"},
		{&host_two_dies, "4", .cpus = "0-7",
			.want = "{0: {0: {0: 1}, 1: {0: 2}, 2: {0: 3}, 3: {0: 4}}}"},
		{&host_two_dies, "2", .cpus = "2-5,18-21", .wishes = {WISH_SMT(WISH_SMT_ALONE)},
			.want = "{0: {0: {0: 2}, 1: {0: 3}}}"},
		{&host_two_dies, "4,cores=2,threads=2", .cpus = "2-5,18-21", .avoid = "18",
			.want = "{0: {0: {0: 3, 1: 19}, 1: {0: 4, 1: 20}}}"},
		{&host_tiny, "1", .cpus = "0", .want = "{0: {0: {0: 0}}}"},
		{&host_hybrid, "4", .cpus = "2,4,16-17",
			.want = "{0: {0: {0: 2}, 1: {0: 4}, 2: {0: 16}, 3: {0: 17}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

static void
choose_leaves_out_what_is_not_for_it(void **state)
{
	static const struct golden row = {&host_two_dies, "2,cores=1,threads=2", .want = ""};
	static const char *const want[] = {
		KEY "{0: {0: {0: 8, 1: 24}}}",
		KEY "{0: {0: {0: 9, 1: 25}}}",  /* 24 is isolated at boot */
		KEY "{0: {0: {0: 10, 1: 26}}}", /* and 9 is offline */
		KEY "{0: {0: {0: 11, 1: 27}}}", /* and 10 is the emulator's */
		KEY "{0: {0: {0: 12, 1: 28}}}", /* and 27 is in a partition of another program */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		struct scene s;
		struct plan plan;
		struct error e;
		auto_free char *text = NULL;

		golden_scene(&s, &row);
		if (i > 0)
			s.facts.topology.boot_isolated = cpus_of("24");
		if (i > 1) {
			scene_take_offline(&s, 9);
			scene_take_offline(&s, 25);
		}
		if (i > 2)
			s.definition.emulator_cpus = cpus_of("10");
		if (i > 3)
			cpus_remove(&s.facts.cgroup.effective, 27);
		assert_int_equal(scene_plan(&s, &plan, &e), 0);
		text = pinning_text(&plan, NULL);
		if (!str_eq(text, want[i]))
			fail_msg("row %zu: %s", i, text);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
choose_takes_the_thread_whose_sibling_is_offline(void **state)
{
	static const struct golden row = {
		&host_two_dies, "4,cores=2,threads=2", .cpus = "2-3,18-19", .want = ""};
	struct scene s;
	struct plan plan;
	struct error e;

	(void)state;
	golden_scene(&s, &row);
	s.definition.wishes.cpus = cpus_of("2-3,18");
	scene_take_offline(&s, 19);
	assert_int_equal(scene_plan(&s, &plan, &e), -EINVAL);
	s.definition.wishes.cpus = cpus_of("2-4,18");
	assert_int_equal(scene_plan(&s, &plan, &e), 0); /* split, and warned of */
	assert_int_equal(plan.vcpu_count, 4);
	assert_true(plan.warning_count > 0);
	plan_done(&plan);
	scene_done(&s);
}

/* What plan shows does the same when it's written down. */
static void
choose_gives_pins_that_stand_for_themselves(void **state)
{
	static const struct golden row = {
		&host_server, "8,sockets=2,cores=2,threads=2", .want = ""};
	struct scene s;
	struct plan chosen, plan;
	struct error e;

	(void)state;
	golden_scene(&s, &row);
	assert_int_equal(scene_plan(&s, &chosen, &e), 0);
	assert_int_equal(chosen.vcpu_count, 8);
	assert_int_equal(chosen.warning_count, 0);
	s.definition.wishes.set = false;
	for (size_t i = 0; i < chosen.vcpu_count; i++)
		scene_pin(&s, (struct pin){.socket = chosen.vcpus[i].socket,
				      .core = chosen.vcpus[i].core,
				      .thread = chosen.vcpus[i].thread,
				      .os_cpu = chosen.vcpus[i].os_cpu});
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_memory_equal(plan.vcpus, chosen.vcpus, chosen.vcpu_count * sizeof(*chosen.vcpus));
	assert_true(cpus_equal(&plan.pinned, &chosen.pinned));
	assert_true(cpus_equal(&plan.pool, &chosen.pool));
	plan_done(&plan);
	plan_done(&chosen);
	scene_done(&s);
}

/* Of 8 that can be there, QEMU starts with the first 3: threads first. */
static void
choose_places_the_vcpus_of_the_start(void **state)
{
	static const struct golden row[] = {
		{&host_server, "3,maxcpus=8,sockets=2,cores=2,threads=2",
			.want = "{0: {0: {0: 8, 1: 40}, 1: {0: 9}}}"},
		{&host_server, "5,maxcpus=8,sockets=2,cores=2,threads=2",
			.want = "{0: {0: {0: 16, 1: 48}, 1: {0: 17, 1: 49}}, 1: {0: {0: 8}}}"},
	};

	(void)state;
	golden_check(row, COUNT(row));
}

/* Whatever the guest: a plan of distinct CPUs that may be taken, or a refusal. */
static void
shape_check(const struct host_form *host, const char *claim, const char *smp)
{
	const struct golden row = {host, smp, .claim = claim, .want = ""};
	struct cpus forbidden = cpus_of(claim);
	struct scene s;
	struct plan plan;
	struct error e;

	golden_scene(&s, &row);
	cpus_add(&forbidden, 0);
	if (scene_plan(&s, &plan, &e) == 0) {
		if (plan.vcpu_count != plan.smp.cpus || cpus_count(&plan.pinned) != plan.smp.cpus ||
			cpus_intersect(&plan.pinned, &forbidden))
			fail_msg("%s, without %s, smp %s", host->name, claim, smp);
	} else if (e.kind != ERROR_DEFINITION || e.line != 5) {
		fail_msg("%s, without %s, smp %s: %s", host->name, claim, smp, e.why);
	}
	plan_done(&plan);
	scene_done(&s);
}

static void
choose_gives_every_guest_cpus_of_its_own(void **state)
{
	static const struct host_form *const hosts[] = {&host_hybrid, &host_two_dies, &host_server,
		&host_interleaved, &host_wide, &host_arm, &host_holes, &host_tiny, &host_one_core};
	static const char *const claims[] = {"1", "0,2-5,9", "8-15"};
	static const unsigned shapes[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {4, 2}, {1, 4}};

	(void)state;
	for (size_t h = 0; h < COUNT(hosts); h++) {
		for (size_t i = 0; i < COUNT(claims) * COUNT(shapes); i++) {
			const unsigned *shape = shapes[i / COUNT(claims)];

			for (unsigned cores = 1; cores <= 40; cores += cores < 10 ? 1 : 5) {
				char smp[64];

				(void)snprintf(smp, sizeof(smp),
					"%u,sockets=%u,cores=%u,threads=%u",
					shape[0] * cores * shape[1], shape[0], cores, shape[1]);
				shape_check(hosts[h], claims[i % COUNT(claims)], smp);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choose_takes_cores_of_one_kind),
		cmocka_unit_test(choose_takes_one_cache_away_from_the_host),
		cmocka_unit_test(choose_gives_guest_sockets_packages),
		cmocka_unit_test(choose_copes_with_what_the_host_does_not_tell),
		cmocka_unit_test(choose_takes_listed_cpus_in_guest_order),
		cmocka_unit_test(choose_leaves_out_what_is_not_for_it),
		cmocka_unit_test(choose_takes_the_thread_whose_sibling_is_offline),
		cmocka_unit_test(choose_gives_pins_that_stand_for_themselves),
		cmocka_unit_test(choose_places_the_vcpus_of_the_start),
		cmocka_unit_test(choose_gives_every_guest_cpus_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
