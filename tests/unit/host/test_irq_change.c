/* SPDX-License-Identifier: MIT */
#include "host/irq_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpus.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"

static char target[] = IRQ_TARGET, cpus[] = "3-4", pool[] = "0-2,5-7";

static const char interrupts[] = "           CPU0       CPU1       \n"
				 "  0:        135          0   IO-APIC   2-edge      timer\n"
				 " 24:          0          0   PCI-MSI 1-edge      disk\n"
				 " 25:          0          0   PCI-MSI 2-edge      net\n"
				 " 26:          0          0   PCI-MSI 3-edge      usb\n";

struct tests_host {
	struct fake_host f;
	struct tree sys;
};

static void
irq_put(const struct tests_host *t, const char *number, const char *list)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "irq/%s/smp_affinity_list", number);
	tree_put(&t->f.proc, name, list);
}

static void
expect(const struct tests_host *t, const char *number, const char *want)
{
	char name[64], text[CPUS_TEXT_BYTES];
	struct error e;

	if (strcmp(number, "default") == 0)
		(void)snprintf(name, sizeof(name), "irq/default_smp_affinity");
	else
		(void)snprintf(name, sizeof(name), "irq/%s/smp_affinity_list", number);
	assert_true(file_read(&t->f.proc.root, name, text, sizeof(text), &e) >= 0);
	if (strcmp(text, want) != 0)
		fail_msg("%s: want %s, got %s", number, want, text);
}

/* Empty files: what is written to one of a temporary tree doesn't cut it. */
static void
empty(const struct tests_host *t)
{
	tree_put(&t->f.proc, "irq/default_smp_affinity", "");
	irq_put(t, "24", "");
	irq_put(t, "25", "");
}

static void
host_make(struct tests_host *t)
{
	fake_host_make(&t->f);
	tree_make(&t->sys);
	t->f.host.roots.sys = t->sys.root;
	tree_put(&t->sys, "devices/system/cpu/online", "0-7\n");
	tree_put(&t->f.proc, "interrupts", interrupts);
	tree_put(&t->f.proc, "irq/default_smp_affinity", "ff\n");
	irq_put(t, "0", "0-2\n");
	irq_put(t, "24", "0-7\n");
	irq_put(t, "25", "3\n");
	/* 26 went between the two looks */
}

static void
host_remove(struct tests_host *t)
{
	tree_remove(&t->sys);
	fake_host_remove(&t->f);
}

static void
interrupts_go_and_come_back(void **state)
{
	struct change c = {.kind = &change_irqs, .target = target, .key = pool, .value = cpus};
	struct tests_host t;
	struct error e;

	(void)state;
	host_make(&t);
	assert_int_equal(c.kind->look(&t.f.host, &c, &e), 0);
	assert_string_equal(c.before, "known=0,24-26 default=0-7. 24=0-7. 25=3>0-2,5-7.");
	assert_int_equal(c.kind->verify(&t.f.host, &c, &e), -EINVAL);
	assert_string_equal(e.why, "the kernel left IRQ default there");
	empty(&t);
	assert_int_equal(c.kind->apply(&t.f.host, &c, &e), 0);
	expect(&t, "default", "e7");
	expect(&t, "24", "0-2,5-7");
	expect(&t, "25", "0-2,5-7");
	expect(&t, "0", "0-2");
	assert_int_equal(c.kind->verify(&t.f.host, &c, &e), 0);
	/* a device came: it has what new ones get; one was there, and has that by chance */
	tree_put(&t.f.proc, "interrupts", "CPU0\n 27: 0 x\n 26: 0 x\n");
	irq_put(&t, "26", "0-2,5-7\n");
	irq_put(&t, "27", "0-2,5-7\n");
	assert_int_equal(c.kind->undo(&t.f.host, &c, &e), 0);
	/* what is longer isn't cut: "0-7" over "0-2,5-7", and "3" */
	expect(&t, "24", "0-7,5-7");
	expect(&t, "25", "3-2,5-7");
	expect(&t, "26", "0-2,5-7");
	expect(&t, "27", "0-7,5-7");
	expect(&t, "default", "ff");
	irq_put(&t, "25", "3\n");
	assert_int_equal(c.kind->undo(&t.f.host, &c, &e), 0);
	expect(&t, "25", "3");
	expect(&t, "default", "ff");
	free(c.before);
	host_remove(&t);
}

/* A change as a journal of another process has it. */
static struct change
changed(const char *before)
{
	struct change c = {.kind = &change_irqs, .target = target, .key = pool, .value = cpus};

	c.before = strdup(before);
	return c;
}

static void
interrupt_that_somebody_moved_stays(void **state)
{
	struct change c = changed("known=24-25 24=0-7. 25=3>0-2,5-7.");
	struct tests_host t;
	struct error e;

	(void)state;
	host_make(&t);
	irq_put(&t, "24", "1\n");
	irq_put(&t, "25", "2\n");
	assert_int_equal(c.kind->undo(&t.f.host, &c, &e), 0);
	expect(&t, "24", "1");
	expect(&t, "25", "2");
	free(c.before);
	host_remove(&t);
}

static void
interrupt_that_is_gone_needs_nothing(void **state)
{
	struct change c = changed("known=28 28=0-7.");
	struct tests_host t;
	struct error e;

	(void)state;
	host_make(&t);
	assert_int_equal(c.kind->apply(&t.f.host, &c, &e), 0);
	assert_int_equal(c.kind->verify(&t.f.host, &c, &e), 0);
	assert_int_equal(c.kind->undo(&t.f.host, &c, &e), 0);
	free(c.before);
	host_remove(&t);
}

static void
interrupt_that_was_refused_is_named_where_it_is_delivered(void **state)
{
	struct change c = changed("known=0,24-25 0=0-7! 24=0-7! 25=0-7. 99=0-7!");
	auto_buf struct buf text = {0};
	struct tests_host t;
	struct error e;

	(void)state;
	host_make(&t);
	irq_put(&t, "0", "0-7\n");
	irq_put(&t, "25", "0-7\n");
	tree_put(&t.f.proc, "irq/0/effective_affinity_list", "0\n");
	tree_put(&t.f.proc, "irq/24/effective_affinity_list", "4,6\n");
	assert_int_equal(irqs_staying(&t.f.host, &c, &text, &e), 1);
	assert_string_equal(text.text, "IRQ 24 (PCI-MSI 1-edge disk) stays on CPU 4");
	free(c.before);
	host_remove(&t);
}

static void
text_of_a_journal_that_is_none_is_refused(void **state)
{
	static const char *const row[] = {"", "24=0-7.", "known=x 24=0-7.", "known=24 24=0-7"};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct change c = changed(row[i]);
		struct tests_host t;
		struct error e;

		host_make(&t);
		if (c.kind->undo(&t.f.host, &c, &e) != -EINVAL)
			fail_msg("\"%s\" is taken", row[i]);
		free(c.before);
		host_remove(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupts_go_and_come_back),
		cmocka_unit_test(interrupt_that_somebody_moved_stays),
		cmocka_unit_test(interrupt_that_is_gone_needs_nothing),
		cmocka_unit_test(interrupt_that_was_refused_is_named_where_it_is_delivered),
		cmocka_unit_test(text_of_a_journal_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
