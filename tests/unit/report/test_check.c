/* SPDX-License-Identifier: MIT */
#include "report/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "check.h"
#include "plan/checkup.h"

static struct checkup
example(void)
{
	struct checkup c = {0};

	checkup_add(&c, CHECK_CPU_SMT, VERDICT_OK, "they are on");
	checkup_add(&c, CHECK_MEMORY_KSM, VERDICT_ADVICE, "it does");
	checkup_mend(&c, "echo '0' >/x");
	checkup_add(&c, CHECK_MEMORY_TRANSPARENT, VERDICT_PROBLEM, "never");
	checkup_hint(&c, "boot again");
	checkup_add(&c, CHECK_IRQ_IRQBALANCE, VERDICT_UNSEEN, "runs");
	return c;
}

typedef int (*print_function)(
	FILE *out, const struct checkup *c, const struct report_check *how, struct error *e);

static char *
print(print_function function, const struct report_check *how)
{
	struct checkup c = example();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct error e;

	assert_non_null(out);
	assert_int_equal(function(out, &c, how, &e), 0);
	(void)fclose(out);
	checkup_done(&c);
	return text;
}

static void
report_has_a_line_for_each_and_its_remedies_below(void **state)
{
	auto_free char *text = print(report_check, &(struct report_check){.is_root = true});

	(void)state;
	assert_string_equal(text, "ok      cpu.smt                      they are on\n"
				  "advice  memory.ksm                   it does\n"
				  "         mend: echo '0' >/x\n"
				  "problem memory.transparent-hugepages never\n"
				  "         hint: boot again\n"
				  "unseen  irq.irqbalance               runs\n"
				  "\n"
				  "1 problem, 1 advice, 1 ok, 1 unseen\n");
}

static void
report_wraps_commands_in_sudo_for_who_is_not_root(void **state)
{
	auto_free char *text = print(report_check, &(struct report_check){.colour = true});

	(void)state;
	assert_non_null(strstr(text, "mend: sudo sh -c 'echo '\\''0'\\'' >/x'\n"));
	assert_non_null(
		strstr(text, "\033[1;31mproblem \033[0mmemory.transparent-hugepages never\n"));
}

static void
report_for_programs_has_all_of_it(void **state)
{
	auto_free char *text =
		print(report_check_json, &(struct report_check){.kernel = "6.12", .vm = "a"});
	auto_json cJSON *root = NULL;
	const cJSON *check;
	struct error e;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), "it", &root, &e), 0);
	assert_string_equal(json_string(root, "kernel"), "6.12");
	assert_string_equal(json_string(root, "vm"), "a");
	assert_string_equal(json_string(root, "worst"), "problem");
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(root, "root")));
	check = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "checks"), 1);
	assert_string_equal(json_string(check, "id"), "memory.ksm");
	assert_string_equal(json_string(check, "verdict"), "advice");
	assert_string_equal(json_string(check, "text"), "it does");
	assert_string_equal(json_string(check, "mend"), "echo '0' >/x");
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(check, "hint")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "checks")), 4);
}

static void
report_to_a_full_disk_fails(void **state)
{
	static const print_function functions[] = {report_check, report_check_json};

	(void)state;
	for (size_t i = 0; i < COUNT(functions); i++) {
		struct checkup c = example();
		FILE *out = fopen("/dev/full", "we");
		struct error e;

		assert_non_null(out);
		assert_int_equal(functions[i](out, &c, &(struct report_check){0}, &e), -ENOSPC);
		(void)fclose(out);
		checkup_done(&c);
	}
}

static void
report_for_the_manual_page_lists_all_that_is_looked_at(void **state)
{
	auto_free char *text = NULL;
	size_t size, count = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	assert_int_equal(report_check_manual(out), 0);
	(void)fclose(out);
	for (const char *at = text; (at = strstr(at, ".TP\n.B ")) != NULL; at++)
		count++;
	assert_int_equal(count, CHECK_COUNT);
	assert_non_null(strstr(text, ".B kernel.remote\\-partitions\n"));
	assert_non_null(strstr(text, "with \\fBbackend: v2\\-shared\\fP.\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_has_a_line_for_each_and_its_remedies_below),
		cmocka_unit_test(report_wraps_commands_in_sudo_for_who_is_not_root),
		cmocka_unit_test(report_for_programs_has_all_of_it),
		cmocka_unit_test(report_to_a_full_disk_fails),
		cmocka_unit_test(report_for_the_manual_page_lists_all_that_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
