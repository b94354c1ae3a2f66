/* SPDX-License-Identifier: MIT */
#include "import/schedule.h"

#include <errno.h>
#include <sched.h>

#include "base/cleanup.h"
#include "import/domain_xml.h"

#define VCPUS "<vcpusched vcpus="

static int
read_vcpus(const struct xml_element *cputune, struct scheduling *ret, struct remarks *remarks,
	struct error *e)
{
	struct cpus all;
	const struct schedule role = {"vcpusched", "vcpus", &all};

	assert_int_equal(cpus_parse("0-3", &all), 0);
	return schedule_read(cputune, &role, "d.xml", ret, remarks, e);
}

static void
schedule_read_takes_what_is_for_all_threads(void **state)
{
	static const struct {
		const char *text;
		int policy; /* -1: left out */
		unsigned priority;
		size_t remarks;
	} row[] = {
		{"<c/>", -1, 0, 0},
		{"<c>" VCPUS "'0-3' scheduler='fifo' priority='1'/></c>", SCHED_FIFO, 1, 0},
		{"<c>" VCPUS "'0-7,^5' scheduler='rr' priority='99'/></c>", SCHED_RR, 99, 0},
		{"<c><vcpusched scheduler='batch'/></c>", SCHED_BATCH, 0, 0},
		{"<c>" VCPUS "'0-3' scheduler='idle' priority='4'/></c>", SCHED_IDLE, 0, 0},
		{"<c>" VCPUS "'0,1' scheduler='batch'/>" VCPUS "'2-3' scheduler='batch'/></c>",
			SCHED_BATCH, 0, 0},
		{"<c>" VCPUS "'0-2' scheduler='batch'/></c>", -1, 0, 1},
		{"<c>" VCPUS "'0-1' scheduler='batch'/>" VCPUS "'2-3' scheduler='idle'/></c>", -1,
			0, 2},
		{"<c>" VCPUS "'0-1' scheduler='rr' priority='1'/>" VCPUS
		 "'2-3' scheduler='rr' priority='2'/></c>",
			-1, 0, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct scheduling got = {0};
		struct remarks remarks = {0};
		struct error e = {0};

		if (read_vcpus(root, &got, &remarks, &e) != 0)
			fail_msg("%s: %s", row[i].text, e.why);
		if (got.set != (row[i].policy >= 0) || remarks.count != row[i].remarks ||
			(got.set &&
				(got.policy != row[i].policy || got.priority != row[i].priority)))
			fail_msg("%s: %d %d %u, %zu", row[i].text, got.set, got.policy,
				got.priority, remarks.count);
		remarks_done(&remarks);
		xml_done(root);
	}
}

static void
schedule_read_refuses_what_is_no_schedule(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{"<c>\n" VCPUS "'0-3'/></c>", "not ''"},
		{"<c>\n" VCPUS "'0-3' scheduler='deadline'/></c>", "not 'deadline'"},
		{"<c>\n" VCPUS "'0-3' scheduler='fifo'/></c>", "has no priority"},
		{"<c>\n" VCPUS "'0-3' scheduler='fifo' priority='0'/></c>", "from 1 to 99"},
		{"<c>\n" VCPUS "'0-3' scheduler='rr' priority='100'/></c>", "from 1 to 99"},
		{"<c>\n" VCPUS "'a' scheduler='batch'/></c>", "vcpus of <vcpusched> is not a list"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct xml_element *root = domain_of(row[i].text);
		struct scheduling got = {0};
		struct remarks remarks = {0};
		struct error e = {0};
		int r = read_vcpus(root, &got, &remarks, &e);

		if (r != -EINVAL || e.line != 2 || e.column != 1 || !strstr(e.why, row[i].why))
			fail_msg("%s: %d, %u:%u %s", row[i].text, r, e.line, e.column, e.why);
		xml_done(root);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedule_read_takes_what_is_for_all_threads),
		cmocka_unit_test(schedule_read_refuses_what_is_no_schedule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
