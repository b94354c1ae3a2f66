/* SPDX-License-Identifier: MIT */
#include "config/pinning.h"

#include "base/cleanup.h"
#include "config/bad.h"

static void
pinning_read_refuses_what_is_no_pinning(void **state)
{
	static const struct bad_row row[] = {
		{LAUNCHER("  vcpu_pinning: 2\n"), .line = 3, .column = 17,
			.why = "a mapping from socket to core", .hint = "socket to core to thread"},
		{LAUNCHER("  vcpu_pinning:\n"), .line = 3, .column = 16,
			.why = "from socket to core"},
		{LAUNCHER("  vcpu_pinning: { 0: 2 }\n"), .line = 3, .column = 22,
			.why = "a mapping from core to thread"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: 2 } }\n"), .line = 3, .column = 27,
			.why = "a mapping from thread to host CPU"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: [ 2, 3 ] } }\n"), .line = 3, .column = 27,
			.why = "a mapping from thread to host CPU"},
		{LAUNCHER("  vcpu_pinning: { a: { 0: { 0: 2 } } }\n"), .line = 3, .column = 19,
			.why = "'socket' wants a whole number from 0 to 8191, not 'a'"},
		{LAUNCHER("  vcpu_pinning: { 0: { -1: { 0: 2 } } }\n"), .line = 3, .column = 24,
			.why = "'core' wants a whole number"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { 0.5: 2 } } }\n"), .line = 3, .column = 29,
			.why = "'thread' wants a whole number"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { '0': 2 } } }\n"), .line = 3, .column = 29,
			.why = "'thread' wants a number, not the text", .hint = "quotes"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { 0: 2-3 } } }\n"), .line = 3, .column = 32,
			.why = "'host CPU' wants a whole number from 0 to 8191, not '2-3'"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { 0: 8192 } } }\n"), .line = 3, .column = 32,
			.why = "not '8192'"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { 0: [ 2 ] } } }\n"), .line = 3, .column = 32,
			.why = "'host CPU' wants one value, not a list"},
		{LAUNCHER("  vcpu_pinning: { 0: { 0: { 0: 2, 0: 3 } } }\n"), .line = 3,
			.column = 35, .why = "key '0' is given twice"},
		{LAUNCHER("  vcpu_pinning: { 0: { 1: { 0: 2 }, 0x1: { 0: 3 } } }\n"), .line = 3,
			.column = 47, .why = "vCPU 0.1.0 is pinned twice"},
		{LAUNCHER("  iothread_pinning: 0-3\n"), .line = 3, .column = 21,
			.why = "'iothread_pinning' wants a mapping", .hint = "ID: 0-3,8"},
		{LAUNCHER("  iothread_pinning: { '': 1 }\n"), .line = 3, .column = 23,
			.why = "an iothread's id is empty"},
		{LAUNCHER("  iothread_pinning: { io0: x }\n"), .line = 3, .column = 28,
			.why = "'io0' is not a list like 0-3,8: 'x'"},
		{LAUNCHER("  iothread_pinning: { io0: }\n"), .line = 3, .column = 28,
			.why = "'io0' has no value"},
		{LAUNCHER("  iothread_pinning: { io0: [ 0, 1 ] }\n"), .line = 3, .column = 28,
			.why = "'io0' wants a list like 0-3,8 as one value"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
pinning_read_sorts_by_socket_core_thread(void **state)
{
	static const struct pin want[] = {
		{.socket = 0, .core = 0, .thread = 0, .os_cpu = 9, .place = {5, 16}},
		{.socket = 0, .core = 0, .thread = 1, .os_cpu = 8, .place = {5, 22}},
		{.socket = 0, .core = 10, .thread = 0, .os_cpu = 7, .place = {4, 13}},
		{.socket = 1, .core = 0, .thread = 0, .os_cpu = 6, .place = {3, 32}},
	};
	struct definition d = good(LAUNCHER("  vcpu_pinning: { 1: { 0: { 0: 6 } },\n"
					    "    0: { 10:\n"
					    "      { 0:  7 },\n"
					    "      0: { 0:    9, 1: 8 } } }\n"));

	(void)state;
	assert_int_equal(d.pin_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(d.pins[i].socket, want[i].socket);
		assert_int_equal(d.pins[i].core, want[i].core);
		assert_int_equal(d.pins[i].thread, want[i].thread);
		assert_int_equal(d.pins[i].os_cpu, want[i].os_cpu);
	}
	assert_int_equal(d.pins[3].place.line, 3);
	assert_int_equal(d.pins[3].place.column, 32);
	definition_done(&d);
}

static void
pinning_read_takes_two_vcpus_on_one_cpu(void **state)
{
	struct definition d = good(LAUNCHER("  vcpu_pinning: { 0: { 0: { 0: 2, 1: 2 } } }\n"));

	(void)state;
	assert_int_equal(d.pin_count, 2); /* whether that's right depends: see plan */
	definition_done(&d);
}

static void
iothread_pinning_read_keeps_the_order_of_the_file(void **state)
{
	struct definition d = good(LAUNCHER("  iothread_pinning:\n"
					    "    io1: 0-3,8,^2\n"
					    "    io0: 5\n"));
	char text[CPUS_TEXT_BYTES];

	(void)state;
	assert_int_equal(d.iothread_pin_count, 2);
	assert_string_equal(d.iothread_pins[0].id, "io1");
	assert_string_equal(cpus_format(&d.iothread_pins[0].cpus, text), "0-1,3,8");
	assert_int_equal(d.iothread_pins[0].place.line, 4);
	assert_string_equal(d.iothread_pins[1].id, "io0");
	assert_string_equal(cpus_format(&d.iothread_pins[1].cpus, text), "5");
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinning_read_refuses_what_is_no_pinning),
		cmocka_unit_test(pinning_read_sorts_by_socket_core_thread),
		cmocka_unit_test(pinning_read_takes_two_vcpus_on_one_cpu),
		cmocka_unit_test(iothread_pinning_read_keeps_the_order_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
