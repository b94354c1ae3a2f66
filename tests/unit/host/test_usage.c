/* SPDX-License-Identifier: MIT */
#include "host/usage.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"
#include "tree.h"

/* As 6.12 and 7.x print them. */
static void
usage_read_takes_what_the_kernel_tells(void **state)
{
	struct usage usage;
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "7/task/8/schedstat", "123456789012 3456 78\n");
	tree_put(&tree, "7/task/8/status",
		"Name:\tCPU 0/KVM\nCpus_allowed_list:\t2\n"
		"voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n");
	tree_put(&tree, "7/task/8/sched",
		"CPU 0/KVM (8, #threads: 3)\n---------------\n"
		"se.exec_start                                :       2084.105\n"
		"se.nr_migrations                             :                    4\n"
		"nr_switches                                  :                  695\n");
	usage_read(&tree.root, 7, 8, true, &usage);
	for (size_t i = 0; i < USAGE_COUNT; i++)
		assert_int_equal(usage.has[i], i != USAGE_IRQS && i != USAGE_FOREIGN);
	assert_true(usage.of[USAGE_CPU_TIME_NS] == UINT64_C(123456789012));
	assert_true(usage.of[USAGE_RUN_DELAY_NS] == 3456);
	assert_true(usage.of[USAGE_VOLUNTARY] == 150);
	assert_true(usage.of[USAGE_INVOLUNTARY] == 545);
	assert_true(usage.of[USAGE_MIGRATIONS] == 4);
	assert_int_equal(usage_read_migrations(&tree.root, 7, 8), 4);
	usage_read(&tree.root, 7, 8, false, &usage);
	assert_false(usage.has[USAGE_MIGRATIONS]);
	tree_remove(&tree);
}

/* Without CONFIG_SCHED_DEBUG, and of a thread that has ended. */
static void
usage_read_leaves_out_what_there_is_not(void **state)
{
	struct usage usage;
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, "7/task/8/schedstat", "123\n");
	tree_put(&tree, "7/task/8/status", "Name:\tnonvoluntary_ctxt_switches:\t1\n");
	tree_put(&tree, "7/task/8/sched", "nr_switches : 4\nse.nr_migrations\n");
	for (pid_t tid = 8; tid <= 9; tid++) {
		usage_read(&tree.root, 7, tid, true, &usage);
		for (size_t i = 0; i < USAGE_COUNT; i++)
			assert_false(usage.has[i]);
		assert_int_equal(usage_read_migrations(&tree.root, 7, tid), -1);
	}
	tree_remove(&tree);
}

static void
irqs_are_summed_per_cpu(void **state)
{
	static const char text[] =
		"           CPU0       CPU1       CPU3       \n"
		"  0:         10         20         30   IO-APIC   2-edge      timer\n"
		"NMI:          1          2          3   Non-maskable interrupts\n"
		"ERR:        100\n"
		"MIS:          7\n"
		" 24:          0          0 4294967295   PCI-MSI 0-edge      a:b 5 6 7";
	struct irq_counts irqs = {0};

	(void)state;
	assert_int_equal(irq_counts_parse(text, &irqs), 0);
	assert_true(irqs.count[0] == 11);
	assert_true(irqs.count[1] == 22);
	assert_true(irqs.count[2] == 0);
	assert_true(irqs.count[3] == UINT64_C(4294967295) + 33);
	assert_true(irqs.cpu_count > 3);
	assert_non_null(irqs.nmi);
	assert_true(irqs.nmi[0] == 1 && irqs.nmi[1] == 2 && irqs.nmi[3] == 3);
	irq_counts_done(&irqs);
	assert_int_equal(irq_counts_parse("CPU0\n  0: 1 NMI: 1\n", &irqs), 0);
	assert_null(irqs.nmi);
	irq_counts_done(&irqs);
}

static void
irqs_parse_refuses_what_is_no_such_file(void **state)
{
	static const char *const bad[] = {"", "\n", "CPU0", "0: 1\n", "CPUx\n", "CPU9999\n 0: 1\n",
		"CPU0 CP\n 0: 1\n", "CPU-1\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct irq_counts irqs = {0};

		if (irq_counts_parse(bad[i], &irqs) != -EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_null(irqs.count);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_read_takes_what_the_kernel_tells),
		cmocka_unit_test(usage_read_leaves_out_what_there_is_not),
		cmocka_unit_test(irqs_are_summed_per_cpu),
		cmocka_unit_test(irqs_parse_refuses_what_is_no_such_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
