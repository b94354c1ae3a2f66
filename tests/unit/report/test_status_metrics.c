/* SPDX-License-Identifier: MIT */
#include "report/status_metrics.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "report/text.h"
#include "report/vms.h"

static char *
print(const struct status *status, enum status_metrics format)
{
	struct text text;
	struct error e;

	text_open(&text);
	assert_int_equal(report_status_metrics(text.out, status, format, &e), 0);
	return text_close(&text);
}

static void
metrics_have_a_sample_per_row(void **state)
{
	auto_free char *text = NULL;
	struct status status;

	(void)state;
	vms_fill(&status);
	status.vms[0].threads[0].usage.of[USAGE_CPU_TIME_NS] = UINT64_C(61000000005);
	text = print(&status, STATUS_METRICS_CLASSIC);
	assert_non_null(strstr(text, "# HELP qpin_vm_info A virtual machine: 1.\n"
				     "# TYPE qpin_vm_info gauge\n"
				     "qpin_vm_info{vm=\"win11\",user=\"me\","
				     "level=\"isolated\",cpus=\"2\"} 1\n"));
	assert_non_null(strstr(text, "# TYPE qpin_vm_state gauge\n"));
	assert_non_null(strstr(
		text, "qpin_vm_state{vm=\"win11\",user=\"me\",qpin_vm_state=\"running\"} 1\n"));
	assert_non_null(strstr(
		text, "qpin_vm_state{vm=\"win11\",user=\"me\",qpin_vm_state=\"left over\"} 0\n"));
	assert_null(strstr(text, "# UNIT"));
	assert_non_null(strstr(text, "qpin_vm_problems{vm=\"win11\",user=\"me\"} 0\n"));
	assert_non_null(
		strstr(text, "# TYPE qpin_thread_cpu_seconds_total counter\n"
			     "qpin_thread_cpu_seconds_total{vm=\"win11\",user=\"me\",role=\"vcpu\","
			     "thread=\"vCPU 0.1.0\",tid=\"4712\"} 61.000000005\n"));
	assert_non_null(strstr(text,
		"qpin_thread_migrations_total{vm=\"win11\",user=\"me\",role=\"worker\","
		"thread=\"worker\",tid=\"\"} 10000\n"));
	/* of its kind there is one, and may be more the next time */
	assert_non_null(strstr(text, "role=\"other\",thread=\"other\",tid=\"\"} 5000\n"));
	/* of one thread alone a CPU is known */
	assert_null(strstr(strstr(text, "qpin_thread_cpu_interrupts_total{") + 1,
		"qpin_thread_cpu_interrupts_total{"));
	assert_non_null(strstr(text, "qpin_thread_cpu_foreign_tasks_total{vm=\"win11\",user=\"me\","
				     "role=\"vcpu\",thread=\"vCPU 0.1.0\",tid=\"4712\"} 7000\n"));
	assert_string_equal(text + strlen(text) - strlen("# EOF\n"), "# EOF\n");
	status_done(&status);
}

/* A family is called without what its samples end in, and its type is more exact. */
static void
openmetrics_has_the_same_samples_with_other_heads(void **state)
{
	auto_free char *open = NULL, *classic = NULL;
	struct status status;

	(void)state;
	vms_fill(&status);
	open = print(&status, STATUS_METRICS_OPEN);
	classic = print(&status, STATUS_METRICS_CLASSIC);
	assert_non_null(strstr(open, "# TYPE qpin_vm info\nqpin_vm_info{"));
	assert_non_null(strstr(open, "# TYPE qpin_vm_state stateset\nqpin_vm_state{"));
	assert_non_null(strstr(open, "# TYPE qpin_vm_problems gauge\n"));
	assert_non_null(strstr(open, "# TYPE qpin_thread info\nqpin_thread_info{"));
	assert_non_null(strstr(open, "# TYPE qpin_thread_cpu_seconds counter\n"
				     "# UNIT qpin_thread_cpu_seconds seconds\n"
				     "qpin_thread_cpu_seconds_total{"));
	assert_non_null(strstr(open, "# TYPE qpin_thread_migrations counter\n"
				     "qpin_thread_migrations_total{"));
	for (char *line = open, *other = classic; line != NULL;) {
		line = strstr(line, "\nqpin_");
		other = strstr(other, "\nqpin_");
		assert_int_equal(line != NULL, other != NULL);
		if (line == NULL)
			break;
		assert_int_equal(strcspn(++line, "\n"), strcspn(++other, "\n"));
		assert_memory_equal(line, other, strcspn(line, "\n"));
	}
	assert_string_equal(open + strlen(open) - strlen("\n# EOF\n"), "\n# EOF\n");
	status_done(&status);
}

static void
labels_are_escaped_and_ascii(void **state)
{
	auto_free char *text = NULL;
	struct status status;

	(void)state;
	vms_fill(&status);
	status.vms[0].thread_count = 1;
	(void)snprintf(status.vms[0].threads[0].label, sizeof(status.vms[0].threads[0].label),
		"a\"b\\c\nd\033\xff");
	text = print(&status, STATUS_METRICS_CLASSIC);
	assert_non_null(strstr(text, ",thread=\"a\\\"b\\\\c?d??\","));
	status_done(&status);
}

static void
metrics_of_nothing_are_families_alone(void **state)
{
	const struct status status = {0};
	auto_free char *text = print(&status, STATUS_METRICS_CLASSIC);

	(void)state;
	assert_null(strchr(text, '{'));
	assert_non_null(strstr(text, "# TYPE qpin_vm_info gauge\n"));
}

/* For metrics.sh. */
static int
example_print(enum status_metrics format)
{
	auto_free char *text = NULL;
	struct status status;

	vms_fill(&status);
	text = print(&status, format);
	status_done(&status);
	return fputs(text, stdout) < 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metrics_have_a_sample_per_row),
		cmocka_unit_test(openmetrics_has_the_same_samples_with_other_heads),
		cmocka_unit_test(labels_are_escaped_and_ascii),
		cmocka_unit_test(metrics_of_nothing_are_families_alone),
	};

	if (argc == 2 && str_eq(argv[1], "classic"))
		return example_print(STATUS_METRICS_CLASSIC);
	if (argc == 2 && str_eq(argv[1], "open"))
		return example_print(STATUS_METRICS_OPEN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
