/* SPDX-License-Identifier: MIT */
#include "host/boot_line.h"

#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "host/survey.h"
#include "tree.h"

static void
boot_line_takes_the_parameters_that_matter(void **state)
{
	static const struct {
		const char *text, *isolcpus, *disable, *no_v1, *unified;
		bool threadirqs, idle_poll;
	} row[] = {
		{"", "", "", "", "", false, false},
		{"\n", "", "", "", "", false, false},
		{"root=/dev/sda1 ro quiet\n", "", "", "", "", false, false},
		{"isolcpus=managed_irq,domain,2-5 threadirqs idle=poll", "managed_irq,domain,2-5",
			"", "", "", true, true},
		{"isolcpus=2 isolcpus=3", "3", "", "", "", false, false},
		{"cgroup_disable=cpuset cgroup_no_v1=all systemd.unified_cgroup_hierarchy=0", "",
			"cpuset", "all", "0", false, false},
		{"systemd.unified_cgroup_hierarchy", "", "", "", "1", false, false},
		/* names that only begin or end like one, and no value at all */
		{"isolcpus2=1 xisolcpus=1 isol=1 =1 threadirqs=0 notthreadirqs idle=pol isolcpus=",
			"", "", "", "", false, false},
		{"quiet -- isolcpus=1 threadirqs", "", "", "", "", false, false},
		{"  isolcpus=a=b\t\tthreadirqs  ", "a=b", "", "", "", true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct boot_line got;

		boot_line_parse(row[i].text, &got);
		if (!got.is_known || strcmp(got.isolcpus, row[i].isolcpus) != 0 ||
			strcmp(got.cgroup_disable, row[i].disable) != 0 ||
			strcmp(got.cgroup_no_v1, row[i].no_v1) != 0 ||
			strcmp(got.unified, row[i].unified) != 0 ||
			got.threadirqs != row[i].threadirqs || got.idle_poll != row[i].idle_poll)
			fail_msg("row %zu: \"%s\" \"%s\" \"%s\" \"%s\"", i, got.isolcpus,
				got.cgroup_disable, got.cgroup_no_v1, got.unified);
	}
}

static void
boot_line_cuts_what_is_too_long(void **state)
{
	char text[3 * FILE_TEXT_BYTES];
	struct boot_line got;

	(void)state;
	memset(text, '1', sizeof(text));
	memcpy(text, "isolcpus=", strlen("isolcpus="));
	text[sizeof(text) - 1] = '\0';
	boot_line_parse(text, &got);
	assert_int_equal(strlen(got.isolcpus), SURVEY_VALUE_BYTES - 1);
}

static void
boot_line_is_unknown_without_a_file(void **state)
{
	struct boot_line got;
	struct tree tree;

	(void)state;
	tree_make(&tree);
	boot_line_load(&tree.root, &got);
	assert_false(got.is_known);
	tree_put(&tree, "cmdline", "threadirqs\n");
	boot_line_load(&tree.root, &got);
	assert_true(got.is_known && got.threadirqs);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_line_takes_the_parameters_that_matter),
		cmocka_unit_test(boot_line_cuts_what_is_too_long),
		cmocka_unit_test(boot_line_is_unknown_without_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
