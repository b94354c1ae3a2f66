/* SPDX-License-Identifier: MIT */
#include "host/boot.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "fake_host.h"
#include "host/task.h"

static void
boot_reads_what_sysfs_does_not_tell(void **state)
{
	static const struct {
		const char *cmdline, *nohz_full, *rcu_nocbs;
		bool managed_irq;
	} row[] = {
		{"quiet ro", "", "", false},
		{"isolcpus=6-7", "", "", false},
		{"isolcpus=managed_irq,domain,6-7 quiet", "", "", true},
		{"isolcpus=domain,managed_irq,6,7", "", "", true},
		{"isolcpus=nohz,domain,6-7", "", "", false},
		{"isolcpus=6-7,managed_irq", "", "", false},
		{"isolcpus=managed_irqs,6", "", "", false},
		{"isolcpus=", "", "", false},
		{"rcu_nocbs=6-7 nohz_full=6-7\n", "", "6-7", false},
		{"rcu_nocbs=5 nohz_full=6-7", "6-7", "5-7", false},
		{"rcu_nocbs=all", "", "0-7", false},
		{"rcu_nocbs=6-9", "", "6-7", false},
		{"rcu_nocbs=some", "6", "6", false},
		{"not_rcu_nocbs=6", "", "", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t = {0};
		struct boot_facts got = {0};
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(cpus_parse("0-7", &t.online), 0);
		assert_int_equal(cpus_parse(row[i].nohz_full, &t.nohz_full), 0);
		boot_parse(row[i].cmdline, &t, &got);
		if (!str_eq(cpus_format(&got.rcu_nocbs, text), row[i].rcu_nocbs) ||
			got.managed_irq != row[i].managed_irq)
			fail_msg("row %zu: rcu_nocbs %s, managed_irq %d", i, text, got.managed_irq);
	}
}

/* A task of the fake /proc that is ours in truth, for masks are asked of the kernel. */
static void
task_put(const struct fake_host *f, int parent)
{
	char name[64], text[128];

	(void)snprintf(name, sizeof(name), "%d/task/%d/comm", (int)getpid(), (int)getpid());
	tree_put(&f->proc, name, "spin\n");
	(void)snprintf(name, sizeof(name), "%d/comm", (int)getpid());
	tree_put(&f->proc, name, "spin\n");
	(void)snprintf(name, sizeof(name), "%d/stat", (int)getpid());
	(void)snprintf(text, sizeof(text),
		"%d (spin) R %d 7 7 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 5000 9\n", (int)getpid(),
		parent);
	tree_put(&f->proc, name, text);
}

static void
boot_finds_tasks_that_may_run_on_isolated_cpus(void **state)
{
	static const struct {
		int parent;
		bool isolated, open;
	} row[] = {{1, true, true}, {2, true, false}, {1, false, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct topology t = {0};
		struct boot_facts got;
		struct fake_host f;
		struct cpus ours;
		char task[64];
		struct error e;

		fake_host_make(&f);
		task_put(&f, row[i].parent);
		assert_int_equal(task_read_affinity(getpid(), &ours, &e), 0);
		t.online = ours;
		if (row[i].isolated)
			cpus_add(&t.boot_isolated, (unsigned)cpus_next(&ours, 0));
		boot_load(&f.host, &t, &got);
		if (cpus_equal(&got.open, &t.boot_isolated) != (row[i].open || !row[i].isolated))
			fail_msg("row %zu", i);
		(void)snprintf(task, sizeof(task), "task %d (spin)", (int)getpid());
		assert_string_equal(got.open_task, row[i].open ? task : "");
		fake_host_remove(&f);
	}
}

static void
boot_takes_a_command_line_without_an_end_for_none(void **state)
{
	char cmdline[FILE_TEXT_BYTES + 1] = "rcu_nocbs=all ";
	struct topology t = {0};
	struct boot_facts got;
	struct fake_host f;

	(void)state;
	cpus_add(&t.online, 1);
	memset(cmdline + strlen(cmdline), 'x', sizeof(cmdline) - 1 - strlen(cmdline));
	fake_host_make(&f);
	tree_put(&f.proc, "cmdline", cmdline);
	boot_load(&f.host, &t, &got);
	assert_true(cpus_empty(&got.rcu_nocbs));
	fake_host_remove(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_reads_what_sysfs_does_not_tell),
		cmocka_unit_test(boot_finds_tasks_that_may_run_on_isolated_cpus),
		cmocka_unit_test(boot_takes_a_command_line_without_an_end_for_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
