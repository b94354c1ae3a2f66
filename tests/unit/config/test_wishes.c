/* SPDX-License-Identifier: MIT */
#include "config/wishes.h"

#include "base/cleanup.h"
#include "config/bad.h"

#define WISH(wish) LAUNCHER("  vcpu_pinning: " wish "\n")

static void
wishes_read_refuses_what_is_no_wish(void **state)
{
	static const struct bad_row row[] = {
		{WISH("Auto"), .line = 3, .column = 17,
			.why = "'vcpu_pinning' wants auto or a mapping, not 'Auto'",
			.hint = "auto chooses CPUs"},
		{WISH("{ nod: 0 }"), .line = 3, .column = 19,
			.why = "unknown wish 'nod' in vcpu_pinning",
			.hint = "did you mean 'node'?"},
		{WISH("{ clas: efficient }"), .line = 3, .column = 19, .why = "unknown wish 'clas'",
			.hint = "did you mean 'class'?"},
		{WISH("{ fast: true }"), .line = 3, .column = 19, .why = "unknown wish 'fast'",
			.hint = "cpus, avoid, near, node, cache, class and smt"},
		{WISH("{ node: 0, 0: { 0: { 0: 1 } } }"), .line = 3, .column = 28,
			.why = "a socket ('0') stands beside wishes", .hint = "not both"},
		{WISH("{ node: 0-1 }"), .line = 3, .column = 25,
			.why = "'node' wants a whole number from 0 to 8191, not '0-1'"},
		{WISH("{ cpus: [ 2, 3 ] }"), .line = 3, .column = 25,
			.why = "'cpus' wants a list like 0-3,8 as one value"},
		{WISH("{ avoid: x }"), .line = 3, .column = 26, .why = "'avoid' is not a list"},
		{WISH("{ avoid: }"), .line = 3, .column = 26, .why = "'avoid' has no value"},
		{WISH("{ cache: larges }"), .line = 3, .column = 26,
			.why = "'cache' wants largest, not 'larges'",
			.hint = "did you mean 'largest'?"},
		{WISH("{ class: performant }"), .line = 3, .column = 26,
			.why = "'class' wants performance or efficient, not 'performant'",
			.hint = "did you mean 'performance'?"},
		{WISH("{ smt: single }"), .line = 3, .column = 24,
			.why = "'smt' wants pair or alone, not 'single'", .hint = ""},
		{WISH("{ near: 0000:0b:00.0 }"), .line = 3, .column = 25,
			.why = "'near' wants a device like pci:0000:0b:00.0, not '0000:0b:00.0'",
			.hint = "lspci -D"},
		{WISH("{ near: pci:0b:00.0 }"), .line = 3, .column = 25, .why = "'near' wants"},
		{WISH("{ near: pci:0000:0b:00.8 }"), .line = 3, .column = 25,
			.why = "'near' wants"},
		{WISH("{ near: pci:0000:0b:00.00 }"), .line = 3, .column = 25,
			.why = "'near' wants"},
		{WISH("{ near: pci:0000:0b/00.0 }"), .line = 3, .column = 25,
			.why = "'near' wants"},
		{WISH("{ near: pci:0000000000000:0b:00.0 }"), .line = 3, .column = 25,
			.why = "'near' wants"},
		{WISH("{ node: { 0: 1 } }"), .line = 3, .column = 25,
			.why = "'node' wants one value, not a mapping"},
	};

	(void)state;
	bad_rows_check(row, COUNT(row));
}

static void
wishes_read_takes_auto_alone(void **state)
{
	struct definition d = good(WISH("auto"));

	(void)state;
	assert_true(d.wishes.set);
	assert_int_equal(d.pin_count, 0);
	assert_int_equal(d.wishes.place.line, 3);
	assert_int_equal(d.wishes.place.column, 17);
	assert_int_equal(d.wishes.smt, WISH_SMT_ANY);
	assert_int_equal(d.wishes.node_place.line, 0);
	definition_done(&d);
}

static void
wishes_read_combines_all_of_them(void **state)
{
	struct definition d =
		good(WISH("\n    cpus: 2-9\n    avoid: 3\n"
			  "    near: pci:0000:0B:00.7\n    node: 1\n"
			  "    cache: largest\n    class: efficient\n    smt: alone"));
	char text[CPUS_TEXT_BYTES];

	(void)state;
	assert_true(d.wishes.set);
	assert_string_equal(cpus_format(&d.wishes.cpus, text), "2-9");
	assert_string_equal(cpus_format(&d.wishes.avoid, text), "3");
	assert_string_equal(d.wishes.near, "0000:0b:00.7");
	assert_int_equal(d.wishes.node, 1);
	assert_int_equal(d.wishes.node_place.line, 7);
	assert_true(d.wishes.cache_place.line > 0);
	assert_int_equal(d.wishes.class, WISH_CLASS_EFFICIENT);
	assert_int_equal(d.wishes.smt, WISH_SMT_ALONE);
	assert_int_equal(d.wishes.smt_place.line, 10);
	definition_done(&d);
}

static void
wishes_read_leaves_pins_alone(void **state)
{
	struct definition d = good(WISH("{ 0: { 0: { 0: 2 } } }"));

	(void)state;
	assert_false(d.wishes.set);
	assert_int_equal(d.pin_count, 1);
	definition_done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wishes_read_refuses_what_is_no_wish),
		cmocka_unit_test(wishes_read_takes_auto_alone),
		cmocka_unit_test(wishes_read_combines_all_of_them),
		cmocka_unit_test(wishes_read_leaves_pins_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
