/* SPDX-License-Identifier: MIT */
#include "config/launcher.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "config/bad.h"

static void
launcher_read_refuses_keys_and_values_that_are_none(void **state)
{
	static const struct bad_row row[] = {
		{"launcher:\nqemu: []\n", .line = 1, .column = 10, .why = "wants a mapping"},
		{"launcher: []\nqemu: []\n", .line = 1, .column = 11, .why = "wants a mapping"},
		{"launcher: {}\nqemu: []\n", .line = 1, .column = 1,
			.why = "launcher has no 'binary'", .hint = "QEMU's program"},
		{"launcher: { binary: }\nqemu: []\n", .line = 1, .column = 21,
			.why = "'binary' has no value"},
		{"launcher: { binary: '' }\nqemu: []\n", .line = 1, .column = 21,
			.why = "'binary' has no value"},
		{"launcher: { binary: [ q ] }\nqemu: []\n", .line = 1, .column = 21,
			.why = "'binary' wants one value, not a list"},
		{"launcher: { binary: { q: 1 } }\nqemu: []\n", .line = 1, .column = 21,
			.why = "'binary' wants one value, not a mapping"},
		{LAUNCHER("  shutdown-timeout: 3\n"), .line = 3, .column = 3,
			.why = "unknown key 'shutdown-timeout' in launcher",
			.hint = "did you mean 'shutdown_timeout'?"},
		{LAUNCHER("  vcpu_pining: {}\n"), .line = 3, .column = 3, .why = "unknown key",
			.hint = "did you mean 'vcpu_pinning'?"},
		{LAUNCHER("  Binary: q\n"), .line = 3, .column = 3, .why = "unknown key 'Binary'",
			.hint = "did you mean 'binary'?"},
		{LAUNCHER("  zebra: 1\n"), .line = 3, .column = 3, .why = "unknown key 'zebra'",
			.hint = ""},
		{LAUNCHER("  debug: maybe\n"), .line = 3, .column = 10,
			.why = "'debug' wants true or false, not 'maybe'"},
		{LAUNCHER("  debug: 'true'\n"), .line = 3, .column = 10,
			.why = "not the text 'true'", .hint = "take the quotes away"},
		{LAUNCHER("  clear_env: 1\n"), .line = 3, .column = 14, .why = "true or false",
			.hint = "write true or false"},
		{LAUNCHER("  rlimit_memlock: tRUE\n"), .line = 3, .column = 19, .why = "'tRUE'"},
		{LAUNCHER("  share_cpus:\n"), .line = 3, .column = 14, .why = "has no value"},
		{LAUNCHER("  user: -1\n"), .line = 3, .column = 9, .why = "from 0 to 4294967294"},
		{LAUNCHER("  user: 4294967295\n"), .line = 3, .column = 9,
			.why = "4294967294, not"},
		{LAUNCHER("  group: 10a\n"), .line = 3, .column = 10, .why = "whole number"},
		{LAUNCHER("  group: a:b\n"), .line = 3, .column = 10,
			.why = "'group' wants a number or a name, not 'a:b'"},
		{LAUNCHER("  shutdown_timeout: 86401\n"), .line = 3, .column = 21,
			.why = "a whole number from 0 to 86400, not '86401'"},
		{LAUNCHER("  shutdown_timeout: 1.5\n"), .line = 3, .column = 21, .why = "'1.5'"},
		{LAUNCHER("  shutdown_timeout: '60'\n"), .line = 3, .column = 21,
			.why = "wants a number, not the text '60'", .hint = "take the quotes away"},
		{LAUNCHER("  isolation: isolatd\n"), .line = 3, .column = 14,
			.why = "'isolation' wants auto, affinity, cpuset, exclusive, isolated or "
			       "quiet, not",
			.hint = "did you mean 'isolated'?"},
		{LAUNCHER("  isolation: quite\n"), .line = 3, .column = 14, .why = "not 'quite'",
			.hint = "did you mean 'quiet'?"},
		{LAUNCHER("  max_idle_latency_us: -1\n"), .line = 3, .column = 24,
			.why = "a whole number from 0 to 1000000, not '-1'"},
		{LAUNCHER("  isolation: [ auto ]\n"), .line = 3, .column = 14, .why = "not a list"},
		{LAUNCHER("  on_degraded: resume\n"), .line = 3, .column = 16,
			.why = "wants warn, pause or stop, not 'resume'"},
		{LAUNCHER("  host_tasks: excluded\n"), .line = 3, .column = 15,
			.why = "wants auto, exclude, migrate or leave",
			.hint = "did you mean 'exclude'?"},
		{LAUNCHER("  seccomp: true\n"), .line = 3, .column = 12,
			.why = "'seccomp' wants auto, on or off, not 'true'"},
		{LAUNCHER("  emulator_cpus: 3-1\n"), .line = 3, .column = 18,
			.why = "is not a list like 0-3,8: '3-1'", .hint = "^2"},
		{LAUNCHER("  emulator_cpus: 0, 1\n"), .line = 3, .column = 18, .why = "not a list"},
		{LAUNCHER("  emulator_cpus: [ 0, 1 ]\n"), .line = 3, .column = 18,
			.why = "as one value", .hint = "emulator_cpus: 0-3,8"},
		{LAUNCHER("  emulator_cpus: 8192\n"), .line = 3, .column = 18,
			.why = "a number above 8191"},
		{LAUNCHER("  emulator_cpus: 0-1,^0-1\n"), .line = 3, .column = 18,
			.why = "leaves nothing over"},
		{LAUNCHER("  memory_nodes: all\n"), .line = 3, .column = 17,
			.why = "'memory_nodes' wants a list like 0-3,8, auto or leave, not 'all'"},
		{LAUNCHER("  memory_nodes: ''\n"), .line = 3, .column = 17, .why = "has no value"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
launcher_read_fills_every_field(void **state)
{
	struct definition d = good("launcher:\n"
				   "  binary: /usr/bin/qemu\n"
				   "  clear_env: Yes\n"
				   "  env: { A: yes, B: 007, C: 'x y', D: '' }\n"
				   "  debug: ON\n"
				   "  user: 1000\n"
				   "  group: kvm\n"
				   "  rlimit_memlock: true\n"
				   "  share_cpus: true\n"
				   "  emulator_cpus: 0-1\n"
				   "  memory_nodes: 0\n"
				   "  isolation: cpuset\n"
				   "  host_tasks: migrate\n"
				   "  seccomp: on\n"
				   "  shutdown_timeout: 0x10\n"
				   "  on_degraded: pause\n"
				   "qemu: []\n");

	(void)state;
	assert_string_equal(d.binary, "/usr/bin/qemu");
	assert_true(d.clear_env && d.debug && d.rlimit_memlock && d.share_cpus);
	assert_int_equal(d.env_count, 4);
	assert_string_equal(d.env[0].name, "A");
	assert_string_equal(d.env[0].value, "yes");
	assert_string_equal(d.env[1].value, "007");
	assert_string_equal(d.env[2].value, "x y");
	assert_string_equal(d.env[3].value, "");
	assert_string_equal(d.user, "1000");
	assert_string_equal(d.group, "kvm");
	assert_int_equal(cpus_count(&d.emulator_cpus), 2);
	assert_int_equal(d.emulator_cpus_place.line, 10);
	assert_int_equal(d.emulator_cpus_place.column, 18);
	assert_true(cpus_has(&d.memory_nodes, 0));
	assert_int_equal(d.memory_choice, MEMORY_UNSET);
	assert_int_equal(d.isolation, ISOLATION_CPUSET);
	assert_int_equal(d.isolation_place.line, 12);
	assert_int_equal(d.host_tasks, HOST_TASKS_MIGRATE);
	assert_int_equal(d.seccomp, SECCOMP_ON);
	assert_int_equal(d.shutdown_timeout_s, 16);
	assert_int_equal(d.on_degraded, ON_DEGRADED_PAUSE);
	definition_done(&d);
}

static void
launcher_read_takes_words_for_memory_nodes(void **state)
{
	static const struct {
		const char *word;
		enum memory_choice choice;
	} row[] = {{"auto", MEMORY_AUTO}, {"leave", MEMORY_LEAVE}, {"'auto'", MEMORY_AUTO}};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char text[256];
		struct definition d;

		(void)snprintf(text, sizeof(text),
			"launcher:\n  binary: q\n  memory_nodes: %s\nqemu: []\n", row[i].word);
		d = good(text);
		assert_int_equal(d.memory_choice, row[i].choice);
		assert_true(cpus_empty(&d.memory_nodes));
		assert_int_equal(d.memory_nodes_place.line, 3);
		definition_done(&d);
	}
}

static void
launcher_init_gives_what_is_documented(void **state)
{
	struct definition d = good(LAUNCHER(""));

	(void)state;
	assert_false(d.clear_env || d.debug || d.rlimit_memlock || d.share_cpus);
	assert_int_equal(d.env_count + d.pin_count + d.iothread_pin_count + d.option_count, 0);
	assert_null(d.user);
	assert_null(d.group);
	assert_true(cpus_empty(&d.emulator_cpus) && cpus_empty(&d.memory_nodes));
	assert_int_equal(d.isolation, ISOLATION_AUTO);
	assert_int_equal(d.isolation_place.line, 0);
	assert_int_equal(d.host_tasks, HOST_TASKS_AUTO);
	assert_int_equal(d.shutdown_timeout_s, 60);
	assert_int_equal(d.on_degraded, ON_DEGRADED_WARN);
	assert_false(
		d.vcpu_scheduling.set || d.iothread_scheduling.set || d.emulator_scheduling.set);
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(launcher_read_refuses_keys_and_values_that_are_none),
		cmocka_unit_test(launcher_read_fills_every_field),
		cmocka_unit_test(launcher_read_takes_words_for_memory_nodes),
		cmocka_unit_test(launcher_init_gives_what_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
