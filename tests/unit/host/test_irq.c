/* SPDX-License-Identifier: MIT */
#include "host/irq.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "tree.h"

static void
interrupts_are_listed_with_their_names(void **state)
{
	static const char text[] =
		"           CPU0       CPU1       \n"
		"  0:        135          0   IO-APIC   2-edge      timer\n"
		"  9:          0          0   IO-APIC   9-fasteoi   acpi, \x1b[31mi801_smbus\n"
		" 27:          1 4294967295  PCI-MSIX-0000:00:02.0   1-edge      virtio1-requests\n"
		"123:          1          0\n"
		"NMI:          0          0   Non-maskable interrupts\n"
		"ERR:          0\n"
		"no line of it\n";
	static const struct irq want[] = {
		{0, "IO-APIC 2-edge timer"},
		{9, "IO-APIC 9-fasteoi acpi, [31mi801_smbus"},
		{27, "PCI-MSIX-0000:00:02.0 1-edge virtio1-requests"},
		{123, ""},
	};
	char *copy = strdup(text);
	struct irqs irqs;
	struct error e;

	(void)state;
	assert_int_equal(irqs_parse(copy, &irqs, &e), 0);
	assert_int_equal(irqs.count, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < irqs.count; i++) {
		assert_int_equal(irqs.list[i].number, want[i].number);
		assert_string_equal(irqs.list[i].name, want[i].name);
	}
	irqs_done(&irqs);
	free(copy);
}

static void
interrupts_of_no_text_are_none(void **state)
{
	char text[] = "";
	struct irqs irqs;
	struct error e;

	(void)state;
	assert_int_equal(irqs_parse(text, &irqs, &e), 0);
	assert_int_equal(irqs.count, 0);
	irqs_done(&irqs);
}

static void
cpus_of_an_interrupt_are_read_and_written(void **state)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus cpus;
	struct tree proc;
	struct error e;

	(void)state;
	tree_make(&proc);
	assert_false(irq_is_there(&proc.root));
	tree_put(&proc, "irq/default_smp_affinity", "ff\n");
	assert_true(irq_is_there(&proc.root));
	tree_put(&proc, "irq/24/smp_affinity_list", "0-2,5\n");
	assert_int_equal(irq_read(&proc.root, IRQ_DEFAULT, &cpus, &e), 0);
	assert_string_equal(cpus_format(&cpus, text), "0-7");
	assert_int_equal(irq_read(&proc.root, "24", &cpus, &e), 0);
	assert_string_equal(cpus_format(&cpus, text), "0-2,5");
	assert_int_equal(irq_read_effective(&proc.root, "24", &cpus, &e), 0);
	assert_string_equal(cpus_format(&cpus, text), "0-2,5");
	tree_put(&proc, "irq/24/effective_affinity_list", "5\n");
	assert_int_equal(irq_read_effective(&proc.root, "24", &cpus, &e), 0);
	assert_string_equal(cpus_format(&cpus, text), "5");
	assert_int_equal(irq_read(&proc.root, "25", &cpus, &e), -ENOENT);
	tree_put(&proc, "irq/26/smp_affinity_list", "x\n");
	assert_int_equal(irq_read(&proc.root, "26", &cpus, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel says \"x\"");
	tree_put(&proc, "irq/24/smp_affinity_list", ""); /* no file of /proc: it isn't cut */
	tree_put(&proc, "irq/default_smp_affinity", "");
	assert_int_equal(irq_write(&proc.root, "24", &cpus, &e), 0);
	assert_int_equal(irq_write(&proc.root, IRQ_DEFAULT, &cpus, &e), 0);
	assert_true(file_read(&proc.root, "irq/24/smp_affinity_list", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "5");
	assert_true(file_read(&proc.root, "irq/default_smp_affinity", text, sizeof(text), &e) > 0);
	assert_string_equal(text, "20");
	tree_remove(&proc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupts_are_listed_with_their_names),
		cmocka_unit_test(interrupts_of_no_text_are_none),
		cmocka_unit_test(cpus_of_an_interrupt_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
