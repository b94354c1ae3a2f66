/* SPDX-License-Identifier: MIT */
#include "host/programs.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "check.h"
#include "host/survey.h"
#include "tree.h"

#define BANS(text) text, sizeof(text) - 1

static void
irqbalance_bans_what_its_environment_says(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		bool has_bans;
		const char *banned;
	} row[] = {
		{BANS("IRQBALANCE_BANNED_CPULIST=2-5\0"), true, "2-5"},
		{BANS("PATH=/bin\0IRQBALANCE_BANNED_CPUS=3c\0HOME=/\0"), true, "2-5"},
		/* the list goes before the mask, wherever it stands */
		{BANS("IRQBALANCE_BANNED_CPUS=ff\0IRQBALANCE_BANNED_CPULIST=1\0"), true, "1"},
		{BANS("IRQBALANCE_BANNED_CPULIST=1\0IRQBALANCE_BANNED_CPUS=ff\0"), true, "1"},
		{BANS("IRQBALANCE_BANNED_CPULIST=\0"), true, ""},
		{BANS("IRQBALANCE_BANNED_CPULIST=x\0IRQBALANCE_BANNED_CPUS=zz\0"), false, ""},
		{BANS("IRQBALANCE_BANNED_CPULISTS=1\0XIRQBALANCE_BANNED_CPULIST=1\0"), false, ""},
		{BANS("IRQBALANCE_BANNED_CPULIST\0"), false, ""},
		{BANS("IRQBALANCE_BANNED_CPULIST=1"), false, ""}, /* cut: perhaps 1-7 */
		{BANS("\0\0\0"), false, ""},
		{BANS(""), false, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct irqbalance_facts got = {0};
		struct cpus want;

		assert_int_equal(cpus_parse(row[i].banned, &want), 0);
		programs_parse_bans(row[i].text, row[i].len, &got);
		if (!got.bans_known || got.has_bans != row[i].has_bans ||
			!cpus_equal(&got.banned, &want))
			fail_msg("row %zu: %d", i, got.has_bans);
	}
}

/* A process of this name; @flags of its stat: those of a kernel thread, or 0. */
static void
process_put(
	const struct tree *proc, unsigned pid, const char *name, const char *status, unsigned flags)
{
	char path[64], text[256];

	(void)snprintf(path, sizeof(path), "%u/comm", pid);
	(void)snprintf(text, sizeof(text), "%s\n", name);
	tree_put(proc, path, text);
	(void)snprintf(path, sizeof(path), "%u/stat", pid);
	(void)snprintf(text, sizeof(text),
		"%u (%s) %s 1 1 1 0 -1 %u 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n", pid, name, status,
		flags);
	tree_put(proc, path, text);
}

static void
programs_are_found_by_name_once(void **state)
{
	struct survey got = {0};
	struct tree proc, top;

	(void)state;
	tree_make(&proc);
	tree_make(&top);
	process_put(&proc, 10, "irqbalance", "S", 0);
	process_put(&proc, 11, "numad", "S", 0);
	process_put(&proc, 12, "numad", "S", 0);
	process_put(&proc, 13, "numad2", "S", 0);
	process_put(&proc, 14, "tuned", "Z", 0);          /* ended */
	process_put(&proc, 15, "dockerd", "S", 0x200000); /* a thread of the kernel's */
	tree_put(&proc, "self/comm", "tuned\n");
	tree_put(&proc, "16/comm", "");
	tree_put(&proc, "10/environ", "");
	tree_put(&top, "etc/libvirt/hooks/qemu",
		"#!/bin/sh\nsystemctl set-property x AllowedCPUs=1\n");
	programs_load(&proc.root, &top.root, &got);
	assert_int_equal(got.irqbalance.pid, 10);
	assert_true(got.irqbalance.bans_known);
	assert_false(got.irqbalance.has_bans);
	assert_int_equal(got.program_count, 1);
	assert_string_equal(got.programs[0].name, "numad");
	assert_true(got.libvirt_hook);
	tree_remove(&top);
	tree_remove(&proc);
}

static void
programs_of_an_empty_host_are_none(void **state)
{
	struct survey got = {0};
	struct tree proc, top;

	(void)state;
	tree_make(&proc);
	tree_make(&top);
	tree_put(&top, "etc/libvirt/hooks/qemu", "#!/bin/sh\nexit 0\n");
	programs_load(&proc.root, &top.root, &got);
	assert_int_equal(got.irqbalance.pid, 0);
	assert_int_equal(got.program_count, 0);
	assert_false(got.libvirt_hook);
	tree_remove(&top);
	tree_remove(&proc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(irqbalance_bans_what_its_environment_says),
		cmocka_unit_test(programs_are_found_by_name_once),
		cmocka_unit_test(programs_of_an_empty_host_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
