/* SPDX-License-Identifier: MIT */
#include "report/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "check.h"
#include "plan/proof.h"

enum {
	MS = 1000 * 1000,
};

static struct disturber disturbers[] = {
	{.source = TRACE_NMI, .who = WHO_NO_TASK, .count = 2},
	{.source = TRACE_NMI,
		.who = WHO_NO_TASK,
		.id = 0xfe,
		.name = "perf_event_nmi_handler",
		.count = 1,
		.ns = 3000,
		.longest_ns = 3000},
	{.source = TRACE_TIMER,
		.who = WHO_NO_TASK,
		.id = 0xff,
		.name = "tick_sched_timer",
		.count = 2500},
	{.source = TRACE_TASK,
		.who = WHO_CPUS_OWN,
		.id = 22,
		.name = "kworker/3:1",
		.count = 4,
		.ns = 400},
	{.source = TRACE_IRQ,
		.who = WHO_NO_TASK,
		.id = 24,
		.name = "virtio0",
		.count = 1,
		.ns = 5000},
	{.source = TRACE_TASK,
		.who = WHO_USER,
		.id = 4711,
		.name = "ev\033il",
		.count = 120,
		.ns = 1200 * (uint64_t)MS,
		.longest_ns = 4 * MS},
};

static struct occupant occupants[] = {{.tid = 4121, .pid = 4100, .label = "vCPU 0.0.0"}};

typedef int (*print_function)(FILE *out, const struct proof *proof, struct error *e);

static int
print_plain(FILE *out, const struct proof *proof, struct error *e)
{
	return report_proof(out, proof, false, e);
}

static char *
print(print_function function, bool is_traced)
{
	struct proof_cpu cpus[] = {
		{.tally = {.os_cpu = 2,
			 .occupants = occupants,
			 .occupant_count = 1,
			 .is_known = true},
			.has_switches = true,
			.own = 7,
			.delay_ns = 12000},
		{.tally = {.os_cpu = 3,
			 .is_known = true,
			 .list = disturbers,
			 .count = is_traced ? COUNT(disturbers) : 0,
			 .gap_ns = is_traced ? 4 * MS : 0,
			 .gap_by = 5},
			.has_switches = true,
			.has_nmis = true,
			.nmis = 3,
			.switches = 130,
			.others = 124},
	};
	struct proof proof = {.vm = "win11",
		.is_traced = is_traced,
		.ns = 10000 * (uint64_t)MS,
		.cpus = cpus,
		.count = 2,
		.untraced = "cannot trace"};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct error e;

	assert_non_null(out);
	(void)proof_judge(&proof);
	assert_int_equal(function(out, &proof, &e), 0);
	(void)fclose(out);
	return text;
}

static void
each_cpu_has_its_verdict_and_who_was_there(void **state)
{
	auto_free char *text = print(print_plain, true);

	(void)state;
	assert_string_equal(text,
		"win11: traced for 10.0s\n"
		"PASS  CPU 2, vCPU 0.0.0 (thread 4121); waited 12.0us\n"
		"FAIL  CPU 3, nobody's, at most 4.00ms for ev?il, thread 4711\n"
		"    ! ev?il, thread 4711 (a program): 120 times, 1.20s in all, 4.00ms at most\n"
		"      hint: isolation: isolated keeps all tasks off that are not put there by "
		"hand\n"
		"    ! IRQ 24 (virtio0): 1 time, 5.00us in all, 0 at most\n"
		"      hint: isolation: quiet moves interrupts off; by hand: "
		"/proc/irq/NUMBER/smp_affinity_list\n"
		"    - NMI perf_event_nmi_handler: 1 time, 3.00us in all, 3.00us at most\n"
		"      hint: it is the hard lockup detector's, or perf's: isolation: quiet keeps "
		"the detector off, kernel.nmi_watchdog=0 ends it\n"
		"    - NMI: 2 times\n"
		"      the kernel's own: kworker/3:1, thread 22 4, timer tick_sched_timer 2500\n");
}

static void
without_tracing_it_says_what_is_not_known(void **state)
{
	auto_free char *text = print(print_plain, false);

	(void)state;
	assert_string_equal(text,
		"win11: counted for 10.0s\n"
		"! not traced, so that interrupts and names are not known: cannot trace\n"
		"PASS  CPU 2, vCPU 0.0.0 (thread 4121); others were put there 0 times; waited "
		"12.0us\n"
		"UNPROVEN  CPU 3, nobody's; others were put there 124 times: other tasks were put "
		"there, maybe the kernel's own: root can tell\n");
}

static double
number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	assert_true(cJSON_IsNumber(item));
	return item->valuedouble;
}

static const char *
word(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	assert_non_null(text);
	return text;
}

static void
programs_get_everything(void **state)
{
	auto_free char *text = print(report_proof_json, true);
	auto_json cJSON *root = cJSON_Parse(text);
	const cJSON *cpus = cJSON_GetObjectItemCaseSensitive(root, "cpus");
	const cJSON *cpu = cJSON_GetArrayItem(cpus, 1);
	const cJSON *all = cJSON_GetObjectItemCaseSensitive(cpu, "disturbers");

	(void)state;
	assert_string_equal(word(root, "verdict"), "fail");
	assert_string_equal(word(root, "vm"), "win11");
	assert_int_equal(cJSON_GetArraySize(cpus), 2);
	assert_string_equal(word(cJSON_GetArrayItem(cpus, 0), "verdict"), "pass");
	assert_int_equal((int)number(cpu, "cpu"), 3);
	assert_int_equal((int)number(cpu, "foreign_tasks"), 120);
	assert_int_equal((int)number(cpu, "ticks"), 2500);
	assert_int_equal((int)number(cpu, "longest_gap_ns"), 4 * MS);
	assert_int_equal(cJSON_GetArraySize(all), COUNT(disturbers));
	assert_string_equal(word(cJSON_GetArrayItem(all, 5), "who"), "user");
	assert_true(cJSON_IsTrue(
		cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(all, 5), "foreign")));
	assert_string_equal(word(cJSON_GetArrayItem(all, 1), "kind"), "nmi");
	assert_int_equal((int)number(cpu, "nmis"), 3);
	assert_true(cJSON_IsNull(
		cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(cpus, 0), "nmis")));
	assert_true(
		cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(all, 0), "id")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cpu_has_its_verdict_and_who_was_there),
		cmocka_unit_test(without_tracing_it_says_what_is_not_known),
		cmocka_unit_test(programs_get_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
