/* SPDX-License-Identifier: MIT */
#include "report/plan.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "report/example.h"
#include "report/text.h"

static void
report_plan_shows_all_that_will_be(void **state)
{
	static const char want[] =
		"VM:        guest (/etc/guest.yml)\n"
		"Guest:     2 vCPUs, sockets 1, cores 1, threads 2\n"
		"Isolation: cpuset (host_tasks: leave keeps partitions off)\n"
		"Backend:   v2, no partitions\n"
		"\n"
		"VCPU  CPU CORE CACHE PACKAGE NODE\n"
		"0.0.0   0    0     0       0    0\n"
		"0.0.1   2    1     0       0    0\n"
		"\n"
		"Pool:      CPUs 1,3-7 (all that has no CPU of its own)\n"
		"Emulator:  CPUs 5-7\n"
		"Host:      tasks are not moved\n"
		"Iothread:  'disk0' on CPUs 4,6\n"
		"Memory:    NUMA nodes 0\n"
		"\n"
		"warning: the threads of guest core 0.0 are split over several host cores\n"
		"   hint: vcpu_pinning: {0: {0: {0: 0, 1: 1}}}\n"
		"warning: CPU 0 is pinned, where the host's interrupts and timers tend to be\n"
		"   hint: leave CPU 0 to the host; the pool has 1,3-7\n"
		"\n"
		"Changes, in order:\n"
		"   1. set cpuset.cpus of /qpin.slice/a to 0-1\n"
		"   2. set cpuset.cpus of /qpin.slice/a to 0-1\n"
		"\n"
		"QEMU:\n"
		"qemu-system-x86_64 -name 'a b' -smp 2\n";
	struct example x;
	struct text text;
	struct error e;
	char *got;

	(void)state;
	example_make(&x);
	text_open(&text);
	assert_int_equal(report_plan(text.out, &x.plan, &x.list,
				 "qemu-system-x86_64 -name 'a b' -smp 2", &e),
		0);
	got = text_close(&text);
	assert_string_equal(got, want);
	free(got);
	example_done(&x);
}

static void
report_plan_leaves_out_what_there_is_not(void **state)
{
	static const char want[] = "VM:        guest (/etc/guest.yml)\n"
				   "Guest:     1 vCPU of at most 4, sockets 4, cores 1, threads 1\n"
				   "Isolation: affinity (no vcpu_pinning)\n"
				   "Backend:   affinity\n"
				   "\n"
				   "Pool:      CPUs 0-3 (all that has no CPU of its own)\n"
				   "Emulator:  CPUs of the pool\n"
				   "\n"
				   "Changes, in order: none\n";
	struct scene s;
	struct plan plan;
	struct change_list none = {0};
	struct text text;
	struct error e;
	char *got;

	(void)state;
	scene_make(&s, "core:4 pu:1", "1,sockets=4,cores=1,threads=1,maxcpus=4", "");
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	text_open(&text);
	assert_int_equal(report_plan(text.out, &plan, &none, NULL, &e), 0);
	got = text_close(&text);
	assert_string_equal(got, want);
	free(got);
	plan_done(&plan);
	scene_done(&s);
}

static void
report_plan_shows_a_dash_where_the_host_has_no_id(void **state)
{
	static const char want[] = "VM:        guest (/etc/guest.yml)\n"
				   "Guest:     1 vCPU, sockets 1, cores 1, threads 1\n"
				   "Isolation: isolated\n"
				   "Backend:   v2, remote partitions\n"
				   "\n"
				   "VCPU   CPU CORE CACHE PACKAGE NODE\n"
				   "0.0.0 1023    -     -       -    -\n"
				   "\n"
				   "Pool:      CPUs 0 (all that has no CPU of its own)\n"
				   "Emulator:  CPUs of the pool\n"
				   "Host:      tasks are moved to /qpin.slice/pool\n";
	struct host_cpu cpus[] = {
		{.os_cpu = 0, .package = -1, .core = -1, .cache = -1, .node = -1},
		{.os_cpu = 1023, .package = -1, .core = -1, .cache = -1, .node = -1},
	};
	struct scene s;
	struct plan plan;
	struct text text;
	struct error e;
	char *got;

	(void)state;
	scene_make(&s, NULL, "1", "0.0.0=1023");
	s.facts.topology = (struct topology){.cpus = cpus,
		.cpu_count = COUNT(cpus),
		.present = cpus_of("0,1023"),
		.online = cpus_of("0,1023")};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	text_open(&text);
	assert_int_equal(report_plan(text.out, &plan, NULL, NULL, &e), 0);
	got = text_close(&text);
	assert_string_equal(got, want);
	free(got);
	plan_done(&plan);
}

static void
report_plan_tells_of_cpus_isolated_at_boot(void **state)
{
	struct scene s;
	struct plan plan;
	struct text text;
	struct error e;
	char *got;

	(void)state;
	scene_make(&s, "core:4 pu:2", "2", "0.0.0=6 0.1.0=7");
	s.facts.topology.boot_isolated = cpus_of("5-7");
	s.facts.topology.nohz_full = cpus_of("7");
	s.facts.boot.managed_irq = true;
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	text_open(&text);
	assert_int_equal(report_plan(text.out, &plan, NULL, NULL, &e), 0);
	got = text_close(&text);
	assert_non_null(strstr(got, "\nIsolation: isolated (boot)\n"));
	assert_non_null(strstr(got, "\nBoot:      CPUs 6-7 isolated; nohz_full 7; rcu_nocbs none; "
				    "managed_irq yes\n"));
	free(got);
	plan_done(&plan);
	scene_done(&s);
}

static void
report_plan_shows_what_was_chosen_as_pins(void **state)
{
	struct scene s;
	struct plan plan;
	struct text text;
	struct error e;
	char *got;

	(void)state;
	scene_make(&s, "core:4 pu:2", "3", "");
	s.definition.wishes.set = true;
	s.definition.wishes.place = (struct place){3, 17};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	text_open(&text);
	assert_int_equal(report_plan(text.out, &plan, NULL, NULL, &e), 0);
	got = text_close(&text);
	assert_non_null(
		strstr(got, "\nChosen; the same as:\n"
			    "vcpu_pinning: {0: {0: {0: 2}, 1: {0: 3}, 2: {0: 4}}}\n\nPool: "));
	assert_non_null(strstr(got, "or wish `smt: alone` (or `smt: pair`)"));
	free(got);
	plan_done(&plan);
	s.definition.wishes.smt = WISH_SMT_PAIR;
	s.definition.wishes.smt_place = (struct place){4, 17};
	assert_int_equal(scene_plan(&s, &plan, &e), 0);
	assert_int_equal(plan.warning_count, 0); /* they know */
	plan_done(&plan);
	scene_done(&s);
}

static void
report_plan_tells_that_it_cannot_write(void **state)
{
	struct example x;
	struct error e;
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	example_make(&x);
	assert_int_equal(report_plan(full, &x.plan, &x.list, NULL, &e), -ENOSPC);
	assert_string_equal(e.what, "write the plan");
	(void)fclose(full);
	example_done(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_plan_shows_all_that_will_be),
		cmocka_unit_test(report_plan_leaves_out_what_there_is_not),
		cmocka_unit_test(report_plan_shows_a_dash_where_the_host_has_no_id),
		cmocka_unit_test(report_plan_tells_of_cpus_isolated_at_boot),
		cmocka_unit_test(report_plan_shows_what_was_chosen_as_pins),
		cmocka_unit_test(report_plan_tells_that_it_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
